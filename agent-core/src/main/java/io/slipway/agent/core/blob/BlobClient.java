package io.slipway.agent.core.blob;

import io.slipway.agent.core.Backoff;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches and uploads blobs over HTTPS, trusting only the agent's authorities. Whatever is fetched is checked against
 * its digest while it streams. Where nobody answers it tries again for a while: the director may be starting anew, and
 * what was compiled for minutes is not to be lost to that.
 */
public final class BlobClient {
    /** A director is back within seconds of its death; one that was away for longer sends its command anew. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    /** A director that stands still takes connections and answers nothing, while others live. */
    private static final int READ_TIMEOUT_MILLIS = 10_000;
    /** What was uploaded is written to disk, or further, before it is answered. */
    private static final int UPLOAD_TIMEOUT_MILLIS = 60_000;
    /** As many connections as Java keeps open to one host: each above would cost a TLS handshake per transfer. */
    private static final int AT_ONCE = 5;

    private final Supplier<SSLSocketFactory> sockets;
    private final Duration patience;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private volatile String liveAddress = "";

    /**
     * @param sockets asked for each transfer; connections that are kept open belong to one factory
     * @param patience for how long a transfer is tried again after it failed first
     */
    public BlobClient(Supplier<SSLSocketFactory> sockets, Duration patience) {
        this.sockets = sockets;
        this.patience = patience;
    }

    /**
     * Where a director that lives serves blobs: every second attempt is made there. The one that a blob's address names may
     * have died.
     *
     * @param address scheme://host:port; empty changes nothing
     */
    public void liveAt(String address) {
        if (!address.isEmpty()) {
            liveAddress = address;
        }
    }

    private String addressFor(int attempt, String url) {
        String live = liveAddress;
        if (attempt % 2 == 1 || live.isEmpty()) {
            return url;
        }
        try {
            var own = URI.create(url);
            return live + own.getRawPath() + (own.getRawQuery() == null ? "" : "?" + own.getRawQuery());
        } catch (IllegalArgumentException malformed) {
            return url;
        }
    }

    /** Where a blob goes. */
    @FunctionalInterface
    public interface Sink {
        /** Opened for each attempt, which begins from the start; what an earlier one wrote does not count. */
        OutputStream open() throws IOException;
    }

    /** What is uploaded. */
    public interface Content {
        long size() throws IOException;

        /** Opened for each attempt, and once more for the digest. */
        InputStream open() throws IOException;
    }

    /** A transfer that another attempt may bring about. */
    @FunctionalInterface
    private interface Transfer<T> {
        T run(String url) throws IOException;
    }

    /** Work on this machine alone. */
    @FunctionalInterface
    private interface Own<T> {
        T run() throws IOException;
    }

    /** Writes the blob, or fails with DIGEST_MISMATCH or UNREACHABLE; what the sink got is then to be thrown away. */
    public void fetch(BlobRef blob, Sink sink) throws CommandFailure, IOException, InterruptedException {
        if (!DIGEST.matcher(blob.getSha256()).matches()) {
            throw new CommandFailure(
                    Failure.Code.INVALID, "'" + blob.getSha256() + "' is not a lower-case hexadecimal SHA-256 digest");
        }
        String digest = untilThrough("fetch", blob.getUrl(), address -> download(address, sink));
        if (!digest.equals(blob.getSha256())) {
            throw new CommandFailure(
                    Failure.Code.DIGEST_MISMATCH,
                    "blob from " + withoutQuery(blob.getUrl()) + " has digest " + digest + ", not " + blob.getSha256()
                            + ": upload it again");
        }
    }

    /** PUTs the content, and gives its digest. Fails with UNREACHABLE. */
    public String upload(Content content, String url) throws CommandFailure, IOException, InterruptedException {
        String digest = sha256(content);
        return untilThrough("upload to", url, address -> {
            put(content, address);
            return digest;
        });
    }

