package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The director dies that monitors the health of all: the next one knows what people were told already, and goes on. */
class MonitorMovesTest {
    private static final String NAME = "moving";

    @Test
    void an_alert_is_told_once_and_its_end_by_whoever_monitors_then(@TempDir Path folder) throws Exception {
        try (var database = Postgresql.start();
                var cluster = DirectorCluster.start(folder, database.settings(), 3)) {
            var api = cluster.node(1).api();
            assertThat(api.ended(api.deploy(DirectorCluster.manifest(NAME, 6)))
                            .path("state")
                            .asText())
                    .isEqualTo("done");
            // Nobody makes it anew before the monitor has moved.
            api.put("/resurrection", "{\"resurrection_paused\": true}", 200);
            var row = api.get("/deployments/" + NAME + "/instances").path(0);
            String dead = row.path("cid").asText();

            cluster.infrastructure().loseVm(dead);
            await(() -> count(api, "create") == 1);
            // The first that started is the oldest, and has the singletons.
            var monitoring = cluster.alive().stream()
                    .filter(node -> node.director().system().address().equals(oldest(cluster)))
                    .findFirst()
                    .orElseThrow();
            var other = cluster.alive().stream()
                    .filter(node -> node != monitoring)
                    .findFirst()
                    .orElseThrow()
                    .api();
            monitoring.die();
            await(() -> answers(other));
            LockSupport.parkNanos(25_000_000_000L);
            assertThat(count(other, "create")).isEqualTo(1);
            assertThat(count(other, "resolve")).isZero();
            assertThat(other.text("/tasks?verbose=2&limit=50")).doesNotContain("scan and fix");

            other.put("/resurrection", "{\"resurrection_paused\": false}", 200);

            await(() -> count(other, "resolve") == 1);
            assertThat(other.text("/deployments/" + NAME + "/instances")).doesNotContain(dead);
            assertThat(count(other, "create")).isEqualTo(1);
        }
    }

    private static Address oldest(DirectorCluster cluster) {
        var state = Cluster.get(cluster.alive().getFirst().director().system()).state();
        var oldest = state.getMembers().iterator().next();
        for (var member : state.getMembers()) {
            oldest = member.isOlderThan(oldest) ? member : oldest;
        }
        return oldest.address();
    }

    private static boolean answers(Api api) {
        try {
            return api.status("/deployments") == 200;
        } catch (Exception notYet) {
            return false;
        }
    }

    private static int count(Api api, String action) {
        try {
            return api.get("/events?object_type=alert&action=" + action).size();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 90_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("what is awaited comes in time").isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
