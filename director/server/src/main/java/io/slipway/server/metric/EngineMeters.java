package io.slipway.server.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.slipway.engine.EngineObserver;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks.State;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what the engine of this director does. */
public final class EngineMeters implements EngineObserver {
    private final MeterRegistry registry;
    private final AtomicInteger toGo = new AtomicInteger();

    public EngineMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("slipway.rollout.instances.pending", toGo, AtomicInteger::get)
                .description("Instances that rollouts led by this director have still to change.")
                .register(registry);
    }

    @Override
    public void taskEnded(TaskKind kind, State state, Duration ran) {
        Timer.builder("slipway.task.duration")
                .description("How long tasks ran, from their beginning to their end.")
                .tag("kind", kind.boshName())
                .tag("result", state.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofHours(4))
                .register(registry)
                .record(ran);
    }

    @Override
    public void instancesToGo(int more) {
        toGo.addAndGet(more);
    }

    @Override
    public void journaled(String kind, int events, Duration took, boolean isWritten) {
        Timer.builder("slipway.journal.write.duration")
                .description("How long it took until events of entities were in the journal.")
                .tag("entity", kind)
                .serviceLevelObjectives(
                        Duration.ofMillis(5), Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(registry)
                .record(took);
        var written = counter("slipway.journal.events", "Events that entities have written to the journal.", kind);
        var failed = counter("slipway.journal.write.errors", "Writes to the journal that failed.", kind);
        if (isWritten) {
            written.increment(events);
        } else {
            failed.increment();
        }
    }

    @Override
    public void recovered(String kind, int events, Duration took) {
        Timer.builder("slipway.entity.recovery.duration")
                .description("How long entities took to read their journals when they started.")
                .tag("entity", kind)
                .register(registry)
                .record(took);
        counter("slipway.entity.recovery.events", "Events that entities have read when they started.", kind)
                .increment(events);
    }

    private Counter counter(String name, String description, String kind) {
        return Counter.builder(name)
                .description(description)
                .tag("entity", kind)
                .register(registry);
    }
}
