package io.slipway.health.plugin.http;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code webhook}: each notice as a CloudEvent (1.0, structured, JSON), signed with a shared secret as Standard Webhooks has it:
 * {@code webhook-signature} is over id, time and body, so that a receiver can tell forged and repeated ones.
 */
public final class WebhookPlugin implements PluginFactory {
    private static final String PREFIX = "whsec_";
    private static final int SHORTEST_SECRET = 24;

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know("url", "secret", "headers", "http_proxy", "ca_cert");
        URI address = options.address("url");
        byte[] secret = secret(options);
        var headers = options.map("headers");
        var receiver = HttpReceiver.of(options);
        return given -> (Plugin) notices -> {
            for (Notice notice : notices) {
                String body = NoticeShape.json(event(notice));
                var all = new LinkedHashMap<>(headers);
                all.put("Content-Type", "application/cloudevents+json; charset=UTF-8");
                all.putAll(signed(secret, id(notice), Instant.now().getEpochSecond(), body));
                receiver.post(address, all, body);
            }
        };
    }

    private static byte[] secret(Options options) throws Options.Invalid {
        String text = options.text("secret");
        try {
            byte[] secret =
                    Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
            if (secret.length >= SHORTEST_SECRET) {
                return secret;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below, without the value
        }
        throw options.invalid(
                "secret",
                "must be at least " + SHORTEST_SECRET + " bytes in Base64, such as 'openssl rand -base64 32' gives");
    }

    static Map<String, String> signed(byte[] secret, String id, long seconds, String body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] signature = mac.doFinal((id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8));
            return Map.of(
                    "webhook-id",
                    id,
                    "webhook-timestamp",
                    Long.toString(seconds),
                    "webhook-signature",
                    "v1," + Base64.getEncoder().encodeToString(signature));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a runtime without HmacSHA256", impossible);
        }
    }

    /** The same when it is sent again, and another one for an alert's end. */
    private static String id(Notice notice) {
        return switch (notice) {
            case Notice.OfAlert of -> {
                var alert = of.alert();
                yield alert.id()
                        + (alert.isResolved()
                                ? "-resolved"
                                : "-" + alert.severity().number());
            }
            case Notice.Heartbeat heartbeat -> heartbeat.id();
        };
    }

    private static Map<String, Object> event(Notice notice) {
        var event = new LinkedHashMap<String, Object>();
        event.put("specversion", "1.0");
        event.put("id", id(notice));
        switch (notice) {
            case Notice.OfAlert of -> {
                var alert = of.alert();
                event.put("type", "io.slipway.alert." + (alert.isResolved() ? "resolved" : "raised"));
                event.put("source", source(alert.subject().deployment()));
                event.put("subject", alert.key());
                var end = alert.resolvedAt();
                event.put("time", (end == null ? alert.raisedAt() : end).toString());
            }
            case Notice.Heartbeat heartbeat -> {
                event.put("type", "io.slipway.heartbeat");
                event.put("source", source(heartbeat.deployment()));
                event.put("subject", heartbeat.job() + "/" + heartbeat.instanceId());
                event.put("time", heartbeat.timestamp().toString());
            }
        }
        event.put("datacontenttype", "application/json");
        event.put("data", NoticeShape.of(notice));
        return event;
    }

    private static String source(String deployment) {
        return deployment.isEmpty() ? "/slipway" : "/slipway/deployments/" + deployment;
    }
}
