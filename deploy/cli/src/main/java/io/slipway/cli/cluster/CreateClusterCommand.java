package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.Detach;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for a cluster, and by default waits for it. */
@Command(
        name = "create-cluster",
        header = "Create a Kubernetes cluster.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway create-cluster two --plan production",
            "  slipway create-cluster two --plan small --num-nodes 2 --no-wait",
            "  slipway create-cluster two --plan small --external-hostname two.example.com"
        })
public final class CreateClusterCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Parameters(paramLabel = "CLUSTER-NAME", description = "Lower-case letters, digits and hyphens.")
    private String name = "";

    @Option(
            names = {"-p", "--plan"},
            required = true,
            paramLabel = "PLAN",
            description = "One of 'slipway plans'.")
    private String plan = "";

    @Option(
            names = {"-e", "--external-hostname"},
            paramLabel = "HOST",
            description = "Host name or address from which the Kubernetes API is reached. "
                    + "By default an address of the cluster's network.")
    private @Nullable String externalHostname;

    @Option(
            names = {"-n", "--num-nodes"},
            paramLabel = "N",
            description = "Number of worker nodes, instead of the plan's.")
    private @Nullable Integer workers;

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait for the cluster and show how far it is (the default), or do not.")
    private boolean isWaiting;

    @Option(
            names = {"-y", "--non-interactive"},
            description = "Ask nothing. (This command never asks.)")
    private boolean isNonInteractive;

    @Option(names = "--json", description = "Print the cluster as JSON.")
    private boolean isJson;

    public CreateClusterCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        DirectorClient client = director.client(cli);
        JsonNode cluster = request(client, name, plan, externalHostname, workers);
        if (isWaiting) {
            cluster = watch(cli, client, name);
        }
        if (isJson) {
            cli.console().printJson(cluster);
            return 0;
        }
        ClusterView.details(cluster).forEach(cli.console()::print);
        cli.console()
                .note(
                        isWaiting
                                ? "\nUse it with: slipway get-credentials " + name
                                : "\nUse 'slipway cluster " + name + "' to see how far it is");
        return 0;
    }

    /** Sends the request for a cluster. */
    public static JsonNode request(
            DirectorClient client,
            String name,
            String plan,
            @Nullable String externalHostname,
            @Nullable Integer workers) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", name).put("plan_name", plan);
        ObjectNode parameters = body.putObject("parameters");
        if (externalHostname != null) {
            parameters.put("kubernetes_master_host", externalHostname);
        }
        if (workers != null) {
            parameters.put("kubernetes_worker_instances", workers.intValue());
        }
        return client.post("/v1/clusters", body).json();
    }

    /** Waits for a cluster with live progress. */
    public static JsonNode watch(Cli cli, DirectorClient client, String name) {
        try (var progress = new Progress(cli.console());
                var detach = new Detach(cli.console(), "slipway cluster " + name)) {
            Progress.Step step = progress.begin("Creating cluster " + name);
            try {
                JsonNode cluster = new ClusterWatcher(client).untilCreated(name, step);
                step.done("Created cluster " + name);
                return cluster;
            } catch (RuntimeException failure) {
                step.failed("Creating cluster " + name + " failed");
                throw failure;
            }
        }
    }
}
