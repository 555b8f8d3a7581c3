package io.slipway.server;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Engine;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskRow;
import java.time.Duration;
import java.util.List;

/**
 * The director's metrics in Prometheus' text format. What there is in the database is counted now and then, so that scrapes
 * cost nothing, however many come.
 */
final class Metrics implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(15);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Engine engine;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);

    /** What there was when it was counted last. */
    private record Counts(long deployments, long running, long notRunning, long queued, long processing) {}

    Metrics(Engine engine) {
        this.engine = engine;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        registry.gauge("slipway.deployments", this, metrics -> metrics.counts.deployments());
        registry.gauge("slipway.instances.running", this, metrics -> metrics.counts.running());
        registry.gauge("slipway.instances.not.running", this, metrics -> metrics.counts.notRunning());
        registry.gauge("slipway.tasks.queued", this, metrics -> metrics.counts.queued());
        registry.gauge("slipway.tasks.processing", this, metrics -> metrics.counts.processing());
        count();
        engine.repeat(PAUSE, this::count);
    }

    /** What a scrape gets. */
    String text() {
        return registry.scrape();
    }

    private void count() {
        List<InstanceRow> instances = engine.instanceRows().all();
        long running = instances.stream()
                .filter(instance -> instance.jobState().equals("running"))
                .count();
        List<TaskRow> open = engine.tasks().open();
        counts = new Counts(
                engine.deployments().list().size(),
                running,
                instances.size() - running,
                of(open, State.QUEUED),
                of(open, State.PROCESSING));
    }

    private static long of(List<TaskRow> open, State state) {
        return open.stream().filter(task -> task.state() == state).count();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
