package io.slipway.cli.task;

import io.slipway.cli.output.Durations;
import io.slipway.cli.task.TaskEvent.ErrorEvent;
import io.slipway.cli.task.TaskEvent.NoteEvent;
import io.slipway.cli.task.TaskEvent.StepEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns events into the lines that the bosh command prints for them. Keeps what began, to tell how long it took. */
final class EventLines {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final long task;
    private final Map<String, Instant> began = new HashMap<>();

    EventLines(long task) {
        this.task = task;
    }

    List<String> of(TaskEvent event) {
        return switch (event) {
            case StepEvent step -> ofStep(step);
            case ErrorEvent error -> List.of("", head(error.time()) + "Error: " + error.message(), "");
            case NoteEvent note -> List.of(head(note.time()) + capitalized(note.kind()) + ": " + note.message());
        };
    }

    private List<String> ofStep(StepEvent step) {
        if (step.isStart()) {
            began.put(step.key(), step.time());
            return List.of(head(step.time()) + step.label());
        }
        if (!step.isEnd()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        @Nullable Instant start = began.remove(step.key());
        Duration took = Duration.between(Objects.requireNonNullElse(start, step.time()), step.time());
        lines.add(head(step.time()) + step.label() + " (" + Durations.clock(took) + ")");
        if (step.state().equals("failed")) {
            lines.add(" ".repeat(("Task " + task + " | ").length()) + "L Error: " + step.error());
        }
        return lines;
    }

    private String head(Instant time) {
        return "Task " + task + " | " + CLOCK.format(time) + " | ";
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
