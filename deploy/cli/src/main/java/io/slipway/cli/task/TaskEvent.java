package io.slipway.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One line of a task's event output. */
sealed interface TaskEvent {
    ObjectMapper JSON = new ObjectMapper();

    Instant time();

    /** A step of a stage began, moved on, or ended; error is empty unless it failed. */
    record StepEvent(
            Instant time,
            String stage,
            List<String> tags,
            int total,
            String task,
            int index,
            String state,
            int progress,
            String error)
            implements TaskEvent {
        boolean isStart() {
            return state.equals("started");
        }

        boolean isEnd() {
            return state.equals("finished") || state.equals("failed");
        }

        String key() {
            return stage + "\u0000" + tags + "\u0000" + task + "\u0000" + index;
        }

        /** Such as "Updating instance master: master/0". */
        String label() {
            String label = tags.isEmpty() ? stage : stage + " " + String.join(", ", tags);
            return task.isEmpty() ? label : label + ": " + task;
        }
    }

    /** An error of the task as a whole. */
    record ErrorEvent(Instant time, int code, String message) implements TaskEvent {}

    /** A deprecation or a warning. */
    record NoteEvent(Instant time, String kind, String message) implements TaskEvent {}

    /** Empty for a line that is not an event, such as one of a later version. */
    static Optional<TaskEvent> parse(String line) {
        JsonNode event;
        try {
            event = JSON.readTree(line);
        } catch (IOException notJson) {
            return Optional.empty();
        }
        if (event == null || !event.isObject()) {
            return Optional.empty();
        }
        Instant time = Instant.ofEpochSecond(event.path("time").asLong());
        if (event.path("error").isObject()) {
            JsonNode error = event.path("error");
            return Optional.of(new ErrorEvent(
                    time, error.path("code").asInt(), error.path("message").asText()));
        }
        if (event.path("type").isTextual()) {
            return Optional.of(new NoteEvent(
                    time, event.path("type").asText(), event.path("message").asText()));
        }
        if (!event.path("stage").isTextual()) {
            return Optional.empty();
        }
        List<String> tags = new ArrayList<>();
        event.path("tags").forEach(tag -> tags.add(tag.asText()));
        return Optional.of(new StepEvent(
                time,
                event.path("stage").asText(),
                List.copyOf(tags),
                event.path("total").asInt(),
                event.path("task").asText(),
                event.path("index").asInt(),
                event.path("state").asText(),
                event.path("progress").asInt(),
                event.path("data").path("error").asText("")));
    }
}
