package io.slipway.http.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.event.AuditTrail;
import io.slipway.engine.event.AuditTrail.Event;
import io.slipway.engine.event.AuditTrail.Query;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.model.yaml.Fields;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Who did what, newest first, at most 200 at a time. */
public final class EventEndpoints extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final String DIFF = "diff";
    private static final int LIMIT = 200;
    private static final int INVALID_VALUE = 40005;
    private static final int EVENT_NOT_FOUND = 10000;
    private static final String CONFIG = "config/";
    private static final String KEPT = "refused; why is for administrators";
    /** As BOSH's CLI prints times, as people copy them from there, and as standards have them. */
    private static final List<DateTimeFormatter> FORMS = List.of(
            DateTimeFormatter.ISO_OFFSET_DATE_TIME,
            form("EEE MMM ppd HH:mm:ss z yyyy"),
            form("EEE MMM d HH:mm:ss z yyyy"),
            form("EEE, d MMM yyyy HH:mm:ss z"),
            form("yyyy-MM-dd HH:mm:ss[ ][z][XXX][XX]"),
            form("yyyy-MM-dd'T'HH:mm:ss"));

    private final AuditTrail events;

    public EventEndpoints(AuditTrail events, Executor blocking) {
        super(blocking);
        this.events = events;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/events", answer(this::list)), Endpoint.get("/events/{id}", answer(this::show)));
    }

    private HttpResponse list(Call call) {
        var filter = new Query(
                call.queryNumber("before_id", 0),
                time(call, "before_time"),
                after(call),
                call.query("task", ""),
                call.query("deployment", ""),
                call.query("instance", ""),
                call.query("user", ""),
                call.query("action", ""),
                call.query("object_type", ""),
                call.query("object_name", ""),
                LIMIT);
        return Answers.json(events.list(filter).stream()
                .map(event -> shape(event, call, false))
                .toList());
    }

    private HttpResponse show(Call call) {
        long id = call.pathNumber("id");
        return Answers.json(shape(
                events.find(id)
                        .orElseThrow(() -> RequestRefused.notFound(EVENT_NOT_FOUND, "Event " + id + " not found")),
                call,
                true));
    }

    /** Times are shown in whole seconds: the second that was given is over when the next begins. */
    private static long after(Call call) {
        long time = time(call, "after_time");
        return time == 0 ? 0 : time + 999;
    }

    /** Epoch seconds, or a time as ISO 8601 or the CLI has it; zero where it was not given. */
    private static long time(Call call, String name) {
        String text = call.query(name, "").strip();
        if (text.isEmpty()) {
            return 0;
        }
        if (text.matches("[0-9]{1,12}")) {
            return Instant.ofEpochSecond(Long.parseLong(text)).toEpochMilli();
        }
        for (DateTimeFormatter form : FORMS) {
            try {
                var parsed = form.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
                return parsed instanceof ZonedDateTime zoned
                        ? zoned.toInstant().toEpochMilli()
                        : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC).toEpochMilli();
            } catch (DateTimeException another) {
                continue;
            }
        }
        throw RequestRefused.invalid(
                INVALID_VALUE,
                "Invalid " + name + " parameter: '" + Fields.shown(text)
                        + "': expected epoch seconds, or a time such as 2026-01-31 10:00:00 UTC");
    }

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }

    /**
     * What does not apply is left out.
     *
     * @param isWhole with what a change has changed, which is too long for lists
     */
    private static Map<String, Object> shape(Event event, Call call, boolean isWhole) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("id", Long.toString(event.id()));
        shape.put("timestamp", event.at() / 1000);
        put(shape, "user", event.user());
        put(shape, "client", event.client());
        put(shape, "action", event.action());
        put(shape, "object_type", event.objectType());
        put(shape, "object_name", event.objectName());
        put(shape, "error", isForCaller(event, call) ? event.error() : KEPT);
        put(shape, "task", event.task());
        put(shape, "deployment", event.deployment());
        put(shape, "instance", event.instance());
        var context = new LinkedHashMap<>(context(event.context()));
        if (!isWhole) {
            context.remove(DIFF);
        }
        shape.put("context", context);
        return shape;
    }

    /** Why a config was refused is said with what stood in it. */
    private static boolean isForCaller(Event event, Call call) {
        String type = event.objectType();
        return event.error().isEmpty()
                || !type.startsWith(CONFIG)
                || call.caller().maySeeConfigs(type.substring(CONFIG.length()));
    }

    private static void put(Map<String, Object> shape, String key, String value) {
        if (!value.isEmpty()) {
            shape.put(key, value);
        }
    }

    private static Map<String, Object> context(String json) {
        try {
            return json.isEmpty() ? Map.of() : JSON.readValue(json, OBJECT);
        } catch (JsonProcessingException broken) {
            return Map.of();
        }
    }
}
