package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists clusters. */
@Command(
        name = "clusters",
        header = "List Kubernetes clusters.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway clusters", "  slipway clusters --json"})
public final class ClustersCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Option(names = "--json", description = "Print the director's answer as JSON.")
    private boolean isJson;

    public ClustersCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        JsonNode clusters = director.client(cli).get("/v1/clusters");
        if (isJson) {
            cli.console().printJson(clusters);
        } else if (clusters.isEmpty()) {
            cli.console().note("There are no clusters. Make one with 'slipway create-cluster NAME --plan PLAN'.");
        } else {
            ClusterView.list(clusters).printTo(cli.console());
        }
        return 0;
    }
}
