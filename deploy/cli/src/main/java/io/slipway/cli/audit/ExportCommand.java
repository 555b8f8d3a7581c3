package io.slipway.cli.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the rows of the trail with their digests, oldest first, each as a line of JSON. */
@Command(
        name = "export",
        header = "Print the audit trail as JSON lines.",
        description = {
            "",
            "All that is sealed is in a line, and its digest: lines that were exported before the director removed them",
            "for their age still fit to the first one that it has."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  slipway audit export > audit.jsonl", "  slipway audit export --after 1200 >> audit.jsonl"})
public final class ExportCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;

    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--after", paramLabel = "NUMBER", defaultValue = "0", description = "Only rows after this one.")
    private long after;

    ExportCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        if (after < 0) {
            throw new CliException("--after is '" + after + "': expected the number of a row, or 0");
        }
        DirectorClient client = director.client(cli);
        long last = after;
        while (true) {
            JsonNode rows = client.get("/audit/rows?after=" + last + "&limit=" + PAGE);
            for (JsonNode row : rows) {
                cli.console().print(row.toString());
                last = row.path("number").asLong();
            }
            if (rows.size() < PAGE) {
                return 0;
            }
        }
    }
}
