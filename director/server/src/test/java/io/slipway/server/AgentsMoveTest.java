package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director dies on whom a third of many agents hang: they are at the others in seconds, and nobody takes a VM for dead. */
@Tag("soak")
class AgentsMoveTest {
    private static final int AGENTS = Integer.getInteger("agents", 1000);
    private static final double LONGEST_S = 10;

    @Test
    void agents_of_a_director_that_dies_are_with_the_others_soon_and_no_vm_is_made_anew(@TempDir Path folder)
            throws Exception {
        try (var database = Postgresql.start();
                var cluster = DirectorCluster.start(folder, database.settings(), 3)) {
            var api = cluster.node(0).api();
            long deploy = api.deploy(manifest());
            awaitEnd(api, deploy);
            var before = vms(api);
            assertThat(before).hasSize(AGENTS);

            long killed = System.nanoTime();
            cluster.node(2).die();
            int least = AGENTS;
            double seconds = 0;
            for (double passed = 0; passed < 2 * LONGEST_S; passed = (System.nanoTime() - killed) / 1e9) {
                int now = connected(cluster, before);
                least = Math.min(least, now);
                seconds = now < AGENTS ? passed : seconds;
                LockSupport.parkNanos(20_000_000);
            }
            System.out.printf(
                    "%d agents: all connected %.1f s after a director's death; least %d%n", AGENTS, seconds, least);

            assertThat(least).isLessThan(AGENTS);
            assertThat(connected(cluster, before)).isEqualTo(AGENTS);
            assertThat(seconds).isLessThan(LONGEST_S);
            // For longer than it takes to find a VM lost.
            LockSupport.parkNanos(75_000_000_000L);
            assertThat(vms(api)).isEqualTo(before);
            assertThat(api.text("/tasks?verbose=2&limit=50")).doesNotContain("scan and fix");
        }
    }

    private static void awaitEnd(Api api, long task) throws Exception {
        long end = System.nanoTime() + 900_000_000_000L;
        while (!api.task(task).path("state").asText().equals("done")) {
            assertThat(api.task(task).path("state").asText()).isIn("queued", "processing");
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(200_000_000);
        }
    }

    /** Agents that a director has welcomed on a stream that is open. */
    private static int connected(DirectorCluster cluster, Map<String, String> vms) {
        int count = 0;
        for (String cid : vms.values()) {
            count += cluster.infrastructure().agent(cid).orElseThrow().isConnected() ? 1 : 0;
        }
        return count;
    }

    private static Map<String, String> vms(Api api) throws Exception {
        var vms = new HashMap<String, String>();
        api.get("/deployments/many/instances")
                .forEach(row -> vms.put(row.path("id").asText(), row.path("cid").asText()));
        return vms;
    }

    private static String manifest() {
        return """
            name: many
            releases: [{name: tiny, version: '1'}]
            stemcells: [{alias: default, os: tiny, version: '1'}]
            update: {canaries: 1, max_in_flight: 50, canary_watch_time: 1-60000, update_watch_time: 1-60000}
            instance_groups:
            - name: web
              instances: %d
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: web, release: tiny}]
            """.formatted(AGENTS);
    }
}
