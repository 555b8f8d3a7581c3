package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three directors are one: whichever of them dies, what was asked for is done once. */
class DirectorClusterTest {
    private static Postgresql database;
    private static DirectorCluster cluster;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = Postgresql.start();
        cluster = DirectorCluster.start(folder, database.settings(), 3);
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void every_director_shows_and_does_the_same() throws Exception {
        long task = cluster.node(1).api().deploy(DirectorCluster.manifest("everywhere", 3));

        assertThat(cluster.node(2).api().ended(task).path("state").asText()).isEqualTo("done");
        for (var node : cluster.alive()) {
            assertThat(node.api().get("/ready").path("status").asText()).isEqualTo("ok");
            assertThat(node.api().get("/deployments/everywhere/instances")).hasSize(3);
            assertThat(node.api().text("/tasks/" + task + "/output?type=event")).contains("Updating instance");
        }
    }

    @Test
    void whoever_dies_in_the_midst_of_a_deploy_it_ends_well_and_nothing_is_doubled() throws Exception {
        for (int victim : List.of(0, 1, 2)) {
            String name = "dying-" + victim;
            var asker = cluster.node((victim + 1) % 3).api();
            long task = asker.deploy(DirectorCluster.manifest(name, 12));
            awaitSome(asker, name);

            long killed = System.nanoTime();
            cluster.node(victim).die();

            var ended = asker.ended(task);
            System.out.printf(
                    "director %d died, the deploy ended %.1f s later%n", victim, (System.nanoTime() - killed) / 1e9);
            assertThat(ended.path("state").asText())
                    .describedAs(ended.toString())
                    .isEqualTo("done");
            var vms = new HashSet<String>();
            asker.get("/deployments/" + name + "/instances")
                    .forEach(row -> vms.add(row.path("cid").asText()));
            assertThat(vms).hasSize(12).doesNotContain("");
            cluster.startAll();
        }
    }

    private static void awaitSome(Api api, String deployment) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < end) {
            if (api.status("/deployments/" + deployment) == 200
                    && api.get("/deployments/" + deployment + "/instances").size() > 4) {
                return;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("no instance came up");
    }
}
