package io.slipway.health.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins tell what people really run: rsyslog, Alertmanager, Carbon. Each is left out where it is not installed. */
class RealReceiversTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void rsyslog_takes_alerts_over_tls() throws Exception {
        String rsyslog = installed("/usr/sbin/rsyslogd");
        assumeTrue(Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so")), "rsyslog-gnutls");
        String openssl = installed("/usr/bin/openssl");
        var certificate = folder.resolve("cert.pem");
        run(
                openssl,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=127.0.0.1",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                certificate.toString());
        int port = FreePort.any();
        var messages = folder.resolve("messages");
        var config = folder.resolve("rsyslog.conf");
        Files.writeString(config, """
                global(workDirectory="%1$s" DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="%1$s/cert.pem"
                  DefaultNetstreamDriverCertFile="%1$s/cert.pem" DefaultNetstreamDriverKeyFile="%1$s/key.pem")
                module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.Authmode="anon")
                input(type="imtcp" address="127.0.0.1" port="%2$d")
                template(name="all" type="string"
                  string="%%timestamp:::date-rfc3339%%|%%syslogfacility%%|%%syslogseverity%%|%%app-name%%|%%msgid%%|%%structured-data%%|%%msg%%\\n")
                action(type="omfile" file="%1$s/messages" template="all")
                """.formatted(folder, port));
        start(
                rsyslog,
                "-n",
                "-f",
                config.toString(),
                "-i",
                folder.resolve("pid").toString());
        awaitListening(port);

        try (var plugin = Notices.plugin(
                "syslog", Map.of("host", "127.0.0.1", "port", port, "ca_cert", certificate.toString()))) {
            plugin.deliver(List.of(Notices.raised(), Notices.resolved()));
            Notices.await("both lines", () -> lines(messages).size() == 2);
        }

        var first = lines(messages).getFirst().split("\\|");
        assertThat(first[0]).startsWith("2026-01-01T00:00:00");
        assertThat(List.of(first[1], first[2], first[3], first[4]))
                .containsExactly("3", "2", "slipway-health-monitor", "ALERT");
        assertThat(first[5]).contains("rule=\"vm_gone\"", "deployment=\"shop\"");
        assertThat(first[6]).contains("is gone");
    }

    @Test
    void alertmanager_shows_an_alert_until_its_end() throws Exception {
        String alertmanager = installed("/usr/bin/prometheus-alertmanager");
        int port = FreePort.any();
        var config = folder.resolve("alertmanager.yml");
        Files.writeString(config, "route: {receiver: none}\nreceivers: [{name: none}]\n");
        start(
                alertmanager,
                "--config.file=" + config,
                "--storage.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=");
        awaitListening(port);

        try (var plugin = Notices.plugin("alertmanager", Map.of("url", "http://127.0.0.1:" + port))) {
            plugin.deliver(List.of(Notices.raised()));
            Notices.await("the alert", () -> alerts(port).size() == 1);
            var alert = alerts(port).path(0);
            assertThat(alert.path("labels").path("alertname").asText()).isEqualTo("vm_gone");
            assertThat(alert.path("annotations").path("description").asText()).contains("Task 7");
            assertThat(alert.path("status").path("state").asText()).isEqualTo("active");

            plugin.deliver(List.of(Notices.resolved()));
            Notices.await("its end", () -> alerts(port).isEmpty());
        }
    }

    @Test
    void carbon_writes_what_graphite_is_told() throws Exception {
        String carbon = installed("/usr/bin/carbon-cache");
        int port = FreePort.any();
        var config = folder.resolve("carbon.conf");
        Files.writeString(config, """
                [cache]
                STORAGE_DIR = %1$s
                CONF_DIR = %1$s
                LOG_DIR = %1$s
                PID_DIR = %1$s
                LOCAL_DATA_DIR = %1$s/whisper
                USER =
                MAX_CREATES_PER_MINUTE = inf
                LINE_RECEIVER_INTERFACE = 127.0.0.1
                LINE_RECEIVER_PORT = %2$d
                PICKLE_RECEIVER_PORT = 0
                CACHE_QUERY_PORT = 0
                ENABLE_UDP_LISTENER = False
                """.formatted(folder, port));
        Files.writeString(folder.resolve("storage-schemas.conf"), "[all]\npattern = .*\nretentions = 10s:1d\n");
        start(carbon, "--config=" + config, "--nodaemon", "start");
        awaitListening(port);

        try (var plugin = Notices.plugin("graphite", Map.of("host", "127.0.0.1", "port", port, "prefix", "bosh"))) {
            plugin.deliver(List.of(Notices.heartbeat()));

            var written = folder.resolve("whisper/bosh/shop/web/w0/i-w0-1/system_cpu_user.wsp");
            Notices.await("the metric", () -> Files.exists(written));
        }
    }

    private static String installed(String path) {
        assumeTrue(Files.isExecutable(Path.of(path)), path + " is not installed");
        return path;
    }

    private void start(String... command) throws IOException {
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start());
    }

    private void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private void awaitListening(int port) throws InterruptedException {
        Notices.await("a receiver on port " + port, () -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    private static JsonNode alerts(int port) {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v2/alerts"))
                            .build(),
                    BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
