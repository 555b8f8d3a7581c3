package io.slipway.health.plugin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.health.alert.Alert;
import io.slipway.health.plugin.Notice.Heartbeat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Notices in the shapes of BOSH's health monitor, whose fields stay as they are; others are added. */
public final class NoticeShape {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NoticeShape() {}

    public static Map<String, Object> of(Notice notice) {
        return switch (notice) {
            case Notice.OfAlert alert -> of(alert.alert());
            case Heartbeat heartbeat -> of(heartbeat);
        };
    }

    public static Map<String, Object> of(Alert alert) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("kind", "alert");
        shape.put("id", alert.id());
        shape.put("severity", alert.severity().number());
        shape.put("category", alert.category().isEmpty() ? null : alert.category());
        shape.put("title", alert.title());
        shape.put("summary", alert.summary());
        shape.put("source", alert.source());
        shape.put("deployment", alert.subject().deployment());
        shape.put("created_at", alert.raisedAt().getEpochSecond());
        shape.put("rule", alert.rule());
        shape.put("job", alert.subject().group());
        shape.put("instance_id", alert.subject().instanceId());
        shape.put("status", alert.isResolved() ? "resolved" : "firing");
        var end = alert.resolvedAt();
        if (end != null) {
            shape.put("resolved_at", end.getEpochSecond());
        }
        return shape;
    }

    private static Map<String, Object> of(Heartbeat heartbeat) {
        var shape = new LinkedHashMap<String, Object>();
        long timestamp = heartbeat.timestamp().getEpochSecond();
        Map<String, Object> tags = tags(heartbeat);
        shape.put("kind", "heartbeat");
        shape.put("id", heartbeat.id());
        shape.put("timestamp", timestamp);
        shape.put("deployment", heartbeat.deployment());
        shape.put("agent_id", heartbeat.agentId());
        shape.put("job", heartbeat.job());
        shape.put("index", Integer.toString(heartbeat.index()));
        shape.put("instance_id", heartbeat.instanceId());
        shape.put("job_state", heartbeat.jobState());
        shape.put("vitals", heartbeat.vitals());
        shape.put("teams", List.of());
        shape.put(
                "metrics",
                Metric.of(heartbeat).stream()
                        .map(metric -> Map.of(
                                "name", metric.name(), "value", metric.text(), "timestamp", timestamp, "tags", tags))
                        .toList());
        shape.put("number_of_processes", heartbeat.processes().size());
        return shape;
    }

    /** What metrics of an instance are marked with. */
    public static Map<String, Object> tags(Heartbeat heartbeat) {
        var tags = new LinkedHashMap<String, Object>();
        tags.put("job", heartbeat.job());
        tags.put("index", Integer.toString(heartbeat.index()));
        tags.put("id", heartbeat.instanceId());
        return tags;
    }

    /** As {@link #of(Notice)}, on one line. */
    public static String json(Notice notice) {
        return json(of(notice));
    }

    /** Any such shape on one line. */
    public static String json(Object shape) {
        try {
            return JSON.writeValueAsString(shape);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a notice that has no form as JSON", impossible);
        }
    }

    /** For people: what it is about and what to do, in a few lines. */
    public static String text(Notice notice) {
        return switch (notice) {
            case Notice.OfAlert of -> text(of.alert());
            case Heartbeat beat ->
                "Heartbeat from " + beat.job() + "/" + beat.instanceId() + " (agent_id=" + beat.agentId() + " index="
                        + beat.index() + ") @ " + beat.timestamp();
        };
    }

    private static String text(Alert alert) {
        var end = alert.resolvedAt();
        return alert.source() + "\n" + (end == null ? "" : "Resolved: ") + alert.title() + "\nSeverity: "
                + alert.severity().number() + "\nSummary: " + alert.summary() + "\nTime: " + alert.raisedAt()
                + (end == null ? "" : "\nEnded: " + end) + "\n";
    }
}
