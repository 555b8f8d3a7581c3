package io.slipway.agent.vitals;

import io.slipway.agent.command.Outbox;
import io.slipway.agent.monit.JobReport;
import io.slipway.agent.monit.JobSupervisor;
import io.slipway.protocol.agent.v1.Alert;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats for the director: at the interval it asked for, and at once when the jobs' state changes. A process that died
 * and was restarted by monit meanwhile is an alert.
 */
public final class HealthReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthReporter.class);
    private static final long WATCH_MILLIS = 1_000;
    private static final long EAGER_WATCH_MILLIS = 100;
    private static final int CRITICAL = 2;

    private final JobSupervisor jobs;
    private final VitalsReader vitals;
    private final Outbox outbox;
    private final Clock clock;
    private final BooleanSupplier hasSpec;
    private final BooleanSupplier isBooting;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("health").factory());
    private volatile long intervalMillis = 30_000;
    private volatile JobReport last = new JobReport("unmonitored", java.util.List.of(), Map.of());
    private long lastBeatNanos = System.nanoTime();

    public HealthReporter(
            JobSupervisor jobs,
            VitalsReader vitals,
            Outbox outbox,
            Clock clock,
            BooleanSupplier hasSpec,
            BooleanSupplier isBooting) {
        this.jobs = jobs;
        this.vitals = vitals;
        this.outbox = outbox;
        this.clock = clock;
        this.hasSpec = hasSpec;
        this.isBooting = isBooting;
    }

    public void start() {
        timer.execute(this::watch);
    }

    /** Zero keeps the present interval. */
    public void interval(int millis) {
        if (millis > 0) {
            intervalMillis = millis;
        }
    }

    public JobReport last() {
        return last;
    }

    public JobReport report() {
        if (isBooting.getAsBoolean()) {
            return new JobReport("starting", java.util.List.of(), Map.of());
        }
        return hasSpec.getAsBoolean() ? jobs.report() : new JobReport("unmonitored", java.util.List.of(), Map.of());
    }

    /** Looks at the jobs and beats if they changed; returns after the beat is on its way. */
    public synchronized void look() {
        var now = report();
        var before = last;
        last = now;
        if (now.differsFrom(before)) {
            alertOnRestarts(before, now);
            beat(now);
        } else if (System.nanoTime() - lastBeatNanos >= TimeUnit.MILLISECONDS.toNanos(intervalMillis)) {
            beat(now);
        }
    }

    /** A beat now, as after a new stream. */
    public void beatSoon() {
        timer.execute(() -> {
            synchronized (this) {
                last = report();
                beat(last);
            }
        });
    }

    private void watch() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("the jobs' state cannot be read", e);
        }
        var pause = last.state().equals("starting") ? EAGER_WATCH_MILLIS : Math.min(WATCH_MILLIS, intervalMillis);
        timer.schedule(this::watch, pause, TimeUnit.MILLISECONDS);
    }

    private void beat(JobReport report) {
        lastBeatNanos = System.nanoTime();
        outbox.send(FromAgent.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .setJobState(report.state())
                        .addAllProcesses(report.processes())
                        .setVitals(vitals.read())
                        .setTimeMillis(clock.millis()))
                .build());
    }

    private void alertOnRestarts(JobReport before, JobReport now) {
        if (!before.state().equals("running")) {
            return;
        }
        for (var process : now.pids().entrySet()) {
            var pid = before.pids().getOrDefault(process.getKey(), 0L);
            if (pid > 0 && !process.getValue().equals(pid)) {
                alert(process.getKey() + (process.getValue() > 0 ? " died and was restarted" : " died"));
            }
        }
    }

    private void alert(String what) {
        LOG.warn("process {}", what);
        outbox.send(FromAgent.newBuilder()
                .setAlert(Alert.newBuilder()
                        .setId(UUID.randomUUID().toString())
                        .setSeverity(CRITICAL)
                        .setTitle("process " + what)
                        .setSummary("process " + what)
                        .setTimeMillis(clock.millis()))
                .build());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
