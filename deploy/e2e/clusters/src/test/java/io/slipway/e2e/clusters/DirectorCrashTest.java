package io.slipway.e2e.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The director is killed at random points of a cluster's creation, again and again, and goes on where it was. Before there
 * was any cluster, so that packages are being compiled, too.
 */
@Order(9)
class DirectorCrashTest {
    private static final int KILLS = 3;
    /** After the director's start; with what starts take, kills come in all parts of a creation. */
    private static final int LATEST_KILL_MILLIS = 5_000;

    private static final Set<String> ENDED = Set.of("succeeded", "failed");
    private static final String CLUSTER = "/v1/clusters/crash";

    @Test
    void goes_on_after_every_kill() throws Exception {
        Installation slipway = Installation.get();
        int vms = slipway.vms().size();
        slipway.slipway("create-cluster", "crash", "--plan", "small", "--no-wait")
                .mustSucceed();
        var moments = new ArrayList<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            int delay = new Random().nextInt(LATEST_KILL_MILLIS);
            TimeUnit.MILLISECONDS.sleep(delay);
            moments.add(delay + " ms after its start, while " + state(slipway.api()));
            kill(slipway);
        }

        Api api = slipway.api();
        Installation.await(Duration.ofMinutes(4), () -> {
            String state = state(api);
            return ENDED.contains(state) ? "" : state;
        });
        assertThat(state(api)).as("killed %s: %s", moments, api.get(CLUSTER)).isEqualTo("succeeded");
        assertThat(slipway.vms()).as("VMs, killed %s", moments).hasSize(vms + 2);
        slipway.slipway("get-credentials", "crash").mustSucceed();
        assertThat(slipway.kubectl("crash", "get", "nodes", "--no-headers")
                        .lines()
                        .filter(line -> line.contains(" Ready ")))
                .hasSize(1);
        slipway.slipway("delete-cluster", "crash", "--non-interactive").mustSucceed();
        assertThat(slipway.vms()).hasSize(vms);
    }

    private static String state(Api api) throws Exception {
        return api.get(CLUSTER).path("last_action_state").asText();
    }

    private static void kill(Installation slipway) throws Exception {
        ProcessHandle director = slipway.director();
        director.destroyForcibly();
        director.onExit().get(10, TimeUnit.SECONDS);
        slipway.up("--no-cluster").mustSucceed();
    }
}
