package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists plans. */
@Command(
        name = "plans",
        header = "List the plans that clusters can be made by.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway plans", "  slipway plans --json"})
public final class PlansCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--json", description = "Print the director's answer as JSON.")
    private boolean isJson;

    public PlansCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        JsonNode plans = director.client(cli).get("/v1/plans");
        if (isJson) {
            cli.console().printJson(plans);
            return 0;
        }
        var table = new Table("Name", "ID", "Masters", "Workers", "Description");
        for (JsonNode plan : plans) {
            table.row(
                    plan.path("name").asText(),
                    plan.path("id").asText(),
                    plan.path("master_instances").asText(),
                    plan.path("worker_instances").asText(),
                    plan.path("description").asText());
        }
        table.printTo(cli.console());
        return 0;
    }
}
