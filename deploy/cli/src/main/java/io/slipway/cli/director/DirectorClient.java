package io.slipway.cli.director;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.CliException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.function.LongConsumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls a director's HTTP API. Whatever goes wrong becomes a {@link CliException} with a line for the user. Where several
 * processes are the director, it goes on with the next one when one does not answer: with questions always, with requests
 * that change something only where they have not been sent.
 */
public final class DirectorClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** A process that is frozen takes connections, and does nothing with them. */
    private static final Duration TIMEOUT_WHERE_THERE_ARE_OTHERS = Duration.ofSeconds(10);

    /**
     * While a process dies, the rest may need some seconds to agree on that; where several die at once, all of them are gone
     * until they have been started again.
     */
    private static final Duration PATIENCE_WITH_SEVERAL = Duration.ofSeconds(90);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration UPLOAD_READ_TIMEOUT = Duration.ofMinutes(10);

    private static final Part NO_BODY = connection -> {};

    private final Target target;
    private final @Nullable SSLSocketFactory sockets;
    /** Of the addresses, that which answered last. */
    private int current;
    /** Who has answered before is there, or will be again: a command that follows something goes on with that. */
    private boolean hasAnswered;

    public DirectorClient(Target target) {
        this.target = target;
        this.sockets = target.caPem().isEmpty() ? null : TrustedCa.sockets(target.caPem());
    }

    public Target target() {
        return target;
    }

    public JsonNode get(String path) {
        return call("GET", path, null).orThrow().json();
    }

    /** Refused and unknown answers are returned, not thrown. */
    public Answer tryGet(String path) {
        return call("GET", path, null);
    }

    public Answer post(String path, JsonNode body) {
        return call("POST", path, body).orThrow();
    }

    public Answer delete(String path) {
        return call("DELETE", path, null).orThrow();
    }

    /**
     * The bytes of a task's output from an offset on; empty when there is nothing new. A task that the director has named may be
     * unknown for a moment, until it is written down for all to see: it has no output yet.
     */
    public byte[] taskOutput(long task, String type, long fromByte) {
        Answer answer = exchange(
                "GET",
                "/tasks/" + task + "/output?type=" + type,
                connection -> {
                    if (fromByte > 0) {
                        connection.setRequestProperty("Range", "bytes=" + fromByte + "-");
                    }
                },
                NO_BODY);
        if (answer.status() == NOT_FOUND || answer.status() == 416 || answer.status() == 204) {
            return new byte[0];
        }
        byte[] bytes = answer.orThrow().body();
        if (answer.status() == 206 || fromByte == 0) {
            return bytes;
        }
        return fromByte >= bytes.length
                ? new byte[0]
                : java.util.Arrays.copyOfRange(bytes, Math.toIntExact(fromByte), bytes.length);
    }

    /** Sends a file and returns the number of the task that takes it in. */
    public long upload(String path, Path file, LongConsumer sent) {
        return exchange(
                        "POST",
                        path,
                        connection -> {
                            connection.setRequestProperty("Content-Type", "application/x-compressed");
                            connection.setReadTimeout(Math.toIntExact(UPLOAD_READ_TIMEOUT.toMillis()));
                            connection.setDoOutput(true);
                            connection.setFixedLengthStreamingMode(Files.size(file));
                        },
                        connection -> send(file, connection, sent))
                .orThrow()
                .taskId();
    }

    private static void send(Path file, HttpURLConnection connection, LongConsumer sent) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = connection.getOutputStream()) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                total += read;
                sent.accept(total);
            }
        }
    }

    private Answer call(String method, String path, @Nullable JsonNode body) {
        if (body == null) {
            return exchange(method, path, NO_BODY, NO_BODY);
        }
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        return exchange(
                method,
                path,
                connection -> {
                    connection.setRequestProperty("Content-Type", "application/json");
                    connection.setDoOutput(true);
                    connection.setFixedLengthStreamingMode(bytes.length);
                },
                connection -> {
                    try (OutputStream out = connection.getOutputStream()) {
                        out.write(bytes);
                    }
                });
    }

    /** Asks one process after the other until one answers. */
    private Answer exchange(String method, String path, Part head, Part body) {
        boolean isPatient = target.urls().size() > 1 && method.equals("GET");
        long end = System.nanoTime() + PATIENCE_WITH_SEVERAL.toNanos();
        while (true) {
            var round = new Round();
            ask(round, method, path, head, body);
            Answer answer = round.answer;
            if (answer != null && !(isPatient && answer.status() == UNAVAILABLE)) {
                return answer;
            }
            if (!isPatient || !(round.isSomebodyThere || hasAnswered) || System.nanoTime() > end) {
                return round.end();
            }
            pause();
        }
    }

    private void ask(Round round, String method, String path, Part head, Part body) {
        for (int i = 0; i < target.urls().size(); i++) {
            int asked = (current + i) % target.urls().size();
            String url = target.urls().get(asked);
            try {
                Answer answer = ask(url, method, path, head, body);
                round.answer = answer;
                round.isSomebodyThere = true;
                if (answer.status() != UNAVAILABLE || !method.equals("GET")) {
                    current = asked;
                    hasAnswered = true;
                    return;
                }
            } catch (NotSent refused) {
                round.failed(refused.told);
            } catch (IOException failure) {
                round.failed(explain(url, failure));
                if (!method.equals("GET")) {
                    return;
                }
            }
        }
    }

    /** What came of asking each process once. */
    private static final class Round {
        private @Nullable Answer answer;
        private @Nullable CliException failure;
        /** Whether it is worth while to ask again: somebody may be dying, or not be ready. */
        private boolean isSomebodyThere;

        void failed(CliException why) {
            failure = why;
            isSomebodyThere |= !(why.getCause() instanceof ConnectException
                    || why.getCause() instanceof NoRouteToHostException
                    || why.getCause() instanceof UnknownHostException
                    || why.getCause() instanceof SSLException);
        }

        Answer end() {
            if (answer != null) {
                return answer;
            }
            throw Objects.requireNonNull(failure);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", interrupted);
        }
    }

    private Answer ask(String url, String method, String path, Part head, Part body) throws IOException, NotSent {
        boolean isQuestion = method.equals("GET");
        var connection = (HttpURLConnection) URI.create(url + path).toURL().openConnection();
        if (connection instanceof HttpsURLConnection https && sockets != null) {
            https.setSSLSocketFactory(sockets);
        }
        boolean hasOthers = target.urls().size() > 1;
        Duration read = hasOthers && isQuestion ? TIMEOUT_WHERE_THERE_ARE_OTHERS : READ_TIMEOUT;
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        connection.setReadTimeout(Math.toIntExact(read.toMillis()));
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("Authorization", authorization());
        head.apply(connection);
        try {
            connection.connect();
        } catch (IOException failure) {
            throw new NotSent(explain(url, failure));
        }
        body.apply(connection);
        int status = connection.getResponseCode();
        @Nullable String location = connection.getHeaderField("Location");
        return new Answer(target, status, location == null ? "" : location, bodyOf(connection));
    }

    /** A request that never left this machine, because there was no connection for it. */
    private static final class NotSent extends Exception {
        private static final long serialVersionUID = 1L;

        private final CliException told;

        NotSent(CliException told) {
            super(told);
            this.told = told;
        }
    }

    private static byte[] bodyOf(HttpURLConnection connection) throws IOException {
        boolean isError = connection.getResponseCode() >= 400;
        try (InputStream in = isError ? connection.getErrorStream() : connection.getInputStream()) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private String authorization() {
        byte[] pair = (target.user() + ":" + target.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private CliException explain(String url, IOException failure) {
        String at = "the director at " + (target.urls().size() > 1 ? String.join(", ", target.urls()) : url);
        String text =
                switch (failure) {
                    case ConnectException refused ->
                        at
                                + " does not answer (connection refused): start it with 'slipway up', or name another with --director";
                    case NoRouteToHostException unreachable -> at + " cannot be reached: there is no route to it";
                    case UnknownHostException unknown -> at + " cannot be found: its host name is unknown";
                    case SocketTimeoutException slow ->
                        at + " did not answer in time: try again, or look at 'slipway status'";
                    case SSLException untrusted ->
                        at + " is not trusted (" + untrusted.getMessage() + "): give its CA certificate with --ca-cert";
                    default -> at + " could not be asked: " + failure.getMessage();
                };
        return new CliException(text, failure);
    }

    /** Of a request: what is said before it is sent, or what is sent. */
    @FunctionalInterface
    private interface Part {
        void apply(HttpURLConnection connection) throws IOException;
    }

    /**
     * What a director answered.
     *
     * @param location of a redirect, or empty
     */
    public record Answer(Target target, int status, String location, byte[] body) {
        public boolean isSuccess() {
            return status < 400;
        }

        public Answer orThrow() {
            if (isSuccess()) {
                return this;
            }
            String said = description();
            boolean isUnknownUser = status == UNAUTHORIZED && said.startsWith("Not authorized");
            throw new CliException(
                    isUnknownUser
                            ? "user '" + target.user() + "' or the password is not accepted by " + target.url()
                                    + ": give others with --user and --password"
                            : said);
        }

        /** The director's own words for an error. */
        public String description() {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            try {
                JsonNode parsed = JSON.readTree(text);
                String said = parsed == null ? "" : parsed.path("description").asText("");
                if (!said.isEmpty()) {
                    return said;
                }
            } catch (IOException notJson) {
                // falls through to the text itself
            }
            return "the director answered " + status
                    + (text.isEmpty() ? "" : ": " + text.lines().findFirst().orElse(""));
        }

        public JsonNode json() {
            try {
                return JSON.readTree(new ByteArrayInputStream(body));
            } catch (IOException notJson) {
                throw new CliException(target.url() + " did not answer as a director does: is it one?", notJson);
            }
        }

        /** The task that a redirect points at. */
        public long taskId() {
            String last = location.substring(location.lastIndexOf('/') + 1);
            if (!last.matches("[0-9]{1,18}")) {
                throw new CliException(target.url() + " did not answer with a task, as a director does");
            }
            return Long.parseLong(last);
        }
    }
}
