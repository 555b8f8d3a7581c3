package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deployments are made, changed and deleted while one of three directors dies, leaves, or is cut off from the others, and what
 * they say to each other comes late or twice: which, when, and what is asked for meanwhile is drawn from a seed. {@code -Dchaos.seed=N -Dchaos.rounds=1} does again what a round
 * of that seed did, as far as time lets it.
 */
@Tag("soak")
class ClusterChaosTest {
    private static final long FIRST_SEED = Long.getLong("chaos.seed", 1);
    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 30);
    private static final double LONGEST_S = 15;
    /** Some hundred messages, one after the other, of which each fifth comes late. */
    private static final double LONGEST_IN_BAD_NETWORK_S = 90;

    private static Postgresql database;
    private static DirectorCluster cluster;

    private static Workload workload;

    private enum Fault {
        DEATH,
        LEAVING,
        CUT_BOTH_WAYS,
        CUT_ONE_WAY
    }

    /** What becomes of messages between directors meanwhile, of a hundred. */
    private enum Network {
        GOOD(0, 0),
        SLOW(20, 0),
        DOUBLING(0, 20),
        SLOW_AND_DOUBLING(10, 10);

        private final int late;
        private final int twice;

        Network(int late, int twice) {
            this.late = late;
            this.twice = twice;
        }
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = Postgresql.start();
        cluster = DirectorCluster.start(folder, database.settings(), 3);
        workload = new Workload(cluster.infrastructure());
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
    void whatever_becomes_of_one_of_three_every_task_ends_well_and_nothing_is_doubled_or_lost() throws Exception {
        var longest = new HashMap<Fault, Double>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            round(seed, longest);
        }
        System.out.println("rounds " + ROUNDS + ", longest from a fault to the end of all tasks (s): " + longest);
        System.out.println(UnreliableMailbox.counts());
    }

    private void round(long seed, Map<Fault, Double> longest) throws Exception {
        var random = new Random(seed);
        int victim = random.nextInt(cluster.size());
        var fault = Fault.values()[random.nextInt(Fault.values().length)];
        int asked = (victim + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
        var api = cluster.node(asked).api();
        var tasks = new ArrayList<Long>();
        for (int i = 0; i < 2; i++) {
            tasks.add(workload.ask(api, random));
        }
        LockSupport.parkNanos(random.nextInt(1_500) * 1_000_000L);
        var network = Network.values()[random.nextInt(Network.values().length)];
        String round = "seed " + seed + ": " + fault + " of director " + victim + " during tasks " + tasks
                + ", messages " + network;

        long begun = System.nanoTime();
        UnreliableMailbox.become(new UnreliableMailbox.Unreliability(network.late, network.twice, random));
        strike(victim, fault);
        for (long task : tasks) {
            var ended = patiently(api, task);
            assertThat(ended.path("state").asText()).as(round + ": " + ended).isEqualTo("done");
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        longest.merge(fault, seconds, Math::max);
        System.out.printf("%s: ended after %.1f s%n", round, seconds);
        if (seconds > LONGEST_S) {
            for (long task : tasks) {
                System.out.println(round + ": task " + task + "\n" + api.text("/tasks/" + task + "/output?type=debug"));
            }
        }
        awaitDeath(victim, round);
        UnreliableMailbox.become(UnreliableMailbox.Unreliability.NONE);
        workload.assertTruth(api, round);
        assertThat(seconds).as(round).isLessThan(network == Network.GOOD ? LONGEST_S + 10 : LONGEST_IN_BAD_NETWORK_S);
        cluster.startAll();
    }

    private static void strike(int victim, Fault fault) throws Exception {
        var node = cluster.node(victim);
        var others = cluster.alive().stream().filter(one -> one != node).toList();
        switch (fault) {
            case DEATH -> node.die();
            case LEAVING -> Thread.ofPlatform().start(node::leave);
            case CUT_BOTH_WAYS -> node.cutOffFrom(others, true);
            case CUT_ONE_WAY -> node.cutOffFrom(others, false);
        }
    }

    /** The director that is asked lives: where it does not answer, it does later. */
    private static JsonNode patiently(Api api, long task) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return api.ended(task);
            } catch (IOException silence) {
                if (tries == 10) {
                    throw silence;
                }
                LockSupport.parkNanos(500_000_000);
            }
        }
    }

    private static void awaitDeath(int victim, String round) {
        long end = System.nanoTime() + 40_000_000_000L;
        while (cluster.node(victim).isAlive()) {
            assertThat(System.nanoTime()).as(round + ": it lives on").isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }
}
