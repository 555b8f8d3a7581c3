package io.slipway.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Console;
import io.slipway.cli.output.Durations;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one task. */
@Command(
        name = "task",
        header = "Show a task: its stages, or another of its outputs.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway task 12", "  slipway task 12 --follow", "  slipway task 12 --debug"})
public final class TaskCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Parameters(paramLabel = "TASK", description = "The task's number.")
    private long task;

    @ArgGroup
    private @Nullable Output output;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on showing until the task ends; the exit code is then the task's.")
    private boolean isFollowing;

    @Option(names = "--json", description = "Print the task as JSON, or with --event its events as they are.")
    private boolean isJson;

    public TaskCommand(Cli cli) {
        this.cli = cli;
    }

    /** Which output; the events, told in words, where none is named. */
    static final class Output {
        @Option(names = "--event", description = "The event output (the default).")
        private boolean isEvent;

        @Option(names = "--debug", description = "The debug output.")
        private boolean isDebug;

        @Option(names = "--result", description = "The result output.")
        private boolean isResult;

        @Option(names = "--cpi", description = "The CPI's output.")
        private boolean isCpi;
    }

    @Override
    public Integer call() {
        DirectorClient client = director.client(cli);
        var watcher = new TaskWatcher(client);
        JsonNode row = watcher.find(task);
        if (isJson && output == null && !isFollowing) {
            cli.console().printJson(row);
            return 0;
        }
        var lines = new LineReader(client, task, type());
        boolean isTold = type().equals("event") && !isJson;
        var told = new EventLines(task);
        if (isTold) {
            cli.console().print("Task " + task);
            cli.console().print("");
        }
        while (true) {
            for (String line : lines.newLines()) {
                show(line, isTold, told);
            }
            if (!isFollowing || TaskWatcher.isEnded(row)) {
                break;
            }
            TaskWatcher.Pause.SHORT.take();
            row = watcher.find(task);
        }
        cli.console().printRaw(lines.rest());
        if (isTold) {
            summarize(row);
        }
        return TaskWatcher.isEnded(row) && !row.path("state").asText().equals("done") ? ended(row) : 0;
    }

    private void show(String line, boolean isTold, EventLines told) {
        Console console = cli.console();
        if (isTold) {
            TaskEvent.parse(line).ifPresent(event -> told.of(event).forEach(console::print));
        } else {
            console.print(line);
        }
    }

    private int ended(JsonNode row) {
        if (isFollowing) {
            throw new CliException(
                    "task " + task + " ended in state " + row.path("state").asText());
        }
        return 0;
    }

    private String type() {
        if (output == null || output.isEvent) {
            return "event";
        }
        return output.isDebug ? "debug" : output.isResult ? "result" : "cpi";
    }

    private void summarize(JsonNode row) {
        Console console = cli.console();
        long started = row.path("started_at").asLong();
        long ended = row.path("timestamp").asLong();
        console.print("");
        if (started > 0) {
            console.print("Task " + task + " Started  " + TasksCommand.time(started));
        }
        if (TaskWatcher.isEnded(row)) {
            console.print("Task " + task + " Finished " + TasksCommand.time(ended));
            console.print("Task " + task + " Duration "
                    + Durations.clock(Duration.ofSeconds(started > 0 ? ended - started : 0)));
        }
        console.print("Task " + task + " " + row.path("state").asText());
    }
}
