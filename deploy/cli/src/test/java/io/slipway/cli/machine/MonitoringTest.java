package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.CliRun;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus and Alertmanager that 'up' starts and 'down' stops, where their programs are on this machine. */
class MonitoringTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private FakeInstallation installation;
    private String path = "";

    @BeforeEach
    void layOutAnInstallation() throws Exception {
        path = System.getProperty("prometheus.bin", "") + ":" + System.getenv("PATH");
        for (String program : new String[] {"prometheus", "prometheus-alertmanager"}) {
            boolean isThere = false;
            for (String one : path.split(":")) {
                isThere |= !one.isEmpty() && Files.isExecutable(Path.of(one, program));
            }
            Assumptions.assumeTrue(
                    isThere,
                    () -> "there is no " + program
                            + " here: install Debian's package of that name, or name its folder by -Dprometheus.bin");
        }
        installation = new FakeInstallation(folder, cache);
    }

    @AfterEach
    void stopWhatIsLeft() {
        if (installation != null) {
            installation.down(run());
            installation.process().find().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void starts_with_up_is_left_alone_the_second_time_and_stops_with_down() throws Exception {
        var first = run();
        assertThat(installation.up(first, "--monitoring", "--no-cluster"))
                .as(first.err())
                .isZero();

        assertThat(first.err()).contains("Started Prometheus (http://127.0.0.1:");
        String prometheus = first.out().replaceAll("(?s).*Metrics:   (http://\\S+) .*", "$1");
        String alertmanager = first.out().replaceAll("(?s).*\\(alerts: (http://\\S+)\\).*", "$1");
        var rules = json(prometheus + "/api/v1/rules");
        assertThat(rules.path("data").path("groups")).hasSize(2);
        assertThat(rules.toString()).contains("SlipwayDirectorDown");
        // Prometheus takes up what it finds after some seconds.
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String found = "";
        while (!found.contains(alertmanager.substring("http://".length()))) {
            assertThat(System.nanoTime()).as("it has " + found).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            found = json(prometheus + "/api/v1/alertmanagers").toString();
        }
        assertThat(json(alertmanager + "/api/v2/status")
                        .path("config")
                        .path("original")
                        .asText())
                .contains("receiver: nobody");
        assertThat(Files.readString(installation.data().settings())).contains("role: \"metrics\"");
        assertThat(installation.process().find()).as("the director").isPresent();

        var second = run();
        assertThat(installation.up(second, "--no-cluster")).as(second.err()).isZero();
        assertThat(second.out())
                .startsWith("Everything was up already: nothing was changed.")
                .contains(prometheus);

        var down = run();
        assertThat(installation.down(down)).as(down.err()).isZero();
        assertThat(down.err()).contains("Stopped");
        assertThat(new Monitoring(installation.cli(run()), installation.data()).isUp())
                .isFalse();
    }

    @Test
    void a_director_that_is_there_learns_of_who_scrapes_it() throws Exception {
        assertThat(installation.up(run(), "--no-cluster")).isZero();
        long before = installation.process().find().orElseThrow().pid();
        assertThat(Files.readString(installation.data().settings())).doesNotContain("metrics");

        var monitored = run();
        assertThat(installation.up(monitored, "--monitoring", "--no-cluster"))
                .as(monitored.err())
                .isZero();

        assertThat(Files.readString(installation.data().settings())).contains("role: \"metrics\"");
        assertThat(installation.process().find().orElseThrow().pid()).isNotEqualTo(before);
    }

    private CliRun run() {
        return new CliRun(folder).with("PATH", path);
    }

    private static JsonNode json(String url) throws Exception {
        return new ObjectMapper().readTree(URI.create(url).toURL());
    }
}
