package io.slipway.health;

import io.slipway.health.plugin.PluginFactory;
import io.slipway.health.plugin.PluginQueue;
import io.slipway.health.plugin.Plugins;
import io.slipway.health.watch.MonitorNode;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorSystem;

/** The health monitor's part of one director: it watches the agents whose streams this director holds, and tells of alerts. */
public final class HealthMonitor implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private final Plugins plugins;
    private final MonitorNode node;

    private HealthMonitor(Plugins plugins, MonitorNode node) {
        this.plugins = plugins;
        this.node = node;
    }

    /**
     * Starts it.
     *
     * @param repeat does something again and again
     */
    public static HealthMonitor start(
            ActorSystem<?> system,
            BiConsumer<Duration, Runnable> repeat,
            MonitorNode.Surroundings given,
            HealthSettings settings) {
        var plugins = Plugins.start(settings.plugins(), new PluginFactory.Surroundings(given.audit()));
        var node = MonitorNode.start(system, given, settings.liveness(), plugins);
        repeat.accept(SILENCE, () -> given.sessions().endSilent(settings.agentTimeout()));
        return new HealthMonitor(plugins, node);
    }

    /** What became of what plugins were told, by their names. */
    public Map<String, PluginQueue.Counts> plugins() {
        return plugins.counts();
    }

    @Override
    public void close() {
        node.close();
        plugins.close();
    }
}
