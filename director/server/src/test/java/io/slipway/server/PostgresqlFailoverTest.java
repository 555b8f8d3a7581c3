package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The PostgreSQL of three directors is restarted, stands still, or is lost and replaced by its replica, while deployments are
 * made, changed and deleted; nobody touches the directors. {@code -Dfailover.seed=N -Dfailover.rounds=1} does a round again.
 */
@Tag("soak")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgresqlFailoverTest {
    private static final long FIRST_SEED = Long.getLong("failover.seed", 0);
    private static final int ROUNDS = Integer.getInteger("failover.rounds", 8);
    private static final int TASKS = 3;
    private static final Duration FROZEN = Duration.ofSeconds(10);
    /** A frozen primary is given up after so long by each connection that has asked it something, and then others connect. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(25);

    private static final Duration DEADLINE = Duration.ofSeconds(120);

    private static ReplicatedPostgresql database;
    private static DirectorCluster cluster;
    private static Workload workload;

    private enum Fault {
        RESTARTED,
        KILLED_AND_REPLACED,
        FROZEN,
        FROZEN_AND_REPLACED
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = ReplicatedPostgresql.start();
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

    /** As if the machine of a primary had been cut off, and was there again after its replica had been promoted. */
    @Test
    @Order(2)
    void a_former_primary_that_comes_back_is_not_used() throws Exception {
        if (!database.isPrimaryFirst()) {
            database.primary().kill();
            database.promote();
            database.attach();
        }
        var api = cluster.node(0).api();
        long task = workload.ask(api, new Random(1));
        database.primary().freeze();
        database.promote();
        assertThat(ended(api, task, "after the fail-over").path("state").asText())
                .isEqualTo("done");

        database.replica().thaw();

        await("all directors halt", () -> cluster.alive().isEmpty());
        assertThatThrownBy(cluster.node(0)::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this is a former primary");

        database.replica().kill();
        database.attach();
        cluster.startAll();
        workload.assertTruth(cluster.node(0).api(), "after the former primary was stopped");
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    @Order(1)
    void whatever_becomes_of_the_primary_every_task_ends_well_and_nothing_is_doubled_or_lost() throws Exception {
        var silences = new EnumMap<Fault, List<Double>>(Fault.class);
        try (var witness = DatabaseWitness.of(database.settings())) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
                round(seed, witness, silences);
            }
        }
        System.out.println("rounds " + ROUNDS + ", longest time without progress, round by round (s): " + silences);
    }

    private static void round(long seed, DatabaseWitness witness, Map<Fault, List<Double>> silences) throws Exception {
        var random = new Random(seed);
        var fault = Fault.values()[Math.floorMod(seed, Fault.values().length)];
        var api = cluster.node(random.nextInt(cluster.size())).api();
        var tasks = new ArrayList<Long>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(workload.ask(api, random));
        }
        LockSupport.parkNanos(random.nextInt(1_500) * 1_000_000L);
        String round = "seed " + seed + ": PostgreSQL " + fault + " during tasks " + tasks;

        long begun = System.nanoTime();
        strike(fault);
        double struck = seconds(begun);
        for (long task : tasks) {
            var ended = ended(api, task, round);
            assertThat(ended.path("state").asText()).as(round + ": " + ended).isEqualTo("done");
        }
        var silence = witness.longestSilence(begun, System.nanoTime());
        silences.computeIfAbsent(fault, none -> new ArrayList<>()).add(silence.toMillis() / 1000.0);
        System.out.printf(
                "%s: there again after %.1f s, no progress for %.1f s, all ended after %.1f s, %d commits kept%n",
                round, struck, silence.toMillis() / 1e3, seconds(begun), witness.assertNothingLost(round));
        assertThat(silence).as(round).isLessThan(LONGEST_SILENCE);
        assertThat(cluster.alive()).as(round + ": directors that live").hasSize(cluster.size());
        workload.assertTruth(api, round);
        mend(fault);
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void strike(Fault fault) throws Exception {
        switch (fault) {
            case RESTARTED -> database.primary().restart();
            case KILLED_AND_REPLACED -> {
                database.primary().kill();
                database.promote();
            }
            case FROZEN -> {
                database.primary().freeze();
                LockSupport.parkNanos(FROZEN.toNanos());
                database.primary().thaw();
            }
            case FROZEN_AND_REPLACED -> {
                database.primary().freeze();
                database.promote();
            }
        }
    }

    private static void mend(Fault fault) throws Exception {
        switch (fault) {
            case RESTARTED, FROZEN -> {}
            case KILLED_AND_REPLACED -> database.attach();
            case FROZEN_AND_REPLACED -> {
                database.replica().kill();
                database.attach();
            }
        }
    }

    /** A director may say for a while that it cannot know. */
    private static JsonNode ended(Api api, long number, String round) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try {
                var task = api.find("/tasks/" + number);
                if (task.isPresent()
                        && !List.of("queued", "processing", "cancelling")
                                .contains(task.get().path("state").asText())) {
                    return task.get();
                }
            } catch (IOException silence) {
                // It is asked again.
            }
            assertThat(System.nanoTime())
                    .as(round + ": task " + number + " ends")
                    .isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
