package io.slipway.agent.core.health;

import io.slipway.agent.core.Outbox;
import io.slipway.agent.core.Threads;
import io.slipway.protocol.agent.v1.Alert;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Beats for the director: at the interval it asked for, and at once when the jobs' state changes. A process that died,
 * and was restarted by monit maybe, is an alert.
 */
public final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final int CRITICAL = 2;

    private final HealthSource source;
    private final Outbox outbox;
    private final Threads threads;
    private final Level told;
    private volatile JobReport last = JobReport.UNMONITORED;
    private long intervalNanos = Duration.ofSeconds(30).toNanos();
    private long nextBeatNanos = System.nanoTime() + intervalNanos;
    private @Nullable Future<?> nextLook;
    private boolean isClosed;

    /** @param told at which level the death of a process is logged */
    public Heartbeats(HealthSource source, Outbox outbox, Threads threads, Level told) {
        this.source = source;
        this.outbox = outbox;
        this.threads = threads;
        this.told = told;
    }

    /** Zero keeps the present interval. */
    public synchronized void interval(int millis) {
        if (millis > 0 && intervalNanos != Duration.ofMillis(millis).toNanos()) {
            intervalNanos = Duration.ofMillis(millis).toNanos();
            nextBeatNanos = System.nanoTime() + intervalNanos;
            lookLater();
        }
    }

    /** What was seen last. Never waits. */
    public JobReport last() {
        return last;
    }

    /** Looks at the jobs and beats if they changed or the interval is over; returns after the beat is on its way. */
    public synchronized void look() {
        look(false);
    }

    /**
     * A beat now, for a director that has just welcomed this agent. The one after it comes at any time within the
     * interval, so that the beats of thousands of agents do not come all at once.
     */
    public synchronized void greet() {
        look(true);
        nextBeatNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(intervalNanos);
        lookLater();
    }

    private void look(boolean isBeating) {
        try {
            var now = source.report();
            var before = last;
            last = now;
            boolean hasChanged = now.differsFrom(before);
            if (hasChanged) {
                alertOnRestarts(before, now);
            }
            if (hasChanged || isBeating || System.nanoTime() - nextBeatNanos >= 0) {
                beat(now);
            }
        } catch (RuntimeException e) {
            LOG.warn("the jobs' state cannot be read", e);
        } finally {
            lookLater();
        }
    }

    private void lookLater() {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
        if (!isClosed) {
            var untilBeat = Duration.ofNanos(Math.max(0, nextBeatNanos - System.nanoTime()));
            var unchanged = source.unchangedFor(last);
            nextLook = threads.later(unchanged.compareTo(untilBeat) < 0 ? unchanged : untilBeat, this::look);
        }
    }

    private void beat(JobReport report) {
        nextBeatNanos = System.nanoTime() + intervalNanos;
        outbox.send(FromAgent.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .setJobState(report.state())
                        .addAllProcesses(report.processes())
                        .setVitals(source.vitals())
                        .setTimeMillis(System.currentTimeMillis()))
                .build());
    }

    private void alertOnRestarts(JobReport before, JobReport now) {
        if (!before.state().equals("running")) {
            return;
        }
        for (var process : now.pids().entrySet()) {
            long pid = before.pids().getOrDefault(process.getKey(), 0L);
            if (pid > 0 && process.getValue() != pid) {
                alert(process.getKey() + (process.getValue() > 0 ? " died and was restarted" : " died"));
            }
        }
    }

    private void alert(String what) {
        LOG.atLevel(told).log("process {}", what);
        outbox.send(FromAgent.newBuilder()
                .setAlert(Alert.newBuilder()
                        .setId(UUID.randomUUID().toString())
                        .setSeverity(CRITICAL)
                        .setTitle("process " + what)
                        .setSummary("process " + what)
                        .setTimeMillis(System.currentTimeMillis()))
                .build());
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }
}
