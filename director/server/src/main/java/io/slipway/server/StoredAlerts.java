package io.slipway.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import io.slipway.health.watch.AlertMemory;
import io.slipway.store.alert.OpenAlerts;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts that last, in the database that all directors share. */
final class StoredAlerts implements AlertMemory {
    private static final Logger LOG = LoggerFactory.getLogger(StoredAlerts.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenAlerts rows;

    StoredAlerts(OpenAlerts rows) {
        this.rows = rows;
    }

    @Override
    public List<Alert> open() {
        return rows.contents().stream()
                .flatMap(content -> parse(content).stream())
                .toList();
    }

    @Override
    public void keep(Alert alert) {
        if (alert.isResolved()) {
            rows.remove(alert.key());
        } else {
            rows.put(alert.key(), text(alert));
        }
    }

    private static String text(Alert alert) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("id", alert.id());
        shape.put("key", alert.key());
        shape.put("rule", alert.rule());
        shape.put("severity", alert.severity().number());
        shape.put("category", alert.category());
        shape.put("title", alert.title());
        shape.put("summary", alert.summary());
        shape.put("source", alert.source());
        shape.put("deployment", alert.subject().deployment());
        shape.put("group", alert.subject().group());
        shape.put("instance_id", alert.subject().instanceId());
        shape.put("raised_at", alert.raisedAt().toString());
        try {
            return JSON.writeValueAsString(shape);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an alert that has no form as JSON", impossible);
        }
    }

    /** What another version wrote and this one cannot read is told anew, if it lasts. */
    private static Optional<Alert> parse(String content) {
        try {
            JsonNode shape = JSON.readTree(content);
            return Optional.of(new Alert(
                    shape.path("id").asText(),
                    shape.path("key").asText(),
                    shape.path("rule").asText(),
                    Severity.of(shape.path("severity").asInt()),
                    shape.path("category").asText(),
                    shape.path("title").asText(),
                    shape.path("summary").asText(),
                    shape.path("source").asText(),
                    new Alert.Subject(
                            shape.path("deployment").asText(),
                            shape.path("group").asText(),
                            shape.path("instance_id").asText()),
                    Instant.parse(shape.path("raised_at").asText()),
                    null));
        } catch (JsonProcessingException | DateTimeException unknown) {
            LOG.warn("an alert that lasts cannot be read, and is told anew: {}", unknown.toString());
            return Optional.empty();
        }
    }
}
