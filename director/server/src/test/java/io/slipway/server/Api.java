package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A director's HTTP API, as its clients use it. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final String url;
    private final String authorization;
    private final HttpClient client;

    Api(int port, Path ca, String user, String password) throws IOException, GeneralSecurityException {
        url = "https://127.0.0.1:" + port;
        authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        client = HttpClient.newBuilder().sslContext(trusting(ca)).build();
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(text(path));
    }

    String text(String path) throws IOException, InterruptedException {
        return expect(200, request(path).GET()).body();
    }

    /** What is there; empty while the director says that it cannot know. */
    Optional<JsonNode> find(String path) throws IOException, InterruptedException {
        var answer = client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 503) {
            return Optional.empty();
        }
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return Optional.of(JSON.readTree(answer.body()));
    }

    int status(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    void post(String path, String json, int status) throws IOException, InterruptedException {
        expect(
                status,
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Sets the default config of a type. */
    void configure(String type, String content) throws IOException, InterruptedException {
        post("/configs", JSON.writeValueAsString(Map.of("type", type, "name", "default", "content", content)), 201);
    }

    /** Returns the task's number. */
    long upload(String path, byte[] archive) throws IOException, InterruptedException {
        return task(request(path)
                .header("Content-Type", "application/x-compressed")
                .POST(HttpRequest.BodyPublishers.ofByteArray(archive)));
    }

    long deploy(String manifest) throws IOException, InterruptedException {
        return deploy(manifest, "");
    }

    long deploy(String manifest, String query) throws IOException, InterruptedException {
        return task(request("/deployments" + query)
                .header("Content-Type", "text/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(manifest)));
    }

    void refusedDeploy(String manifest, int status) throws IOException, InterruptedException {
        expect(
                status,
                request("/deployments")
                        .header("Content-Type", "text/yaml")
                        .POST(HttpRequest.BodyPublishers.ofString(manifest)));
    }

    /** Of what is asked for with a body. */
    long taskOf(String path, String json) throws IOException, InterruptedException {
        return task(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Of what is put with a body; may be empty. */
    long taskOfPut(String path, String content) throws IOException, InterruptedException {
        return task(request(path)
                .header("Content-Type", content.startsWith("{") ? "application/json" : "text/yaml")
                .PUT(HttpRequest.BodyPublishers.ofString(content)));
    }

    /** Of a list that is a task. */
    long taskOf(String path) throws IOException, InterruptedException {
        return task(request(path).GET());
    }

    long delete(String path) throws IOException, InterruptedException {
        return task(request(path).DELETE());
    }

    void put(String path, String json, int status) throws IOException, InterruptedException {
        expect(
                status,
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    void remove(String path, int status) throws IOException, InterruptedException {
        expect(status, request(path).DELETE());
    }

    void cancel(long task) throws IOException, InterruptedException {
        expect(204, request("/task/" + task).DELETE());
    }

    JsonNode task(long number) throws IOException, InterruptedException {
        return get("/tasks/" + number);
    }

    /** How the task ended. */
    JsonNode ended(long number) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            var task = task(number);
            String state = task.path("state").asText();
            if (!state.equals("queued") && !state.equals("processing") && !state.equals("cancelling")) {
                return task;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + DEADLINE + ": " + task + "\n"
                        + text("/tasks/" + number + "/output?type=debug"));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** The task ends well; how it ended. */
    JsonNode done(long number) throws IOException, InterruptedException {
        var ended = ended(number);
        if (!ended.path("state").asText().equals("done")) {
            throw new AssertionError(ended.toString());
        }
        return ended;
    }

    private long task(HttpRequest.Builder request) throws IOException, InterruptedException {
        String location = expect(302, request).headers().firstValue("Location").orElseThrow();
        return Long.parseLong(location.substring(location.lastIndexOf('/') + 1));
    }

    private HttpResponse<String> expect(int status, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new AssertionError(
                    answer.request().uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", authorization)
                .timeout(DEADLINE);
    }
}
