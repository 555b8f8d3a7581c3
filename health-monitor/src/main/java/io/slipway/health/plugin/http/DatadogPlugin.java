package io.slipway.health.plugin.http;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import io.slipway.health.plugin.Metric;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code datadog}: metrics as series, alerts as events, by its API v1. */
public final class DatadogPlugin implements PluginFactory {
    private static final String USUAL = "https://api.datadoghq.com";
    private static final String PREFIX = "bosh.healthmonitor.";
    private static final int MANY = 100;

    @Override
    public String name() {
        return "datadog";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT, Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know(
                "api_key", "application_key", "pagerduty_service_name", "custom_tags", "url", "http_proxy", "ca_cert");
        var keys = Map.of(
                "Content-Type", "application/json",
                "DD-API-KEY", options.text("api_key"),
                "DD-APPLICATION-KEY", options.text("application_key"));
        String base = options.address("url", USUAL).toString().replaceAll("/+$", "");
        String pager = options.text("pagerduty_service_name", "-");
        var tags = options.map("custom_tags").entrySet().stream()
                .map(tag -> tag.getKey() + ":" + tag.getValue())
                .sorted()
                .toList();
        return new Datadog(HttpReceiver.of(options), base, keys, tags, pager)::plugin;
    }

    private record Datadog(
            HttpReceiver receiver, String base, Map<String, String> keys, List<String> tags, String pager) {

        Plugin plugin(Surroundings given) {
            return new Plugin() {
                @Override
                public void deliver(List<Notice> notices) throws IOException, InterruptedException {
                    send(notices);
                }

                @Override
                public int atATime() {
                    return MANY;
                }
            };
        }

        private void send(List<Notice> notices) throws IOException, InterruptedException {
            var series = new ArrayList<Map<String, Object>>();
            for (Notice notice : notices) {
                switch (notice) {
                    case Notice.OfAlert of ->
                        receiver.post(URI.create(base + "/api/v1/events"), keys, NoticeShape.json(event(of.alert())));
                    case Heartbeat heartbeat -> series.addAll(series(heartbeat));
                }
            }
            if (!series.isEmpty()) {
                receiver.post(URI.create(base + "/api/v1/series"), keys, NoticeShape.json(Map.of("series", series)));
            }
        }

        private List<Map<String, Object>> series(Heartbeat heartbeat) {
            var all = new ArrayList<>(List.of(
                    "job:" + heartbeat.job(),
                    "index:" + heartbeat.index(),
                    "id:" + heartbeat.instanceId(),
                    "deployment:" + heartbeat.deployment(),
                    "agent:" + heartbeat.agentId()));
            all.addAll(tags);
            return Metric.of(heartbeat).stream()
                    .map(metric -> Map.<String, Object>of(
                            "metric",
                            PREFIX + metric.name(),
                            "type",
                            "gauge",
                            "host",
                            heartbeat.job() + "-" + heartbeat.instanceId(),
                            "points",
                            List.of(List.of(heartbeat.timestamp().getEpochSecond(), metric.value())),
                            "tags",
                            all))
                    .toList();
        }

        private Map<String, Object> event(Alert alert) {
            var all = new ArrayList<>(List.of(
                    "source:" + alert.source(), "deployment:" + alert.subject().deployment()));
            all.addAll(tags);
            boolean isUrgent = alert.severity() != Severity.WARNING;
            var event = new LinkedHashMap<String, Object>();
            event.put("title", (alert.isResolved() ? "Resolved: " : "") + alert.title());
            event.put("text", alert.summary() + (isUrgent && !pager.equals("-") ? " @" + pager : ""));
            event.put("date_happened", alert.raisedAt().getEpochSecond());
            event.put("priority", isUrgent ? "normal" : "low");
            event.put("alert_type", alert.isResolved() ? "success" : isUrgent ? "error" : "warning");
            event.put("aggregation_key", alert.id());
            event.put("tags", all);
            return event;
        }
    }
}
