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

/** Has the director go through the whole trail, some of it with each request. */
@Command(
        name = "verify",
        header = "Look whether the audit trail is as the directors left it.",
        description = {
            "",
            "Finds rows that were changed, removed, put in or moved. That the newest ones were removed together with",
            "what says where the trail ends is found by an anchor: what 'slipway audit head' printed earlier, or a",
            "director's log has told. Exit code 1 where anything is not as it was."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  slipway audit verify", "  slipway audit verify --anchor 1200:5f0c... --json"})
public final class VerifyCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--anchor", paramLabel = "NUMBER:DIGEST", description = "Where the trail ended some time ago.")
    private String anchor = "";

    @Option(names = "--json", description = "Print the director's last answer as JSON.")
    private boolean isJson;

    VerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        if (!anchor.isEmpty() && !anchor.matches("[0-9]{1,18}:[0-9a-f]*")) {
            throw new CliException(
                    "--anchor is '" + anchor + "': expected NUMBER:DIGEST, as 'slipway audit head' prints it");
        }
        DirectorClient client = director.client(cli);
        long rows = 0;
        long problems = 0;
        String after = "";
        while (true) {
            // What concerns all of the trail is looked at once.
            JsonNode found = client.get("/audit/verification?after=" + after + "&anchor=" + (rows == 0 ? anchor : ""));
            rows += found.path("rows").asLong();
            for (JsonNode problem : found.path("problems")) {
                problems++;
                tell(problem);
            }
            after = found.path("reached").path("text").asText();
            if (found.path("at_end").asBoolean() || problems > 0) {
                return told(found, rows, problems);
            }
        }
    }

    private void tell(JsonNode problem) {
        long number = problem.path("number").asLong();
        if (!isJson) {
            cli.console()
                    .print((number == 0 ? "" : "row " + number + ": ")
                            + problem.path("what").asText());
        }
    }

    private int told(JsonNode last, long rows, long problems) {
        if (isJson) {
            cli.console().printJson(last);
        }
        if (problems > 0) {
            throw new CliException("the audit trail is not as the directors left it: " + problems + " found above");
        }
        if (isJson) {
            return 0;
        }
        long checkpoint = last.path("checkpoint").path("number").asLong();
        cli.console()
                .print("The audit trail holds: " + rows + " rows"
                        + (checkpoint == 0 ? "" : ", after " + checkpoint + " that were removed for their age") + ".");
        cli.console().print("It ends at " + last.path("head").path("text").asText());
        return 0;
    }
}
