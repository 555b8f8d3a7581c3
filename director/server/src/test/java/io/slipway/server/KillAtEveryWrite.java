package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.server.CrashPoints.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One kind of request for many deployments at once, all that works for the n-th of which stops at the n-th write to the
 * journal. When all are stopped or through, the director dies and comes back; then every task is to be done in the end. The
 * one request that was not even journaled is asked for again, as its user would.
 *
 * @param deployments as {@link CrashPoints} knows them, more than the request takes writes; the first is left unhurt
 * @param ends how tasks may end
 */
record KillAtEveryWrite(SimulatedDirector director, Moment moment, List<String> deployments, Set<String> ends) {
    KillAtEveryWrite(SimulatedDirector director, Moment moment, List<String> deployments) {
        this(director, moment, deployments, Set.of("done"));
    }

    /** Of the writes of one deployment, by which they may be more than those of another: a state that was seen, or not. */
    private static final int MAY_NOT_COME = 2;

    private static final Duration STOPS_DEADLINE = Duration.ofSeconds(120);
    private static final Duration LAST_STOPS_DEADLINE = Duration.ofSeconds(10);
    /** The director does what is waited for in this JVM, and wants the processors. */
    private static final Duration POLL = Duration.ofMillis(50);

    /** Asks for something, and returns its task. */
    @FunctionalInterface
    interface Asking {
        long ask(Api api, String deployment) throws Exception;
    }

    /** Returns at which writes it was killed. */
    List<CrashPoints.Stop> of(String work, Asking asking) throws Exception {
        return of(work, asking, () -> {});
    }

    /** @param meanwhile happens while the director is away */
    List<CrashPoints.Stop> of(String work, Asking asking, Runnable meanwhile) throws Exception {
        var before = lastTasks();
        var asked = new LinkedHashMap<String, CompletableFuture<Long>>();
        for (int nth = 0; nth < deployments.size(); nth++) {
            String deployment = deployments.get(nth);
            if (nth == 0) {
                points().count(deployment);
            } else {
                points().stop(deployment, nth, moment);
            }
            asked.put(deployment, ask(asking, deployment));
        }
        awaitStops(work, asked);
        awaitLastStops();
        checkStops(work);
        var stops = points().stops();
        director.die();
        meanwhile.run();

        director.start();

        for (int nth = 0; nth < deployments.size(); nth++) {
            String deployment = deployments.get(nth);
            long last = before.getOrDefault(deployment, 0L);
            long task = nth == 1 && moment == Moment.BEFORE
                    ? asking.ask(director.api(), deployment)
                    : taskAfter(last, deployment);
            awaitEnd(work, deployment, task);
        }
        return stops;
    }

    private CrashPoints points() {
        return director.crashPoints();
    }

    private CompletableFuture<Long> ask(Asking asking, String deployment) {
        var answer = new CompletableFuture<Long>();
        var api = director.api();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(asking.ask(api, deployment));
            } catch (Exception | AssertionError failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private void awaitStops(String work, Map<String, CompletableFuture<Long>> asked) throws Exception {
        var left = new HashSet<>(asked.keySet());
        long deadline = System.nanoTime() + STOPS_DEADLINE.toNanos();
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("%s, not over: %s", work, left).isLessThan(deadline);
            LockSupport.parkNanos(POLL.toNanos());
            left.removeIf(points()::isStopped);
            var going = going();
            for (var one : asked.entrySet()) {
                var answer = one.getValue();
                if (left.contains(one.getKey())
                        && answer.isDone()
                        && !going.contains(answer.get(1, TimeUnit.SECONDS))) {
                    left.remove(one.getKey());
                }
            }
        }
    }

    /** The last writes are done when everybody knows of the end already. */
    private void awaitLastStops() {
        long deadline = System.nanoTime() + LAST_STOPS_DEADLINE.toNanos();
        while (points().stops().size() < points().written(deployments.getFirst()) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void checkStops(String work) {
        int writes = points().written(deployments.getFirst());
        assertThat(writes)
                .as("%s takes too many writes for so few deployments", work)
                .isLessThan(deployments.size());
        for (int nth = 1; nth <= writes - MAY_NOT_COME; nth++) {
            assertThat(points().isStopped(deployments.get(nth)))
                    .as("%s stopped %s write %d of %d", work, moment, nth, writes)
                    .isTrue();
        }
    }

    private Set<Long> going() throws Exception {
        var numbers = new HashSet<Long>();
        director.api()
                .get("/tasks?verbose=2&limit=1000&state=queued,processing,cancelling")
                .forEach(task -> numbers.add(task.path("id").asLong()));
        return numbers;
    }

    private Map<String, Long> lastTasks() throws Exception {
        var last = new LinkedHashMap<String, Long>();
        director.api()
                .get("/tasks?verbose=2&limit=100000")
                .forEach(task -> last.merge(
                        task.path("deployment").asText(), task.path("id").asLong(), Math::max));
        return last;
    }

    /** The request is known, whether or not it was answered: there is one task of it, or will be. */
    private long taskAfter(long last, String deployment) throws Exception {
        long deadline = System.nanoTime() + LAST_STOPS_DEADLINE.toNanos();
        while (true) {
            var tasks = new ArrayList<Long>();
            director.api()
                    .get("/tasks?verbose=2&limit=1000&deployment=" + deployment)
                    .forEach(task -> {
                        if (task.path("id").asLong() > last) {
                            tasks.add(task.path("id").asLong());
                        }
                    });
            assertThat(tasks).as("tasks of %s", deployment).hasSizeLessThan(2);
            if (!tasks.isEmpty()) {
                return tasks.getFirst();
            }
            assertThat(System.nanoTime()).as("no task of %s comes", deployment).isLessThan(deadline);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void awaitEnd(String work, String deployment, long task) throws Exception {
        var ended = director.api().ended(task);
        if (!ends.contains(ended.path("state").asText())) {
            throw new AssertionError("%s of %s, which died %s its write: %s%n%s"
                    .formatted(
                            work,
                            deployment,
                            moment,
                            ended,
                            director.api().text("/tasks/" + task + "/output?type=debug")));
        }
    }
}
