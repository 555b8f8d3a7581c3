package io.slipway.cli.cluster;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.DirectorOptions;
import io.slipway.cli.output.Progress;
import io.slipway.cli.task.Detach;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes a cluster, and by default waits until it is gone. */
@Command(
        name = "delete-cluster",
        header = "Delete a Kubernetes cluster with its disks.",
        footerHeading = "%nExamples:%n",
        footer = {"  slipway delete-cluster two", "  slipway delete-cluster two --non-interactive --no-wait"})
public final class DeleteClusterCommand implements Callable<Integer> {
    private final Cli cli;

    @Mixin
    private final DirectorOptions director = new DirectorOptions();

    @Parameters(paramLabel = "CLUSTER-NAME", description = "The cluster's name.")
    private String name = "";

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait until the cluster is gone (the default), or do not.")
    private boolean isWaiting;

    @Option(
            names = {"-y", "--non-interactive"},
            description = "Do not ask.")
    private boolean isNonInteractive;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean isJson;

    public DeleteClusterCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() {
        DirectorClient client = director.client(cli);
        client.get(ClusterNames.path(name));
        if (!isNonInteractive && !cli.console().confirm("Are you sure you want to delete cluster " + name + "?")) {
            throw new CliException("nothing was deleted");
        }
        DirectorClient.Answer answer = client.delete(ClusterNames.path(name));
        if (isWaiting) {
            watch(client);
        }
        if (isJson) {
            cli.console()
                    .printJson(
                            isWaiting || answer.body().length == 0
                                    ? com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                            .objectNode()
                                            .put("name", name)
                                            .put("last_action", "DELETE")
                                            .put("last_action_state", isWaiting ? "succeeded" : "in progress")
                                    : answer.json());
        } else if (!isWaiting) {
            cli.console().print("Deletion of " + name + " in progress");
        } else {
            cli.console().print("Deleted " + name);
        }
        return 0;
    }

    private void watch(DirectorClient client) {
        try (var progress = new Progress(cli.console());
                var detach = new Detach(cli.console(), "slipway cluster " + name)) {
            Progress.Step step = progress.begin("Deleting cluster " + name);
            try {
                new ClusterWatcher(client).untilDeleted(name, step);
                step.done("Deleted cluster " + name);
            } catch (RuntimeException failure) {
                step.failed("Deleting cluster " + name + " failed");
                throw failure;
            }
        }
    }
}
