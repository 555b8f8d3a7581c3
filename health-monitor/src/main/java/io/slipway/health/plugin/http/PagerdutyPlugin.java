package io.slipway.health.plugin.http;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** {@code pagerduty}: incidents by its Events API v2, opened and resolved under the alert's key. */
public final class PagerdutyPlugin implements PluginFactory {
    private static final String EVENTS = "https://events.pagerduty.com/v2/enqueue";
    private static final int LONGEST_SUMMARY = 1024;
    private static final int LONGEST_KEY = 255;

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("service_key", "http_proxy", "ca_cert", "url");
        String key = options.text("service_key");
        var address = options.address("url", EVENTS);
        var receiver = HttpReceiver.of(options);
        return given -> (Plugin) notices -> {
            for (Notice notice : notices) {
                receiver.post(
                        address, Map.of("Content-Type", "application/json"), NoticeShape.json(event(key, notice)));
            }
        };
    }

    private static Map<String, Object> event(String key, Notice notice) {
        var event = new LinkedHashMap<String, Object>();
        event.put("routing_key", key);
        switch (notice) {
            case Notice.OfAlert of -> {
                var alert = of.alert();
                event.put("event_action", alert.isResolved() ? "resolve" : "trigger");
                event.put("dedup_key", cut(alert.key(), LONGEST_KEY));
                event.put("payload", payload(alert));
            }
            case Notice.Heartbeat heartbeat -> {
                event.put("event_action", "trigger");
                event.put("dedup_key", cut("heartbeat|" + heartbeat.agentId(), LONGEST_KEY));
                event.put(
                        "payload",
                        Map.of(
                                "summary", cut(NoticeShape.text(heartbeat), LONGEST_SUMMARY),
                                "source", heartbeat.deployment() + "/" + heartbeat.job(),
                                "severity", "info",
                                "timestamp", heartbeat.timestamp().toString(),
                                "custom_details", NoticeShape.of(heartbeat)));
            }
        }
        return event;
    }

    private static Map<String, Object> payload(Alert alert) {
        var payload = new LinkedHashMap<String, Object>();
        payload.put("summary", cut(alert.source() + ": " + alert.title(), LONGEST_SUMMARY));
        payload.put("source", alert.source());
        payload.put("severity", severity(alert.severity()));
        payload.put("timestamp", alert.raisedAt().toString());
        payload.put("component", alert.subject().group());
        payload.put("group", alert.subject().deployment());
        payload.put("class", alert.rule());
        payload.put("custom_details", NoticeShape.of(alert));
        return payload;
    }

    private static String severity(Severity severity) {
        return switch (severity) {
            case ALERT, CRITICAL -> "critical";
            case ERROR -> "error";
            case WARNING -> "warning";
        };
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
