package io.slipway.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.TaskEvent.ErrorEvent;
import io.slipway.cli.task.TaskEvent.NoteEvent;
import io.slipway.cli.task.TaskEvent.StepEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Follows tasks of a director until they end. */
public final class TaskWatcher {
    private static final Set<String> ENDED = Set.of("done", "error", "cancelled", "timeout");

    private final DirectorClient director;
    private final Pause pause;

    public TaskWatcher(DirectorClient director) {
        this(director, Pause.SHORT);
    }

    TaskWatcher(DirectorClient director, Pause pause) {
        this.director = director;
        this.pause = pause;
    }

    public static boolean isEnded(JsonNode task) {
        return ENDED.contains(task.path("state").asText());
    }

    public JsonNode find(long task) {
        return director.get("/tasks/" + task);
    }

    /** Shows a task's stages until it ends; fails with its result unless it is done. */
    public JsonNode follow(long task, Progress.Step step) {
        var stages = new Stages(task);
        while (true) {
            JsonNode row = find(task);
            boolean isEnded = isEnded(row);
            stages.show(step);
            if (isEnded) {
                if (!row.path("state").asText().equals("done")) {
                    throw failure(task, row);
                }
                return row;
            }
            pause.take();
        }
    }

    /** A task's stages, from what was read of its events. */
    public Stages stages(long task) {
        return new Stages(task);
    }

    public static CliException failure(long task, JsonNode row) {
        String result = row.path("result").asText("").lines().findFirst().orElse("");
        return new CliException(
                "task " + task + " ended in state " + row.path("state").asText()
                        + (result.isEmpty() ? "" : ": " + result) + " (see 'slipway task " + task + " --debug')");
    }

    /** Reads a task's events as they come, and shows what is going on. */
    public final class Stages {
        private final LineReader lines;
        private final Map<String, StepEvent> running = new LinkedHashMap<>();
        private String last = "";

        private Stages(long task) {
            this.lines = new LineReader(director, task, "event");
        }

        public void show(Progress.Step step) {
            for (String line : lines.newLines()) {
                TaskEvent.parse(line).ifPresent(event -> take(event, step));
            }
        }

        private void take(TaskEvent event, Progress.Step step) {
            switch (event) {
                case StepEvent stepEvent -> {
                    if (stepEvent.isEnd()) {
                        running.remove(stepEvent.key());
                    } else {
                        running.put(stepEvent.key(), stepEvent);
                    }
                    String text = text();
                    if (!text.isEmpty() && !text.equals(last)) {
                        last = text;
                        step.stage(text);
                    }
                }
                case ErrorEvent error -> step.stage("Error: " + error.message());
                case NoteEvent note -> step.stage(note.kind() + ": " + note.message());
            }
        }

        private String text() {
            if (running.isEmpty()) {
                return "";
            }
            StepEvent newest = running.values().stream().reduce((a, b) -> b).orElseThrow();
            String more = running.size() > 1 ? " (and " + (running.size() - 1) + " more)" : "";
            String count = newest.total() > 1 ? " [" + newest.index() + "/" + newest.total() + "]" : "";
            return newest.label() + count + more;
        }
    }

    /** Waits between two looks. */
    public interface Pause {
        Pause SHORT = () -> {
            try {
                Thread.sleep(400);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CliException("interrupted", interrupted);
            }
        };

        void take();
    }
}
