package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Runs the kubectl of the Kubernetes release, for machines that have none of their own or an old one. */
@Command(
        name = "kubectl",
        header = "Run the kubectl that belongs to the Kubernetes release.",
        description = "All arguments are kubectl's own.",
        footerHeading = "%nExamples:%n",
        footer = {"  sudo ./slipway kubectl get nodes", "  sudo ./slipway kubectl --context first top nodes"})
public final class KubectlCommand implements Callable<Integer> {
    private final Cli cli;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    public KubectlCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws InterruptedException {
        DataFolder data = DataFolder.of(cli, null);
        if (Files.isDirectory(data.root()) && !Files.isReadable(data.root())) {
            throw new CliException(
                    "kubectl is in " + data.root() + ", which is for root alone: run 'sudo ./slipway kubectl'");
        }
        var command = new ArrayList<String>();
        command.add(new Artifacts(cli.root(), data)
                .kubectl()
                .orElseThrow(() -> new CliException("kubectl is not built: run 'sudo ./slipway build' first"))
                .toString());
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException failure) {
            throw new CliException("kubectl cannot be run: " + failure.getMessage(), failure);
        }
    }
}
