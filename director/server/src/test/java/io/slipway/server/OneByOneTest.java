package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.engine.instance.InstanceEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director dies in the midst of a deploy that goes through a group instance by instance. */
class OneByOneTest {
    private static final int INSTANCES = 20;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void the_rest_goes_one_by_one_on_the_old_inputs(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            director.api().done(director.api().deploy(manifest("one")));
            long firstValue = variable(director);
            var story = new JournalStory();
            story.read(director.crashPoints());
            story.forgetDowntimes();

            long before = goalsReached(director);
            long update = director.api().deploy(manifest("two"));
            awaitGoals(director, before + INSTANCES / 4);
            director.api().done(director.api().upload("/releases", TinyRelease.version("2")));
            awaitGoals(director, before + INSTANCES / 2);
            var dying = director.crashPoints();
            director.die();
            story.read(dying);
            var ofFirst = Set.copyOf(story.wentDown("d"));
            director.start();

            director.api().done(update);
            story.read(director.crashPoints());
            assertThat(story.mostDown("d"))
                    .as("instances that were down at a time")
                    .isEqualTo(1);
            assertThat(story.plans()).as("plans, of which each deploy has one").isEqualTo(2);
            assertThat(ofFirst)
                    .as("instances that the first director had come to")
                    .hasSizeBetween(INSTANCES / 2, INSTANCES / 2 + 2);
            assertThat(story.wentDown("d")).as("all, once").hasSize(INSTANCES);
            assertThat(variable(director)).as("made anew once").isEqualTo(firstValue + 1);
            assertThat(director.api().get("/deployments").at("/0/releases").findValuesAsText("version"))
                    .containsExactly("1");
        }
    }

    @Test
    void what_is_asked_for_later_takes_what_came_meanwhile(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            director.api().done(director.api().deploy(manifest("one").replace("instances: 20", "instances: 1")));
            director.api().done(director.api().upload("/releases", TinyRelease.version("2")));

            director.api().done(director.api().deploy(manifest("one").replace("instances: 20", "instances: 1")));

            assertThat(director.api().get("/deployments").at("/0/releases").findValuesAsText("version"))
                    .containsExactly("2");
        }
    }

    private static String manifest(String text) {
        return TinyRelease.manifest("d", INSTANCES, text + "-((secret))", "small")
                        .replace("version: '1'}]\nstemcells", "version: latest}]\nstemcells")
                        .replace("max_in_flight: 10", "max_in_flight: 1")
                + "variables: [{name: secret, type: password, update_mode: overwrite}]\n";
    }

    private static long variable(SimulatedDirector director) throws Exception {
        var variables = director.api().get("/deployments/d/variables");
        assertThat(variables).hasSize(1);
        return variables.get(0).path("id").asLong();
    }

    private static long goalsReached(SimulatedDirector director) {
        return director.crashPoints().all().stream()
                .filter(written -> written.event() instanceof InstanceEvent.GoalReached)
                .count();
    }

    private static void awaitGoals(SimulatedDirector director, long number) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (goalsReached(director) < number) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }
}
