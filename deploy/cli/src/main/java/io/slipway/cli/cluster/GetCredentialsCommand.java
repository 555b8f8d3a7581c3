package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.kubeconfig.Kubeconfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a cluster's credentials into the user's kubeconfig. */
@Command(
        name = "get-credentials",
        header = "Put a cluster's credentials into your kubeconfig, for kubectl.",
        description =
                "Writes to the first file that KUBECONFIG names, or to ~/.kube/config. Entries of other clusters stay.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway get-credentials first",
            "  KUBECONFIG=./first.yml slipway get-credentials first",
            "  slipway get-credentials first --json"
        })
public final class GetCredentialsCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Parameters(paramLabel = "CLUSTER-NAME", description = "The cluster's name.")
    private String name = "";

    @Option(names = "--json", description = "Print the kubeconfig as JSON, and write no file.")
    private boolean isJson;

    public GetCredentialsCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        DirectorClient client = director.client(cli);
        JsonNode kubeconfig = fetch(client, name);
        if (isJson) {
            cli.console().printJson(kubeconfig);
            return 0;
        }
        cli.console().print("");
        cli.console().print("Fetching credentials for cluster " + name + ".");
        Kubeconfig.ofUser(cli.environment(), cli.home()).merge(kubeconfig);
        cli.console().print("Context set for cluster " + name + ".");
        cli.console().print("");
        cli.console().print("You can now switch between clusters by using:");
        cli.console().print("$kubectl config use-context <cluster-name>");
        return 0;
    }

    /** The kubeconfig of a cluster, as the director gives it. */
    public static JsonNode fetch(DirectorClient client, String name) {
        return client.post(ClusterNames.path(name) + "/binds", JsonNodeFactory.instance.objectNode())
                .json();
    }
}
