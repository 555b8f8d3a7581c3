package io.slipway.health.plugin.line;

import io.slipway.health.plugin.Metric;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginFactory;
import java.util.Set;

/** {@code graphite}: metrics by Carbon's plaintext protocol, named as BOSH names them. */
public final class GraphitePlugin implements PluginFactory {
    @Override
    public String name() {
        return "graphite";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("host", "port", "prefix");
        String prefix = options.has("prefix") ? options.text("prefix") + "." : "";
        var connection = Connection.plain(options);
        return given -> new LinePlugin(connection, notice -> lines(prefix, notice));
    }

    private static String lines(String prefix, Notice notice) {
        var lines = new StringBuilder();
        if (notice instanceof Heartbeat heartbeat) {
            String path = prefix + part(heartbeat.deployment()) + "." + part(heartbeat.job()) + "."
                    + part(heartbeat.instanceId()) + "." + part(heartbeat.agentId()) + ".";
            for (Metric metric : Metric.of(heartbeat)) {
                lines.append(path)
                        .append(metric.name().replace('.', '_'))
                        .append(' ')
                        .append(metric.text())
                        .append(' ')
                        .append(heartbeat.timestamp().getEpochSecond())
                        .append('\n');
            }
        }
        return lines.toString();
    }

    /** Names may have what ends a part of a path, or a line. */
    private static String part(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]", "_");
    }
}
