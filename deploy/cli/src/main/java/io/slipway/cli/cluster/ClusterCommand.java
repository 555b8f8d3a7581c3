package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows one cluster. */
@Command(
        name = "cluster",
        header = "Show a Kubernetes cluster.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway cluster first", "  slipway cluster first --json"})
public final class ClusterCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Parameters(paramLabel = "CLUSTER-NAME", description = "The cluster's name.")
    private String name = "";

    @Option(names = "--json", description = "Print the director's answer as JSON.")
    private boolean isJson;

    public ClusterCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        JsonNode cluster = director.client(cli).get(ClusterNames.path(name));
        if (isJson) {
            cli.console().printJson(cluster);
        } else {
            ClusterView.details(cluster).forEach(cli.console()::print);
        }
        return 0;
    }
}
