package io.slipway.cli.audit;

import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints where the audit trail ends now. */
@Command(
        name = "head",
        header = "Print where the audit trail ends.",
        description = {
            "",
            "Keep it where those who can write to the director's database cannot: 'slipway audit verify --anchor' finds",
            "later whether anything up to it was changed or removed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  slipway audit head", "  slipway audit head --json"})
public final class HeadCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--json", description = "Print the director's answer as JSON.")
    private boolean isJson;

    HeadCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        cli.console().print(director.client(cli).get("/audit/head").path("text").asText());
        return 0;
    }
}
