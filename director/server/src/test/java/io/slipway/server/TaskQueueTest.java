package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.cpi.simulated.fault.Rule;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One worker, which a deploy holds while the infrastructure does not answer it. */
class TaskQueueTest {
    private static final TaskLimits ONE_WORKER = new TaskLimits(1, 2, 2000);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private SimulatedDirector director;
    private Rule hanging;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, ONE_WORKER);
        hanging = director.infrastructure().faults().on(CpiMethod.CREATE_VM).inject(new CpiFault.Hang());
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void deployments_take_turns_and_those_that_wait_are_queued() throws Exception {
        long first = deploy("a", "one");
        awaitState(first, "processing");
        var waiting = List.of(deploy("a", "two"), deploy("a", "three"), deploy("b", "one"), deploy("c", "one"));
        for (long task : waiting) {
            assertThat(state(task)).isEqualTo("queued");
            assertThat(director.api().task(task).path("started_at").isNull()).isTrue();
        }

        hanging.lift();

        assertThat(inOrderOfBegin(waiting))
                .containsExactly(waiting.get(2), waiting.get(3), waiting.get(0), waiting.get(1));
    }

    @Test
    void what_somebody_waits_for_does_not_wait_for_a_deploy() throws Exception {
        awaitState(deploy("a", "one"), "processing");
        deploy("b", "one");

        long list = director.api().taskOf("/deployments/a/instances?format=full");

        assertThat(director.api().ended(list).path("state").asText()).isEqualTo("done");
        hanging.lift();
    }

    @Test
    void what_is_cancelled_while_it_is_queued_ends_at_once_and_changes_nothing() throws Exception {
        awaitState(deploy("a", "one"), "processing");
        long deploy = deploy("b", "one");
        long upload = director.api().upload("/releases", TinyRelease.release());

        director.api().cancel(deploy);
        director.api().cancel(upload);

        assertThat(director.api().ended(deploy).path("state").asText()).isEqualTo("cancelled");
        assertThat(director.api().ended(upload).path("state").asText()).isEqualTo("cancelled");
        assertThat(director.api().get("/deployments").findValuesAsText("name")).containsExactly("a");
        hanging.lift();
    }

    @Test
    void all_that_is_queued_is_cancelled_by_type_and_deployment() throws Exception {
        long running = deploy("a", "one");
        awaitState(running, "processing");
        long deploy = deploy("b", "one");
        long other = deploy("c", "one");
        long deletion = director.api().delete("/deployments/b");

        director.api().post("/tasks/cancel", "{\"types\":[\"update_deployment\"],\"deployment\":\"b\"}", 204);
        director.api().post("/tasks/cancel", "{\"states\":[\"done\"]}", 400);

        assertThat(director.api().ended(deploy).path("state").asText()).isEqualTo("cancelled");
        assertThat(state(running)).isEqualTo("processing");
        assertThat(state(other)).isEqualTo("queued");
        assertThat(state(deletion)).isEqualTo("queued");
        hanging.lift();
    }

    @Test
    void a_dry_run_does_not_keep_the_only_worker_from_the_deploy_that_it_waits_for() throws Exception {
        long first = deploy("a", "one");
        awaitState(first, "processing");
        long second = deploy("a", "two");
        long dryRun = director.api().deploy(TinyRelease.manifest("a", 1, "three", "small"), "?dry_run=true");

        hanging.lift();

        director.api().done(first);
        assertThat(director.api().ended(dryRun).path("result").asText())
                .containsAnyOf("/deployments/a", "locking task id is " + second);
        director.api().done(second);
    }

    @Test
    void a_deploy_that_runs_stops_at_its_next_safe_point() throws Exception {
        long deploy = deploy("a", "one");
        awaitState(deploy, "processing");

        director.api().cancel(deploy);
        assertThat(state(deploy)).isEqualTo("cancelling");
        hanging.lift();

        assertThat(director.api().ended(deploy).path("state").asText()).isEqualTo("cancelled");
    }

    @Test
    void what_is_queued_or_to_be_cancelled_when_the_director_dies_still_is_when_it_comes_back() throws Exception {
        long cancelled = deploy("a", "one");
        awaitState(cancelled, "processing");
        long queued = deploy("b", "one");
        director.api().cancel(cancelled);

        director.die();
        hanging.lift();
        director.start();

        assertThat(director.api().ended(cancelled).path("state").asText()).isEqualTo("cancelled");
        assertThat(director.api().ended(queued).path("state").asText()).isEqualTo("done");
    }

    @Test
    void lists_show_what_changes_something_unless_all_is_asked_for() throws Exception {
        hanging.lift();
        director.api().ended(deploy("a", "one"));
        director.api().ended(director.api().taskOf("/deployments/a/instances?format=full"));

        assertThat(director.api().get("/tasks?deployment=a").findValuesAsText("description"))
                .containsExactly("create deployment");
        assertThat(director.api().get("/tasks?deployment=a&verbose=2").findValuesAsText("description"))
                .containsExactly("retrieve vm-stats", "create deployment");
        assertThat(director.api().get("/tasks?verbose=2&limit=0")).hasSize(1);
    }

    private long deploy(String name, String text) throws Exception {
        return director.api().deploy(TinyRelease.manifest(name, 1, text, "small"));
    }

    private String state(long task) throws Exception {
        return director.api().task(task).path("state").asText();
    }

    private void awaitState(long task, String state) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!state(task).equals(state)) {
            assertThat(System.nanoTime()).as("task %d: %s", task, state(task)).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    /** As the audit trail tells. */
    private List<Long> inOrderOfBegin(List<Long> tasks) throws Exception {
        for (long task : tasks) {
            var ended = director.api().ended(task);
            assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
        }
        var order = new LinkedHashSet<Long>();
        for (String task :
                director.api().get("/events").findValuesAsText("task").reversed()) {
            if (!task.isEmpty() && tasks.contains(Long.parseLong(task))) {
                order.add(Long.parseLong(task));
            }
        }
        return List.copyOf(order);
    }
}
