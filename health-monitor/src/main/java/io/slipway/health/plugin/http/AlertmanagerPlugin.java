package io.slipway.health.plugin.http;

import io.slipway.health.alert.Alert;
import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code alertmanager}: alerts of Prometheus' Alertmanager, with labels that stay the same until their end. An Alertmanager
 * takes an alert for ended when it is not told again, so the end of one that lasts is said to be far away.
 */
public final class AlertmanagerPlugin implements PluginFactory {
    private static final int MANY = 50;
    private static final Duration LASTING = Duration.ofDays(30);

    @Override
    public String name() {
        return "alertmanager";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("url", "user", "password", "labels", "http_proxy", "ca_cert");
        String base = options.address("url").toString().replaceAll("/+$", "");
        var address = URI.create(base + "/api/v2/alerts");
        var labels = options.map("labels");
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/json");
        if (options.has("user")) {
            String credentials = options.text("user") + ":" + options.text("password");
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        var receiver = HttpReceiver.of(options);
        return given -> new Plugin() {
            @Override
            public void deliver(List<Notice> notices) throws IOException, InterruptedException {
                var alerts = notices.stream()
                        .filter(Notice.OfAlert.class::isInstance)
                        .map(notice -> shape(((Notice.OfAlert) notice).alert(), labels))
                        .toList();
                if (!alerts.isEmpty()) {
                    receiver.post(address, headers, NoticeShape.json(alerts));
                }
            }

            @Override
            public int atATime() {
                return MANY;
            }
        };
    }

    private static Map<String, Object> shape(Alert alert, Map<String, String> more) {
        var labels = new LinkedHashMap<String, String>(more);
        labels.put("alertname", alert.rule());
        labels.put("severity", alert.severity().name().toLowerCase(Locale.ROOT));
        labels.put("alert_key", alert.key());
        putUnlessEmpty(labels, "deployment", alert.subject().deployment());
        putUnlessEmpty(labels, "job", alert.subject().group());
        putUnlessEmpty(labels, "instance", alert.subject().instanceId());
        var shape = new LinkedHashMap<String, Object>();
        shape.put("labels", labels);
        shape.put(
                "annotations",
                Map.of("summary", alert.title(), "description", alert.summary(), "source", alert.source()));
        shape.put("startsAt", alert.raisedAt().toString());
        var end = alert.resolvedAt();
        shape.put("endsAt", (end == null ? Instant.now().plus(LASTING) : end).toString());
        return shape;
    }

    private static void putUnlessEmpty(Map<String, String> labels, String name, String value) {
        if (!value.isEmpty()) {
            labels.put(name, value);
        }
    }
}
