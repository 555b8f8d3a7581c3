package io.slipway.health.plugin.line;

import io.slipway.health.alert.Severity;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.PluginFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/** {@code syslog}: RFC 5424 over TLS with counted octets (RFC 5425), or over plain TCP (RFC 6587) where that is asked for. */
public final class SyslogPlugin implements PluginFactory {
    private static final String APP = "slipway-health-monitor";
    private static final int FACILITIES = 23;
    private static final int DAEMON = 3;
    private static final int LEVELS = 8;
    private static final int INFO = 6;
    private static final int NOTICE = 5;

    @Override
    public String name() {
        return "syslog";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("host", "port", "transport", "ca_cert", "facility", "format");
        boolean isSecured =
                options.oneOf("transport", List.of("tls", "tcp"), "tls").equals("tls");
        if (!isSecured && options.has("ca_cert")) {
            throw options.invalid("ca_cert", "is given, and transport is 'tcp', which trusts everybody");
        }
        int facility = options.number("facility", 0, FACILITIES, DAEMON);
        boolean isJson =
                options.oneOf("format", List.of("text", "json"), "text").equals("json");
        var connection = isSecured ? Connection.overTls(options) : Connection.plain(options);
        return given -> new LinePlugin(connection, notice -> frame(facility, isJson, notice));
    }

    private static String frame(int facility, boolean isJson, Notice notice) {
        String message = "<" + (facility * LEVELS + level(notice)) + ">1 "
                + at(notice).truncatedTo(ChronoUnit.MILLIS) + " " + host() + " " + APP + " "
                + ProcessHandle.current().pid() + " " + notice.kind() + " " + data(notice) + " "
                + (isJson
                        ? NoticeShape.json(notice)
                        : NoticeShape.text(notice).strip().replace("\n", "; "));
        return message.getBytes(StandardCharsets.UTF_8).length + " " + message;
    }

    private static Instant at(Notice notice) {
        return switch (notice) {
            case Notice.OfAlert of -> {
                var end = of.alert().resolvedAt();
                yield end == null ? of.alert().raisedAt() : end;
            }
            case Heartbeat heartbeat -> heartbeat.timestamp();
        };
    }

    private static int level(Notice notice) {
        if (!(notice instanceof Notice.OfAlert of)) {
            return INFO;
        }
        // BOSH's numbers are those of syslog.
        Severity severity = of.alert().severity();
        return of.alert().isResolved() ? NOTICE : severity.number();
    }

    private static String data(Notice notice) {
        return switch (notice) {
            case Notice.OfAlert of ->
                "[alert@32473" + parameter("rule", of.alert().rule())
                        + parameter("id", of.alert().id())
                        + parameter("deployment", of.alert().subject().deployment())
                        + parameter("instance", of.alert().subject().instance())
                        + parameter("status", of.alert().isResolved() ? "resolved" : "firing") + "]";
            case Heartbeat heartbeat ->
                "[heartbeat@32473" + parameter("deployment", heartbeat.deployment())
                        + parameter("instance", heartbeat.job() + "/" + heartbeat.instanceId())
                        + parameter("job_state", heartbeat.jobState()) + "]";
        };
    }

    private static String parameter(String name, String value) {
        return " " + name + "=\""
                + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("]", "\\]") + "\"";
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "-";
        }
    }
}
