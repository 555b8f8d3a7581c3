package io.slipway.health.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.health.plugin.Notices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonPluginTest {
    @TempDir
    Path folder;

    @Test
    void each_executable_gets_a_line_per_notice_in_the_form_of_bosh() throws Exception {
        executable("jobs/a/bin/bosh-monitor/one", "cat > " + folder + "/one");
        executable("jobs/b/bin/bosh-monitor/two", "cat > " + folder + "/two");
        Files.writeString(folder.resolve("jobs/b/bin/bosh-monitor/readme"), "no executable");
        try (var plugin = Notices.plugin("json", Map.of("bin_glob", folder + "/jobs/*/bin/bosh-monitor/*"))) {
            plugin.deliver(List.of(Notices.raised(), Notices.heartbeat()));

            for (String which : List.of("one", "two")) {
                Notices.await("both lines", () -> lines(which).size() == 2);
                var alert = new ObjectMapper().readTree(lines(which).get(0));
                assertThat(alert.path("kind").asText()).isEqualTo("alert");
                assertThat(alert.path("severity").asInt()).isEqualTo(2);
                assertThat(alert.path("category").asText()).isEqualTo("vm_health");
                assertThat(alert.path("created_at").asLong()).isEqualTo(Notices.AT.getEpochSecond());
                var heartbeat = new ObjectMapper().readTree(lines(which).get(1));
                assertThat(heartbeat.path("kind").asText()).isEqualTo("heartbeat");
                assertThat(heartbeat.path("metrics").findValuesAsText("name")).contains("system.cpu.user");
                assertThat(heartbeat.path("number_of_processes").asInt()).isEqualTo(1);
            }
        }
    }

    @Test
    void one_that_ends_is_started_again() throws Exception {
        executable("bin/once", "read line; echo \"$line\" >> " + folder + "/once");
        try (var plugin = Notices.plugin("json", Map.of("bin_glob", folder + "/bin/*"))) {
            plugin.deliver(List.of(Notices.raised()));
            Notices.await("the first line", () -> lines("once").size() == 1);

            Notices.await("the second line", () -> {
                try {
                    plugin.deliver(List.of(Notices.resolved()));
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
                return lines("once").size() >= 2;
            });
        }
    }

    @Test
    void one_that_does_not_read_holds_nobody_up() throws Exception {
        executable("bin/deaf", "exec sleep 60");
        executable("bin/good", "cat > " + folder + "/good");
        try (var plugin = Notices.plugin("json", Map.of("bin_glob", folder + "/bin/*"))) {
            var many = java.util.Collections.nCopies(100, (io.slipway.health.plugin.Notice) Notices.heartbeat());
            long begun = System.nanoTime();
            for (int i = 0; i < 30; i++) {
                plugin.deliver(many);
            }

            assertThat((System.nanoTime() - begun) / 1_000_000_000).isLessThan(20);
            Notices.await("all lines of the other", () -> lines("good").size() == 3000);
        }
    }

    private void executable(String name, String script) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private List<String> lines(String name) {
        try {
            var file = folder.resolve(name);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
