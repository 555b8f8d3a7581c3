package io.slipway.health.plugin.http;

import io.slipway.health.plugin.Notice;
import io.slipway.health.plugin.Notice.Heartbeat;
import io.slipway.health.plugin.NoticeShape;
import io.slipway.health.plugin.Options;
import io.slipway.health.plugin.Plugin;
import io.slipway.health.plugin.PluginFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code consul_event_forwarder}: alerts as events of a Consul cluster, heartbeats as checks with a time to live. */
public final class ConsulPlugin implements PluginFactory {
    private static final String USUAL_NOTE = "Automatically Registered by Bosh-Monitor";
    private static final Map<String, String> HEADERS = Map.of("Content-Type", "application/json");
    private static final int USUAL_PORT = 8500;
    private static final int HIGHEST_PORT = 65_535;
    /** Consul takes no larger event. */
    private static final int LARGEST_EVENT = 512;

    @Override
    public String name() {
        return "consul_event_forwarder";
    }

    @Override
    public Set<Notice.Kind> events() {
        return Set.of(Notice.Kind.ALERT, Notice.Kind.HEARTBEAT);
    }

    @Override
    public Starter read(Options options) throws Options.Invalid {
        options.know(
                "host",
                "port",
                "protocol",
                "params",
                "namespace",
                "ttl",
                "ttl_note",
                "events",
                "heartbeats_as_alerts",
                "ca_cert");
        String base = options.oneOf("protocol", List.of("http", "https"), "http") + "://" + options.text("host") + ":"
                + options.number("port", 1, HIGHEST_PORT, USUAL_PORT);
        try {
            URI.create(base);
        } catch (IllegalArgumentException malformed) {
            throw options.invalid("host", "is '" + options.text("host") + "', and must be a name or an address");
        }
        var forwarder = new Forwarder(
                HttpReceiver.of(options),
                base,
                options.has("params") ? "?" + options.text("params") : "",
                options.has("namespace") ? options.text("namespace") : "",
                options.has("ttl") ? options.text("ttl") : null,
                options.text("ttl_note", USUAL_NOTE),
                options.flag("events", false),
                options.flag("heartbeats_as_alerts", false),
                new HashSet<>());
        return given -> (Plugin) forwarder::deliver;
    }

    private record Forwarder(
            HttpReceiver receiver,
            String base,
            String params,
            String namespace,
            @Nullable String ttl,
            String note,
            boolean hasEvents,
            boolean hasHeartbeatEvents,
            Set<String> registered) {

        void deliver(List<Notice> notices) throws IOException, InterruptedException {
            for (Notice notice : notices) {
                switch (notice) {
                    case Notice.OfAlert of -> {
                        if (hasEvents) {
                            String label =
                                    of.alert().title().toLowerCase(Locale.ROOT).replace(' ', '_');
                            fire(namespace + label, NoticeShape.of(of.alert()));
                        }
                    }
                    case Heartbeat heartbeat -> deliver(heartbeat);
                }
            }
        }

        private void deliver(Heartbeat heartbeat) throws IOException, InterruptedException {
            String label = namespace + heartbeat.job() + "_" + heartbeat.instanceId();
            if (hasEvents && hasHeartbeatEvents) {
                fire(label, small(heartbeat));
            }
            if (ttl == null) {
                return;
            }
            if (!registered.contains(label)) {
                put("/v1/agent/check/register", Map.of("name", label, "notes", note, "ttl", ttl));
                registered.add(label);
            }
            String status =
                    switch (heartbeat.jobState()) {
                        case "running" -> "pass";
                        case "failing", "unknown" -> "fail";
                        default -> "warn";
                    };
            try {
                put("/v1/agent/check/" + status + "/" + encoded(label), small(heartbeat));
            } catch (Plugin.Refused forgotten) {
                // An agent of Consul that was started anew knows no checks.
                registered.remove(label);
                throw new IOException(forgotten.getMessage(), forgotten);
            }
        }

        /** What is too large goes without its longest texts. */
        private void fire(String label, Map<String, Object> body) throws IOException, InterruptedException {
            boolean fits = NoticeShape.json(body).getBytes(StandardCharsets.UTF_8).length < LARGEST_EVENT;
            var sent = fits
                    ? body
                    : Map.<String, Object>of(
                            "kind", body.getOrDefault("kind", ""),
                            "id", body.getOrDefault("id", ""),
                            "severity", body.getOrDefault("severity", 0),
                            "title", cut(body.getOrDefault("title", "")),
                            "deployment", cut(body.getOrDefault("deployment", "")),
                            "created_at", body.getOrDefault("created_at", 0));
            put("/v1/event/fire/" + encoded(label), sent);
        }

        private void put(String path, Map<String, Object> body) throws IOException, InterruptedException {
            receiver.put(URI.create(base + path + params), HEADERS, NoticeShape.json(body));
        }

        private static Map<String, Object> small(Heartbeat heartbeat) {
            var vitals = heartbeat.vitals();
            return Map.of(
                    "agent", heartbeat.agentId(),
                    "name", heartbeat.job() + "/" + heartbeat.instanceId(),
                    "id", heartbeat.instanceId(),
                    "state", heartbeat.jobState(),
                    "data",
                            Map.of(
                                    "cpu", values(vitals.get("cpu")),
                                    "dsk",
                                            Map.of(
                                                    "eph", disk(vitals, "ephemeral"),
                                                    "sys", disk(vitals, "system")),
                                    "ld", vitals.getOrDefault("load", List.of()),
                                    "mem", values(vitals.get("mem")),
                                    "swp", values(vitals.get("swap"))));
        }

        private static Collection<?> disk(Map<String, Object> vitals, String name) {
            return vitals.get("disk") instanceof Map<?, ?> disks ? values(disks.get(name)) : List.of();
        }

        private static Collection<?> values(@Nullable Object map) {
            return map instanceof Map<?, ?> known ? known.values() : List.of();
        }

        private static String cut(Object text) {
            String whole = text.toString();
            return whole.length() <= 120 ? whole : whole.substring(0, 120);
        }

        private static String encoded(String label) {
            return URLEncoder.encode(label, StandardCharsets.UTF_8).replace("+", "%20");
        }
    }
}
