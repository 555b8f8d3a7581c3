package io.slipway.server;

import io.slipway.health.HealthSettings;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginSettings;
import io.slipway.health.resurrection.ResurrectionSettings;
import io.slipway.server.ServerSettings.Invalid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads how the health monitor is set: {@code resurrection} and {@code health_monitor}. */
final class HealthReader {
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(35);

    private HealthReader() {}

    static HealthSettings read(Section all) throws Invalid {
        var usual = HealthSettings.DEFAULT;
        Section monitor = all.section("health_monitor", "intervals", "plugins");
        Section intervals = monitor.section("intervals", "agent_timeout", "rogue_agent_alert");
        var timeout = intervals.seconds("agent_timeout", usual.agentTimeout());
        if (timeout.compareTo(SHORTEST_TIMEOUT) < 0) {
            throw intervals.invalid(
                    "agent_timeout",
                    "is '" + timeout.toSeconds() + "', and must be a number from " + SHORTEST_TIMEOUT.toSeconds()
                            + " on: agents send a heartbeat every 30 s");
        }
        return new HealthSettings(
                resurrection(all),
                timeout,
                intervals.seconds("rogue_agent_alert", usual.rogueAgentAlert()),
                monitor.has("plugins") ? plugins(monitor) : usual.plugins());
    }

    private static List<PluginSettings> plugins(Section monitor) throws Invalid {
        var found = new ArrayList<PluginSettings>();
        for (Section plugin : monitor.sections("plugins", "name", "events", "options")) {
            try {
                found.add(PluginSettings.read(
                        "health_monitor.plugins[" + found.size() + "]",
                        plugin.text("name"),
                        plugin.has("events") ? plugin.texts("events") : List.of(),
                        plugin.map("options")));
            } catch (Options.Invalid invalid) {
                throw monitor.invalidAt(invalid.field(), invalid.expected());
            }
        }
        return found;
    }

    private static ResurrectionSettings resurrection(Section all) throws Invalid {
        Section section = all.section(
                "resurrection",
                "interval",
                "lost_grace",
                "unresponsive_grace",
                "minimum_down_jobs",
                "percent_threshold",
                "time_threshold",
                "group_percent_threshold",
                "max_in_flight",
                "stable",
                "longest_pause");
        var usual = ResurrectionSettings.DEFAULT;
        var found = new ResurrectionSettings(
                section.seconds("interval", usual.interval()),
                section.seconds("lost_grace", usual.lostGrace()),
                section.seconds("unresponsive_grace", usual.unresponsiveGrace()),
                section.count("minimum_down_jobs", usual.minimumDownJobs()),
                section.part("percent_threshold", usual.percentThreshold()),
                section.seconds("time_threshold", usual.timeThreshold()),
                section.part("group_percent_threshold", usual.groupPercentThreshold()),
                section.count("max_in_flight", usual.maxInFlight()),
                usual.gathering(),
                section.seconds("stable", usual.stable()),
                section.seconds("longest_pause", usual.longestPause()));
        if (found.unresponsiveGrace().compareTo(found.lostGrace()) < 0) {
            throw section.invalid(
                    "unresponsive_grace",
                    "is '" + found.unresponsiveGrace().toSeconds()
                            + "', and must not be less than resurrection.lost_grace, which is '"
                            + found.lostGrace().toSeconds() + "'");
        }
        return found;
    }
}