    private <T> T untilThrough(String verb, String url, Transfer<T> transfer)
            throws CommandFailure, IOException, InterruptedException {
        var backoff = new Backoff(ThreadLocalRandom.current());
        long failedFirst = 0;
        for (int attempt = 1; ; attempt++) {
            String address = addressFor(attempt, url);
            turns.acquire();
            try {
                return transfer.run(address);
            } catch (OwnError e) {
                throw e;
            } catch (PermanentError e) {
                // What another director says of an address that is not its own may be wrong.
                if (address.equals(url)) {
                    throw unreachable(verb, url, e);
                }
            } catch (IOException e) {
                long now = System.nanoTime();
                failedFirst = attempt == 1 ? now : failedFirst;
                if (now - failedFirst >= patience.toNanos()) {
                    throw unreachable(verb, url, e);
                }
            } finally {
                turns.release();
            }
            Thread.sleep(backoff.next());
        }
    }

    private String download(String url, Sink sink) throws IOException {
        var connection = open(url);
        boolean isThrough = false;
        try {
            requireSuccess(connection);
            var sha256 = digester();
            try (InputStream in = new DigestInputStream(connection.getInputStream(), sha256);
                    var out = own(sink::open)) {
                var buffer = new byte[BUFFER_BYTES];
                long total = 0;
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    int length = read;
                    own(() -> {
                        out.write(buffer, 0, length);
                        return length;
                    });
                    total += read;
                }
                requireWhole(connection, total);
            }
            isThrough = true;
            return HexFormat.of().formatHex(sha256.digest());
        } finally {
            leave(connection, isThrough);
        }
    }

    private void put(Content content, String url) throws IOException {
        var connection = open(url);
        boolean isThrough = false;
        try (var in = own(content::open)) {
            connection.setRequestMethod("PUT");
            connection.setReadTimeout(UPLOAD_TIMEOUT_MILLIS);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/octet-stream");
            connection.setFixedLengthStreamingMode(own(content::size));
            try (var out = connection.getOutputStream()) {
                var buffer = new byte[BUFFER_BYTES];
                for (int read = own(() -> in.read(buffer)); read >= 0; read = own(() -> in.read(buffer))) {
                    out.write(buffer, 0, read);
                }
            }
            requireSuccess(connection);
            try (var answer = connection.getInputStream()) {
                answer.transferTo(OutputStream.nullOutputStream());
            }
            isThrough = true;
        } finally {
            leave(connection, isThrough);
        }
    }

    /** A connection that did its work is kept for the next transfer, for some seconds. */
    private static void leave(HttpURLConnection connection, boolean isThrough) {
        if (!isThrough) {
            connection.disconnect();
        }
    }

    /** This machine's own trouble, such as a full disk, is not the director's. */
    private static <T> T own(Own<T> work) throws OwnError {
        try {
            return work.run();
        } catch (IOException e) {
            throw new OwnError(e);
        }
    }

    private HttpURLConnection open(String url) throws IOException {
        URL address;
        try {
            address = URI.create(url).toURL();
        } catch (IllegalArgumentException | MalformedURLException e) {
            throw new PermanentError("not an https address");
        }
        if (!(address.openConnection() instanceof HttpsURLConnection connection)) {
            throw new PermanentError("not an https address");
        }
        connection.setSSLSocketFactory(sockets.get());
        connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        connection.setReadTimeout(READ_TIMEOUT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static void requireSuccess(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status / 100 == 2) {
            return;
        }
        if (status / 100 == 5 || status == 429 || status == 408) {
            throw new IOException("HTTP status " + status);
        }
        throw new PermanentError("HTTP status " + status);
    }

    /** Java takes an answer that was cut short for its end. */
    private static void requireWhole(HttpURLConnection connection, long bytes) throws IOException {
        long promised = connection.getContentLengthLong();
        if (promised >= 0 && bytes != promised) {
            throw new IOException("the answer ended after " + bytes + " of " + promised + " bytes");
        }
    }

    private static String sha256(Content content) throws IOException {
        var sha256 = digester();
        try (var in = new DigestInputStream(content.open(), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest digester() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static CommandFailure unreachable(String verb, String url, IOException e) {
        return new CommandFailure(
                Failure.Code.UNREACHABLE, "cannot " + verb + " " + withoutQuery(url) + ": " + e.getMessage());
    }

    /** The query holds the signature, which belongs in no log. */
    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /** An answer that another attempt would not change. */
    private static final class PermanentError extends IOException {
        private static final long serialVersionUID = 1;

        PermanentError(String message) {
            super(message);
        }
    }

    /** Of whoever gave the content or takes the blob. */
    private static final class OwnError extends IOException {
        private static final long serialVersionUID = 1;

        OwnError(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
