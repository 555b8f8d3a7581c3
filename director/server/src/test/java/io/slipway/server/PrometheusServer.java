package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Prometheus that goes by the configuration of {@code deploy/configs/prometheus}, only oftener. */
final class PrometheusServer implements AutoCloseable {
    static final Path CONFIGS = Path.of("../../deploy/configs/prometheus");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Debian's package, or what {@code -Dprometheus.bin} names; the test is left out where neither is there. */
    static Path program(String name) {
        var folders = new ArrayList<Path>();
        if (!System.getProperty("prometheus.bin", "").isEmpty()) {
            folders.add(Path.of(System.getProperty("prometheus.bin")));
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            folders.add(Path.of(folder));
        }
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(
                        () -> Assumptions.abort("there is no " + name + " here: install Debian's package 'prometheus',"
                                + " or name the folder of its programs by -Dprometheus.bin"));
    }

    /** Scrapes a director every second, which it finds by the director's own service discovery. */
    static PrometheusServer start(Path folder, ServerSettings director, String password) throws IOException {
        Path program = program("prometheus");
        Files.createDirectories(folder.resolve("rules"));
        try (Stream<Path> rules = Files.list(CONFIGS.resolve("rules"))) {
            for (Path rule : rules.toList()) {
                Files.copy(
                        rule, folder.resolve("rules").resolve(rule.getFileName().toString()));
            }
        }
        Files.writeString(folder.resolve("scrape-password"), password);
        Files.copy(director.caFile(), folder.resolve("ca.pem"));
        String config = Files.readString(CONFIGS.resolve("prometheus.yml"));
        assertThat(config).contains("127.0.0.1:25555", "interval: 15s", "refresh_interval: 30s");
        Files.writeString(
                folder.resolve("prometheus.yml"),
                config.replace("127.0.0.1:25555", director.apiAddress())
                        .replace("interval: 15s", "interval: 1s")
                        .replace("refresh_interval: 30s", "refresh_interval: 1s"));
        int port = FreePort.any();
        var process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + folder.resolve("prometheus.yml"),
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusServer(process, port);
    }

    /** Whether it has an answer now: a vector that is not empty. Throws where the query itself is wrong. */
    boolean answers(String query) throws IOException, InterruptedException {
        var result = get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        assertThat(result.path("status").asText()).as(query + ": " + result).isEqualTo("success");
        return !result.path("data").path("result").isEmpty();
    }

    /** Of its rules, those whose last evaluation failed. */
    List<String> failedRules() throws IOException, InterruptedException {
        var failed = new ArrayList<String>();
        for (JsonNode group : get("/api/v1/rules").path("data").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (!rule.path("health").asText().equals("ok")) {
                    failed.add(rule.path("name").asText() + ": "
                            + rule.path("lastError").asText());
                }
            }
        }
        return failed;
    }

    boolean isReady() throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/-/ready"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
