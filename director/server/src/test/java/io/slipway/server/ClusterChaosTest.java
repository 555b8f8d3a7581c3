package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.VmDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deployments are made, changed and deleted while one of three directors dies, leaves, or is cut off from the others: which,
 * when, and what is asked for meanwhile is drawn from a seed. {@code -Dchaos.seed=N -Dchaos.rounds=1} does again what a round
 * of that seed did, as far as time lets it.
 */
@Tag("soak")
class ClusterChaosTest {
    private static final long FIRST_SEED = Long.getLong("chaos.seed", 1);
    private static final int ROUNDS = Integer.getInteger("chaos.rounds", 30);
    private static final double LONGEST_S = 15;

    private static Postgresql database;
    private static DirectorCluster cluster;

    private final Map<String, Integer> wanted = new TreeMap<>();

    private enum Fault {
        DEATH,
        LEAVING,
        CUT_BOTH_WAYS,
        CUT_ONE_WAY
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = Postgresql.start();
        cluster = DirectorCluster.start(folder, database, 3);
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
    }

    private void round(long seed, Map<Fault, Double> longest) throws Exception {
        var random = new Random(seed);
        int victim = random.nextInt(cluster.size());
        var fault = Fault.values()[random.nextInt(Fault.values().length)];
        int asked = (victim + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
        var api = cluster.node(asked).api();
        var tasks = new ArrayList<Long>();
        for (int i = 0; i < 2; i++) {
            tasks.add(ask(api, random));
        }
        LockSupport.parkNanos(random.nextInt(1_500) * 1_000_000L);
        String round = "seed " + seed + ": " + fault + " of director " + victim + " during tasks " + tasks;

        long begun = System.nanoTime();
        strike(victim, fault);
        for (long task : tasks) {
            var ended = patiently(api, task);
            assertThat(ended.path("state").asText()).as(round + ": " + ended).isEqualTo("done");
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        longest.merge(fault, seconds, Math::max);
        System.out.printf("%s: ended after %.1f s%n", round, seconds);
        awaitDeath(victim, round);
        assertTruth(api, round);
        assertThat(seconds).as(round).isLessThan(LONGEST_S + 10);
        cluster.startAll();
    }

    private long ask(Api api, Random random) throws Exception {
        if (wanted.size() < 3 || random.nextInt(4) == 0 && wanted.size() < 6) {
            String name = "d" + random.nextInt(1_000_000);
            wanted.put(name, 3 + random.nextInt(6));
            return api.deploy(DirectorCluster.manifest(name, wanted.get(name)));
        }
        var names = List.copyOf(wanted.keySet());
        String name = names.get(random.nextInt(names.size()));
        return switch (random.nextInt(4)) {
            case 0 -> {
                wanted.put(name, 1 + random.nextInt(9));
                yield api.deploy(DirectorCluster.manifest(name, wanted.get(name)));
            }
            case 1 -> api.deploy(DirectorCluster.manifest(name, wanted.getOrDefault(name, 1)), "?recreate=true");
            case 2 -> {
                wanted.remove(name);
                yield api.delete("/deployments/" + name);
            }
            default -> api.taskOfPut("/deployments/" + name + "/jobs/*?state=restart", "");
        };
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

    /** What lists say is what there is, and each thing is there once. */
    private void assertTruth(Api api, String round) throws Exception {
        var vms = new HashSet<String>();
        var addresses = new HashSet<String>();
        int instances = 0;
        for (var one : wanted.entrySet()) {
            var rows = api.get("/deployments/" + one.getKey() + "/instances");
            assertThat(rows).as(round).hasSize(one.getValue());
            for (JsonNode row : rows) {
                instances++;
                vms.add(row.path("cid").asText());
                row.path("ips").forEach(ip -> addresses.add(ip.asText()));
            }
        }
        assertThat(vms).as(round).hasSize(instances).doesNotContain("");
        assertThat(addresses).as(round).hasSize(instances);
        awaitNoOthers(vms, round);
        var disks = new HashSet<String>();
        for (String vm : vms) {
            var attached = cluster.infrastructure().getDisks(vm);
            assertThat(attached).as(round).hasSize(1);
            disks.addAll(attached);
        }
        assertThat(disks).as(round).hasSize(instances);
        api.get("/disks").forEach(orphan -> disks.add(orphan.path("disk_cid").asText()));
        assertThat(cluster.infrastructure().diskCids()).as(round).isEqualTo(disks);
    }

    /** VMs that packages were compiled on may still be going. */
    private static void awaitNoOthers(HashSet<String> vms, String round) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (true) {
            var there = new HashSet<String>();
            cluster.infrastructure().listVms().stream().map(VmDescription::cid).forEach(there::add);
            if (there.equals(vms)) {
                return;
            }
            if (System.nanoTime() > end) {
                assertThat(there).as(round).isEqualTo(vms);
            }
            LockSupport.parkNanos(100_000_000);
        }
    }
}
