package io.slipway.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Table;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists recent tasks. */
@Command(
        name = "tasks",
        header = "List recent tasks.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway tasks", "  slipway tasks -l 50", "  slipway tasks --current --json"})
public final class TasksCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM d HH:mm:ss 'UTC' uuuu", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(
            names = {"-l", "--limit"},
            paramLabel = "N",
            defaultValue = "10",
            description = "How many tasks (default ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--current", description = "Only those that are queued or running.")
    private boolean isCurrent;

    @Option(names = "--json", description = "Print the director's answer as JSON.")
    private boolean isJson;

    public TasksCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new CliException("--limit must be at least 1");
        }
        String filter = isCurrent ? "&state=queued,processing,cancelling" : "";
        JsonNode tasks = director.client(cli).get("/tasks?verbose=2&limit=" + limit + filter);
        if (isJson) {
            cli.console().printJson(tasks);
            return 0;
        }
        var table = new Table("ID", "State", "Started At", "User", "Deployment", "Description", "Result");
        for (JsonNode task : tasks) {
            table.row(
                    task.path("id").asText(),
                    task.path("state").asText(),
                    task.path("started_at").isNumber()
                            ? time(task.path("started_at").asLong())
                            : "-",
                    dash(task.path("user").asText("")),
                    dash(task.path("deployment").asText("")),
                    task.path("description").asText(""),
                    dash(task.path("result").asText("").lines().findFirst().orElse("")));
        }
        table.printTo(cli.console());
        return 0;
    }

    static String time(long seconds) {
        return seconds == 0 ? "-" : TIME.format(Instant.ofEpochSecond(seconds));
    }

    private static String dash(String text) {
        return text.isEmpty() || text.equals("null") ? "-" : text;
    }
}
