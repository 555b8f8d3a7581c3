package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * The director is killed at random points of a cluster's creation, and goes on where it was. Before there was any
 * cluster, so that the first time packages are being compiled.
 */
@Order(9)
class DirectorCrashTest {
    private static final int LATEST_KILL_MILLIS = 14_000;
    private static final int TIMES = 3;
    private static final Set<String> ENDED = Set.of("succeeded", "failed");

    @RepeatedTest(TIMES)
    void goes_on_after_a_kill(RepetitionInfo repetition) throws Exception {
        Installation slipway = Installation.get();
        String name = "crash-" + repetition.getCurrentRepetition();
        int vms = slipway.vms().size();
        slipway.slipway("create-cluster", name, "--plan", "small", "--no-wait").mustSucceed();
        // One in each third, so that a run sees early and late points.
        int third = LATEST_KILL_MILLIS / TIMES;
        int delay = third * (repetition.getCurrentRepetition() - 1) + new Random().nextInt(third);

        TimeUnit.MILLISECONDS.sleep(delay);
        ProcessHandle director = slipway.director();
        director.destroyForcibly();
        director.onExit().get(10, TimeUnit.SECONDS);
        slipway.up("--no-cluster").mustSucceed();

        Api api = slipway.api();
        Installation.await(Duration.ofMinutes(4), () -> {
            String state =
                    api.get("/v1/clusters/" + name).path("last_action_state").asText();
            return ENDED.contains(state) ? "" : state;
        });
        var cluster = api.get("/v1/clusters/" + name);
        assertThat(cluster.path("last_action_state").asText())
                .as("killed after %d ms: %s", delay, cluster)
                .isEqualTo("succeeded");
        assertThat(slipway.vms()).as("VMs after a kill at %d ms", delay).hasSize(vms + 2);
        slipway.slipway("get-credentials", name).mustSucceed();
        assertThat(slipway.kubectl(name, "get", "nodes", "--no-headers")
                        .lines()
                        .filter(line -> line.contains(" Ready ")))
                .hasSize(1);
        slipway.slipway("delete-cluster", name, "--non-interactive").mustSucceed();
        assertThat(slipway.vms()).hasSize(vms);
    }
}
