package io.slipway.engine.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.TaskLog;
import io.slipway.engine.Tasks.OutputType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A task's log in BOSH's form: the event output is a JSON object a line with time, stage, tags, total, task, index,
 * state, progress and, where a step failed, data.error; the debug output is text.
 */
public final class EventLog implements TaskLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Sink sink;
    private final Clock clock;
    private final BooleanSupplier cancelled;
    private final Facts facts;

    /** Where lines go; never blocks for long. */
    @FunctionalInterface
    public interface Sink {
        void append(OutputType type, byte[] text);
    }

    /** Where facts for the audit trail go; may block. */
    @FunctionalInterface
    public interface Facts {
        void tell(String action, String objectType, String objectName);
    }

    public EventLog(Sink sink, Clock clock, BooleanSupplier cancelled, Facts facts) {
        this.sink = sink;
        this.clock = clock;
        this.cancelled = cancelled;
        this.facts = facts;
    }

    @Override
    public void fact(String action, String objectType, String objectName) {
        facts.tell(action, objectType, objectName);
    }

    @Override
    public Stage stage(String name, List<String> tags, int total) {
        var index = new AtomicInteger();
        return task -> {
            int number = index.incrementAndGet();
            write(name, tags, total, task, number, "started", 0, Map.of());
            return new Step() {
                @Override
                public void progress(int percent) {
                    write(name, tags, total, task, number, "in_progress", percent, Map.of());
                }

                @Override
                public void finished() {
                    write(name, tags, total, task, number, "finished", 100, Map.of());
                }

                @Override
                public void failed(String error) {
                    write(name, tags, total, task, number, "failed", 100, Map.of("error", error));
                }
            };
        };
    }

    @Override
    public void debug(String line) {
        sink.append(OutputType.DEBUG, text(clock.instant() + " " + line));
    }

    @Override
    public void warning(String message) {
        note("warning", message);
    }

    @Override
    public void deprecation(String message) {
        note("deprecation", message);
    }

    private void note(String type, String message) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().getEpochSecond());
        line.put("type", type);
        line.put("message", message);
        append(line);
        debug(type + ": " + message);
    }

    @Override
    public void cpi(String line) {
        sink.append(OutputType.CPI, stamped(clock, line));
    }

    @Override
    public void result(String textOfResult) {
        sink.append(OutputType.RESULT, text(textOfResult));
    }

    @Override
    public void error(int code, String message) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().getEpochSecond());
        line.put("error", Map.of("code", code, "message", message));
        append(line);
    }

    @Override
    public boolean isCancelled() {
        return cancelled.getAsBoolean();
    }

    private void write(
            String stage,
            List<String> tags,
            int total,
            String task,
            int index,
            String state,
            int progress,
            Map<String, Object> data) {
        var line = new LinkedHashMap<String, Object>();
        line.put("time", clock.instant().getEpochSecond());
        line.put("stage", stage);
        line.put("tags", tags);
        line.put("total", total);
        line.put("task", task);
        line.put("index", index);
        line.put("state", state);
        line.put("progress", progress);
        if (!data.isEmpty()) {
            line.put("data", data);
        }
        append(line);
        debug(stage + ": " + task + " " + state + (data.isEmpty() ? "" : " " + data));
    }

    private void append(Map<String, Object> line) {
        try {
            sink.append(OutputType.EVENT, text(JSON.writeValueAsString(line)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a line of plain maps and strings did not serialize", impossible);
        }
    }

    /** A line of the debug or CPI output. */
    public static byte[] stamped(Clock clock, String line) {
        return text(clock.instant() + " " + line);
    }

    private static byte[] text(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
