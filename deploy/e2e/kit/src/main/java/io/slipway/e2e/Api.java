package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The director's HTTP API, as a program of an operator's sees it. */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    /** Of all directors that are one; the first is asked first. */
    private final List<String> urls;

    private final String authorization;

    /** An answer, or the end of the task that the request began. */
    public record Answer(int status, JsonNode body, Optional<JsonNode> task) {

        /** What went wrong, for people: of the answer, or of the task. */
        public String description() {
            return task.map(ended -> ended.path("result").asText())
                    .orElseGet(() -> body.path("description").asText());
        }

        public boolean isGood() {
            return status < 400
                    && task.map(ended -> ended.path("state").asText().equals("done"))
                            .orElse(true);
        }
    }

    /** Fails with what the director said where it did not do it. */
    public static void mustWork(Answer answer) {
        assertThat(answer.isGood()).as(answer.description()).isTrue();
    }

    /** The API of the director that a CLI configuration names. */
    public Api(Path config) throws IOException, GeneralSecurityException {
        JsonNode target = new ObjectMapper(new YAMLFactory()).readTree(config.toFile());
        var all = new ArrayList<String>();
        target.path("directors").forEach(url -> all.add(url.asText()));
        urls = all.isEmpty() ? List.of(target.path("director").asText()) : List.copyOf(all);
        String user =
                target.path("user").asText() + ":" + target.path("password").asText();
        authorization = "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        client = HttpClient.newBuilder()
                .sslContext(trusting(Path.of(target.path("ca").asText())))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** TLS that trusts this CA alone. */
    public static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
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

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).GET()).body();
    }

    public byte[] download(String path) throws IOException, InterruptedException {
        return answer(request(path).GET(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    public Answer run(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public Answer delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    public Answer post(String path, String type, byte[] body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
    }

    /** Sends a file without reading it into memory. */
    public Answer upload(String path, Path archive) throws IOException, InterruptedException {
        return send(
                request(path).header("Content-Type", "application/x-compressed").POST(BodyPublishers.ofFile(archive)));
    }

    /** What a task has put out: {@code event}, {@code cpi}, {@code debug} or {@code result}. */
    public String output(Answer answer, String type) throws IOException, InterruptedException {
        String id = answer.task().orElseThrow().path("id").asText();
        return new String(download("/tasks/" + id + "/output?type=" + type), StandardCharsets.UTF_8);
    }

    public Answer put(String path, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "text/yaml").PUT(BodyPublishers.ofString(body)));
    }

    public Answer postJson(String path, String body) throws IOException, InterruptedException {
        return post(path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    /** What the task of an answer has given: a JSON value a line. */
    public List<JsonNode> results(Answer answer) throws IOException, InterruptedException {
        String path = "/tasks/" + answer.task().orElseThrow().path("id").asText() + "/output?type=result";
        var lines = new ArrayList<JsonNode>();
        for (String line :
                new String(download(path), StandardCharsets.UTF_8).lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    public Answer deploy(String manifest) throws IOException, InterruptedException {
        return post("/deployments", "text/yaml", manifest.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what begins a task, and returns the task's id without waiting for its end. */
    public String begin(String method, String path, String manifest) throws IOException, InterruptedException {
        var answer = answer(
                request(path).header("Content-Type", "text/yaml").method(method, BodyPublishers.ofString(manifest)),
                HttpResponse.BodyHandlers.ofString());
        String location = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException(answer.statusCode() + " " + answer.body()));
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static String taskOf(HttpResponse<String> answer) {
        String location = answer.headers().firstValue("Location").orElseThrow();
        return location.substring(location.indexOf("/tasks/"));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(urls.getFirst() + path))
                .header("Authorization", authorization)
                .timeout(Duration.ofMinutes(2));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = answer(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 302) {
            return new Answer(302, JSON.nullNode(), Optional.of(ended(taskOf(answer))));
        }
        String text = answer.body();
        boolean isJson = text.startsWith("{") || text.startsWith("[");
        return new Answer(answer.statusCode(), isJson ? JSON.readTree(text) : JSON.nullNode(), Optional.empty());
    }

    /** Of the first director that answers; one that goes away while it answers is an error, unless nothing can be done twice. */
    private <T> HttpResponse<T> answer(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        HttpRequest first = request.build();
        IOException failure = new IOException("there is no director");
        for (String url : urls) {
            String rest = first.uri().toString().substring(urls.getFirst().length());
            try {
                return client.send(request.copy().uri(URI.create(url + rest)).build(), handler);
            } catch (IOException broken) {
                failure = broken;
                if (!first.method().equals("GET") && !(broken instanceof ConnectException)) {
                    throw broken;
                }
            }
        }
        throw failure;
    }

    private JsonNode ended(String path) throws IOException, InterruptedException {
        while (true) {
            JsonNode task = get(path);
            String state = task.path("state").asText();
            if (!state.equals("queued") && !state.equals("processing")) {
                return task;
            }
            Thread.sleep(100);
        }
    }
}
