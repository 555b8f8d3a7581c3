package io.slipway.cli.supervisor;

import io.slipway.cli.supervisor.SupervisorPlan.DirectorPlan;
import io.slipway.cli.supervisor.Watch.Look;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps one director running, on a thread of its own: one that is silent holds up nobody else. */
final class Keeper implements Runnable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    private final DirectorPlan plan;
    private final Health health;
    private final Consumer<String> log;
    private volatile boolean isStopped;
    private volatile Watch watch = Watch.absent(Instant.now());
    private @Nullable ProcessHandle process;
    private Instant asked = Instant.EPOCH;

    Keeper(DirectorPlan plan, Consumer<String> log) {
        this.plan = plan;
        this.health = new Health(plan.url(), Path.of(plan.ca()));
        this.log = text -> log.accept(plan.name() + " " + text);
    }

    /** How it is, for those who ask. */
    Watch watch() {
        return watch;
    }

    String name() {
        return plan.name();
    }

    @Override
    public void run() {
        Optional<ProcessHandle> running = Processes.find(plan.ending());
        running.ifPresent(found -> {
            process = found;
            watch = Watch.found(found.info().startInstant().orElse(Instant.now()), Instant.now());
            log.accept("is there already, as process " + found.pid());
        });
        while (!isStopped) {
            turn();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void turn() {
        Instant now = Instant.now();
        ProcessHandle known = process;
        if (known != null && !known.isAlive()) {
            process = null;
            take(watch.step(now, Look.ABSENT));
        } else if (known != null) {
            if (Duration.between(asked, now).compareTo(BETWEEN_QUESTIONS) >= 0) {
                asked = now;
                Look look = health.answers() ? Look.ANSWERS : Look.SILENT;
                // It may have ended while it was asked: then the next turn sees that.
                if (known.isAlive()) {
                    take(watch.step(Instant.now(), look));
                }
            }
        } else if (!now.isBefore(watch.at())) {
            process = Processes.find(plan.ending()).orElse(null);
            take(watch.step(now, process == null ? Look.ABSENT : Look.SILENT));
        }
    }

    private void take(Watch.Step step) {
        if (isStopped) {
            return;
        }
        watch = step.next();
        if (!step.remark().isEmpty()) {
            log.accept(step.remark());
        }
        switch (step.act()) {
            case NOTHING -> {}
            case START -> start();
            case KILL -> {
                ProcessHandle known = process;
                if (known != null) {
                    known.destroyForcibly();
                }
            }
        }
    }

    private void start() {
        try {
            process = Processes.startApart(plan.command(), Path.of(plan.folder()), Path.of(plan.log()))
                    .toHandle();
        } catch (IOException failure) {
            log.accept("cannot be started: " + failure.getMessage());
            watch = watch.step(Instant.now(), Look.ABSENT).next();
        }
    }

    /** From now on nothing is started. */
    void stop() {
        isStopped = true;
    }
}
