package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.server.CrashPoints.Moment;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * The same work for many subjects at once, of which the n-th stops at the n-th of its writes to the journal. When all are
 * stopped or through, the director dies and comes back, and every task is to be done in the end.
 *
 * @param work what it is, for people
 * @param subjects as {@link CrashPoints} knows them, more than the work takes writes; the first is left unhurt
 * @param leastWrites fewer writes than that would be a wrong count
 */
record DeathAtEachWrite(
        SimulatedDirector director, Moment moment, String work, List<String> subjects, int leastWrites) {
    private static final Duration STOPS_DEADLINE = Duration.ofSeconds(60);
    /** The director does what is waited for in this JVM, and wants the processors. */
    private static final Duration POLL = Duration.ofMillis(50);

    /** Begins the work for one subject and returns its task. */
    @FunctionalInterface
    interface Beginning {
        long begin(String subject) throws Exception;
    }

    void of(Beginning beginning) throws Exception {
        var tasks = new LinkedHashMap<String, Long>();
        for (int nth = 0; nth < subjects.size(); nth++) {
            String subject = subjects.get(nth);
            if (nth == 0) {
                points().count(subject);
            } else {
                points().stop(subject, nth, moment);
            }
            tasks.put(subject, beginning.begin(subject));
        }
        awaitStops(tasks);
        checkStops();
        director.die();

        director.start();

        for (var task : tasks.entrySet()) {
            var ended = director.api().ended(task.getValue());
            assertThat(ended.path("state").asText())
                    .as("%s of %s, which died %s its write: %s", work, task.getKey(), moment, ended)
                    .isEqualTo("done");
        }
    }

    private CrashPoints points() {
        return director.crashPoints();
    }

    private void awaitStops(Map<String, Long> tasks) throws Exception {
        var left = new TreeSet<>(tasks.keySet());
        long deadline = System.nanoTime() + STOPS_DEADLINE.toNanos();
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("%s, not over: %s", work, left).isLessThan(deadline);
            LockSupport.parkNanos(POLL.toNanos());
            left.removeIf(points()::isStopped);
            var going = going();
            left.removeIf(subject -> !going.contains(tasks.get(subject)));
        }
    }

    private Set<Long> going() throws Exception {
        var numbers = new HashSet<Long>();
        director.api()
                .get("/tasks?verbose=2&limit=1000&state=queued,processing,cancelling")
                .forEach(task -> numbers.add(task.path("id").asLong()));
        return numbers;
    }

    private void checkStops() {
        int steps = points().written(subjects.getFirst());
        assertThat(steps).as("writes of %s", work).isBetween(leastWrites, subjects.size() - 1);
        for (int nth = 1; nth <= steps; nth++) {
            assertThat(points().isStopped(subjects.get(nth)))
                    .as("%s stopped %s write %d of %d", work, moment, nth, steps)
                    .isTrue();
        }
        System.out.printf("%s: died %s each of %d writes%n", work, moment, steps);
    }
}
