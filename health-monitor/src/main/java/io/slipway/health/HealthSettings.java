package io.slipway.health;

import io.slipway.health.liveness.LivenessSettings;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginSettings;
import io.slipway.health.resurrection.ResurrectionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How the health monitor of a director is set.
 *
 * @param agentTimeout how long an agent may send no heartbeat on a stream that is open
 * @param rogueAgentAlert for how long an agent that belongs to no instance may come again and again
 */
public record HealthSettings(
        ResurrectionSettings resurrection,
        Duration agentTimeout,
        Duration rogueAgentAlert,
        List<PluginSettings> plugins) {
    private static final List<String> USUAL_PLUGINS = List.of("event_logger", "logger");

    /** The times are those of BOSH's health monitor. */
    public static final HealthSettings DEFAULT = new HealthSettings(
            ResurrectionSettings.DEFAULT, Duration.ofSeconds(60), Duration.ofSeconds(120), usualPlugins());

    public HealthSettings {
        plugins = List.copyOf(plugins);
    }

    private static List<PluginSettings> usualPlugins() {
        return USUAL_PLUGINS.stream()
                .map(name -> {
                    try {
                        return PluginSettings.read("health_monitor.plugins", name, List.of(), Map.of());
                    } catch (Options.Invalid impossible) {
                        throw new IllegalStateException("a plugin that needs options is usual", impossible);
                    }
                })
                .toList();
    }

    /** As these, but for when VMs are made anew. */
    public HealthSettings with(ResurrectionSettings other) {
        return new HealthSettings(other, agentTimeout, rogueAgentAlert, plugins);
    }

    LivenessSettings liveness() {
        return new LivenessSettings(resurrection, rogueAgentAlert);
    }
}
