package io.slipway.server;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slipway.engine.Deployments;
import io.slipway.engine.Engine;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskFilter;
import java.util.List;
import java.util.Locale;

/** The director's metrics in Prometheus' text format. */
final class Metrics implements AutoCloseable {
    private static final int MOST_TASKS = 1000;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    Metrics(Engine engine) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
        registry.gauge(
                "slipway.deployments", engine.deployments(), all -> all.list().size());
        registry.gauge("slipway.instances.running", engine.deployments(), all -> countInstances(all, true));
        registry.gauge("slipway.instances.not.running", engine.deployments(), all -> countInstances(all, false));
        for (State state : List.of(State.QUEUED, State.PROCESSING)) {
            registry.gauge(
                    "slipway.tasks." + state.name().toLowerCase(Locale.ROOT), engine.tasks(), tasks -> tasks.list(
                                    new TaskFilter(List.of(state), "", "", MOST_TASKS))
                            .size());
        }
    }

    /** What a scrape gets. */
    String text() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    private static double countInstances(Deployments deployments, boolean isRunning) {
        return deployments.list().stream()
                .flatMap(deployment -> deployments.instances(deployment.name()).stream())
                .filter(instance -> "running".equals(instance.jobState()) == isRunning)
                .count();
    }
}
