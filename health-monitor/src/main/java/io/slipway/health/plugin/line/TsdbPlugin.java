package io.slipway.health.plugin.line;

import io.slipway.health.plugin.Metric;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginFactory;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code tsdb}: metrics by OpenTSDB's {@code put} of its telnet protocol. */
public final class TsdbPlugin implements PluginFactory {
    @Override
    public String name() {
        return "tsdb";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("host", "port");
        var connection = Connection.plain(options);
        return given -> new LinePlugin(connection, TsdbPlugin::lines);
    }

    private static String lines(Notice notice) {
        if (!(notice instanceof Heartbeat heartbeat)) {
            return "";
        }
        var tags = new TreeMap<>(NoticeShape.tags(heartbeat));
        tags.put("deployment", heartbeat.deployment());
        String marks = tags.entrySet().stream()
                .filter(tag -> !tag.getValue().toString().isBlank())
                .map(tag -> tag.getKey() + "=" + tag.getValue().toString().replaceAll("[^A-Za-z0-9_./-]", "_"))
                .collect(Collectors.joining(" "));
        return Metric.of(heartbeat).stream()
                .map(metric -> "put " + metric.name() + " "
                        + heartbeat.timestamp().getEpochSecond() + " " + metric.text() + " " + marks + "\n")
                .collect(Collectors.joining());
    }
}
