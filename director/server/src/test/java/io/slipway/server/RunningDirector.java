package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.http.Endpoint;
import io.slipway.store.FreePort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A whole director with all its features over the simulated infrastructure, started once for all tests that ask for it.
 */
final class RunningDirector implements AutoCloseable {
    static final Map<String, String> ADMIN = Exchange.as("admin", "admin-secret-of-tests");
    static final Map<String, String> READER = Exchange.as("reader", "reader-secret-of-tests");
    static final Map<String, String> SCRAPER = Exchange.as("scraper", "scraper-secret-of-tests");
    static final Map<String, String> NOBODY = Map.of();
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LONGEST_TASK = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final String PLANS = """
            cluster_defaults: {network: default, release_version: latest, stemcell_os: debian-bookworm,
              stemcell_version: latest, pod_cidr: 10.200.0.0/16, service_cidr: 10.100.200.0/24}
            plans:
            - name: small
              description: One of each
              masters: {instances: 1, vm_type: small, persistent_disk_type: small, azs: [z1]}
              workers: {instances: 1, maximum: 5, vm_type: small, azs: [z1]}
            """;

    private static final String CONFIG = """
            uuid: 0f5dcfbb-9b0e-4d0c-a4f0-0e4d4b0f3f35
            data_dir: %s/data
            bind: {address: 127.0.0.1, port: %d}
            agent: {port: %d, endpoints: ["127.0.0.1:%d"]}
            blobs: {base_url: "https://127.0.0.1:%d"}
            tls: {ca_file: %s/ca.pem, names: [localhost, 127.0.0.1]}
            users:
            - {name: admin, password: admin-secret-of-tests, role: admin}
            - {name: reader, password: reader-secret-of-tests, role: readonly}
            - {name: scraper, password: scraper-secret-of-tests, role: metrics}
            encryption_key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
            cpi: {name: simulated, properties: {}}
            plans: %s
            """;

    private final Path folder;
    private final Director director;
    private final Exchange exchange;

    private RunningDirector(Path folder, Director director, Exchange exchange) {
        this.folder = folder;
        this.director = director;
        this.exchange = exchange;
    }

    /** The one of this run, stopped when all tests are done. */
    static RunningDirector of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(RunningDirector.class, key -> start(), RunningDirector.class);
    }

    static RunningDirector start() {
        try {
            Path folder = Files.createTempDirectory("slipway-director");
            Path plans = Files.writeString(folder.resolve("plans.yml"), PLANS);
            int port = FreePort.any();
            int agents = FreePort.any();
            Path config =
                    SettingsFile.write(folder, CONFIG.formatted(folder, port, agents, agents, port, folder, plans));
            var settings = ServerSettings.read(config);
            var director =
                    Director.start(settings, Infrastructures::builtIn, SharedRenderer.RENDERER, System.err::println);
            var running = new RunningDirector(folder, director, new Exchange(trusting(folder.resolve("ca.pem")), port));
            // Who was right from here is not made to wait by what tests guess from here.
            for (var user : List.of(ADMIN, READER, SCRAPER)) {
                running.send("GET", "/info", user, "");
            }
            return running;
        } catch (Exception failure) {
            throw new AssertionError("the director does not start", failure);
        }
    }

    List<Endpoint> endpoints() {
        return director.endpoints();
    }

    Exchange exchange() {
        return exchange;
    }

    Exchange.Answer get(String path) throws IOException {
        return exchange.send("GET", path, ADMIN, new byte[0]);
    }

    JsonNode json(String path) throws IOException {
        return JSON.readTree(get(path).body());
    }

    Exchange.Answer send(String method, String path, Map<String, String> headers, String body) throws IOException {
        return exchange.send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** As the administrator, with a body of this type. */
    Exchange.Answer send(String method, String path, String type, byte[] body) throws IOException {
        var headers = new HashMap<>(ADMIN);
        headers.put("Content-Type", type);
        return exchange.send(method, path, headers, body);
    }

    /** The end of the task that an answer leads to. */
    JsonNode ended(Exchange.Answer answer) throws IOException {
        var deadline = Instant.now().plus(LONGEST_TASK);
        while (true) {
            JsonNode task = json(answer.header("location"));
            if (!List.of("queued", "processing", "cancelling")
                    .contains(task.path("state").asText())) {
                return task;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("a task does not end: " + task);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** What is left in the folders for archives that are being taken in. */
    List<Path> incoming() throws IOException {
        var left = new java.util.ArrayList<Path>();
        for (String name : List.of("uploads", "imports")) {
            Path one = folder.resolve("data").resolve(name);
            if (Files.exists(one)) {
                try (var files = Files.list(one)) {
                    left.addAll(files.toList());
                }
            }
        }
        return left;
    }

    @Override
    public void close() throws IOException {
        director.close();
        try (var all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    private static SSLSocketFactory trusting(Path ca) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = new ByteArrayInputStream(Files.readAllBytes(ca))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
