package io.slipway.e2e.directors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Three directors that {@code up --directors 3} has made, of which now one and now another dies. */
@Tag("soak")
@Order(1)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SeveralDirectorsTest {
    private static final Duration BACK = Duration.ofMinutes(2);

    private static Installation slipway;

    @BeforeAll
    static void up() {
        slipway = Installation.get();
    }

    @Test
    @Order(1)
    void are_three_processes_over_a_postgresql() {
        JsonNode status = status();

        assertThat(status.path("directors").findValuesAsText("ready")).containsExactly("true", "true", "true");
        assertThat(status.at("/postgresql/pid").asLong()).isPositive();
        assertThat(status.at("/supervisor/pid").asLong()).isPositive();
        assertThat(slipway.up("--no-cluster").mustSucceed().out())
                .startsWith("Everything was up already: nothing was changed.");
    }

    /** First the one that the command asks, then the next one, without a farewell and by standing still. */
    @Test
    @Order(2)
    void make_a_cluster_while_one_is_killed_and_one_is_frozen() throws Exception {
        CompletableFuture<Outcome> creation =
                CompletableFuture.supplyAsync(() -> slipway.slipway("create-cluster", "one", "--plan", "small"));
        TimeUnit.SECONDS.sleep(5);

        long killed = slipway.directors().getFirst().pid();
        signal("-KILL", killed);
        untilAllAreReady(killed);
        long frozen = slipway.directors().get(1).pid();
        signal("-STOP", frozen);
        untilAllAreReady(frozen);

        creation.get(10, TimeUnit.MINUTES).mustSucceed();
        assertThat(slipway.vms()).hasSize(2);
        slipway.slipway("get-credentials", "one").mustSucceed();
        assertThat(slipway.kubectl("one", "get", "nodes", "--no-headers").lines())
                .hasSize(1);
    }

    @Test
    @Order(3)
    void are_taken_over_when_their_supervisor_was_killed() throws Exception {
        List<Long> before = pids();
        signal("-KILL", status().at("/supervisor/pid").asLong());

        slipway.up("--no-cluster").mustSucceed();

        assertThat(pids()).isEqualTo(before);
        assertThat(status().at("/supervisor/pid").asLong()).isPositive();
    }

    @Test
    @Order(4)
    void go_down_and_come_up_with_what_they_had() throws Exception {
        slipway.slipway("down").mustSucceed();
        assertThat(slipway.directors()).isEmpty();

        slipway.up("--no-cluster").mustSucceed();

        Installation.await(
                BACK,
                () -> slipway.kubectl("one", "get", "nodes", "--no-headers").contains(" Ready ")
                        ? ""
                        : "no node is ready");
        slipway.slipway("delete-cluster", "one", "--non-interactive").mustSucceed();
        assertThat(slipway.vms()).isEmpty();
    }

    private static void untilAllAreReady(long gone) {
        Installation.await(BACK, () -> {
            boolean isBack = !pids().contains(gone)
                    && status().path("directors").findValuesAsText("ready").equals(List.of("true", "true", "true"));
            return isBack ? "" : "not all directors are ready";
        });
    }

    private static List<Long> pids() {
        return slipway.directors().stream().map(ProcessHandle::pid).toList();
    }

    private static JsonNode status() {
        return slipway.json("status", "--json");
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }
}
