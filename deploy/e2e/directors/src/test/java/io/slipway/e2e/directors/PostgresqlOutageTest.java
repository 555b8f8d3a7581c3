package io.slipway.e2e.directors;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Installation;
import io.slipway.e2e.Outcome;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL is not there for half a minute while a cluster is made; nobody touches the directors. */
@Tag("soak")
@Order(2)
class PostgresqlOutageTest {
    private static final long AWAY_S = 30;
    private static final Duration ACCEPTED = Duration.ofMinutes(2);

    /** All creations take longer than this, also where nothing has to be compiled any more. */
    private static final int LATEST_MS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 4, 5})
    void a_cluster_is_made_all_the_same(long seed) throws Exception {
        var slipway = Installation.get();
        String name = "away-" + seed;
        long moment = new SplittableRandom(seed).nextInt(LATEST_MS);
        long begun = System.nanoTime();
        CompletableFuture<Outcome> creation =
                CompletableFuture.supplyAsync(() -> slipway.slipway("create-cluster", name, "--plan", "small"));
        // Before, the answer might be lost, and the command would say so and end.
        Installation.await(
                ACCEPTED, () -> slipway.json("tasks", "--current", "--json").isEmpty() ? "no task has begun" : "");
        TimeUnit.MILLISECONDS.sleep(moment);
        assertThat(creation).as("the creation after %d ms", moment).isNotDone();

        beAway(slipway);

        creation.get(10, TimeUnit.MINUTES).mustSucceed();
        System.out.printf(
                "PostgreSQL went away %.1f s after the task had begun, for %d s, and the cluster was there after %.1f s%n",
                moment / 1e3, AWAY_S, (System.nanoTime() - begun) / 1e9);
        assertThat(slipway.vms()).hasSize(2);
        slipway.slipway("get-credentials", name).mustSucceed();
        assertThat(slipway.kubectl(name, "get", "nodes", "--no-headers").lines())
                .hasSize(1)
                .allMatch(line -> line.contains(" Ready "));
        slipway.slipway("delete-cluster", name, "--non-interactive").mustSucceed();
        assertThat(slipway.vms()).isEmpty();
        assertThat(slipway.json("tasks", "--current", "--json")).isEmpty();
    }

    /** The supervisor would start it again at once, so it stands still meanwhile. */
    private static void beAway(Installation slipway) throws Exception {
        var status = slipway.json("status", "--json");
        String supervisor = status.at("/supervisor/pid").asText();
        String postgresql = status.at("/postgresql/pid").asText();
        var directors = slipway.directors();
        signal("-STOP", supervisor);
        try {
            // Its quickest end but for its death.
            signal("-INT", postgresql);
            TimeUnit.SECONDS.sleep(AWAY_S);
            assertThat(ProcessHandle.of(Long.parseLong(postgresql)))
                    .as("PostgreSQL while it is away")
                    .isEmpty();
        } finally {
            signal("-CONT", supervisor);
        }
        assertThat(slipway.directors()).as("directors that lived on").isEqualTo(directors);
    }

    private static void signal(String signal, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, pid).inheritIO().start().waitFor())
                .isZero();
    }
}
