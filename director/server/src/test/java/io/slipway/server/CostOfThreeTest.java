package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs on one machine that there are three directors and not one: the same deployments at the same time, with one
 * PostgreSQL each and the simulated infrastructure. {@code -Dcost.deployments=10 -Dcost.instances=50}. Prints the figures.
 */
@Tag("soak")
class CostOfThreeTest {
    private static final int DEPLOYMENTS = Integer.getInteger("cost.deployments", 10);
    private static final int INSTANCES = Integer.getInteger("cost.instances", 50);
    private static final int ROUNDS = 3;
    /** Beyond this, something is wrong. */
    private static final double MOST = 3;

    @Test
    void three_directors_deploy_what_one_does_in_a_like_time(@TempDir Path folder) throws Exception {
        double one = seconds(Files.createDirectories(folder.resolve("one")), 1);
        double three = seconds(Files.createDirectories(folder.resolve("three")), 3);

        System.out.printf(
                Locale.ROOT,
                "%d deployments of %d instances: one director %.1f s, three %.1f s (median of %d each)%n",
                DEPLOYMENTS,
                INSTANCES,
                one,
                three,
                ROUNDS);
        assertThat(three / one).isLessThan(MOST);
    }

    private static double seconds(Path folder, int directors) throws Exception {
        try (var database = Postgresql.start();
                var cluster = DirectorCluster.start(folder, database.settings(), directors)) {
            var rounds = new ArrayList<Double>();
            // The first one is the warming up.
            for (int round = 0; round <= ROUNDS; round++) {
                rounds.add(round(cluster, round));
            }
            return rounds.subList(1, rounds.size()).stream().sorted().toList().get(ROUNDS / 2);
        }
    }

    private static double round(DirectorCluster cluster, int round) throws Exception {
        long begun = System.nanoTime();
        var tasks = new ArrayList<Long>();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            var api = cluster.node(i % cluster.size()).api();
            tasks.add(api.deploy(DirectorCluster.manifest("r" + round + "d" + i, INSTANCES)
                    .replace("max_in_flight: 3", "max_in_flight: " + INSTANCES)));
        }
        var api = cluster.node(0).api();
        for (long task : List.copyOf(tasks)) {
            assertThat(api.ended(task).path("state").asText()).isEqualTo("done");
        }
        return (System.nanoTime() - begun) / 1e9;
    }
}
