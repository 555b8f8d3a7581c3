package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.kubeconfig.Kubeconfig;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the director of this machine and powers off its VMs; with --purge, removes everything. */
@Command(
        name = "down",
        header = "Stop the director of this machine and power off its VMs.",
        description = "Their disks stay: 'slipway up' brings the same clusters back. With --purge nothing stays.",
        footerHeading = "%nExamples:%n",
        footer = {"  sudo ./slipway down", "  sudo ./slipway down --purge --non-interactive"})
public final class DownCommand implements Callable<Integer> {
    private final Cli cli;
    private final Machine machine;

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description =
                    "Where the director keeps everything. Default: where 'up' put it. Environment: SLIPWAY_DATA_DIR.")
    private @Nullable Path dataFolder;

    @Option(names = "--purge", description = "Delete all clusters, VMs, disks, settings and state. Asks first.")
    private boolean isPurge;

    @Option(
            names = {"-y", "--non-interactive"},
            description = "Do not ask.")
    private boolean isNonInteractive;

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean isJson;

    public DownCommand(Cli cli) {
        this(cli, Machine.actual(cli));
    }

    DownCommand(Cli cli, Machine machine) {
        this.cli = cli;
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        new Preflight(machine).requireLinuxAndRoot("down");
        DataFolder data = DataFolder.of(cli, dataFolder);
        if (!data.exists() && !(isPurge && Files.isDirectory(data.root()))) {
            return said("there is no director in " + data.root() + ": nothing to do", false);
        }
        if (isPurge
                && !isNonInteractive
                && !cli.console()
                        .confirm("This deletes all clusters with their data, and all of " + data.root()
                                + ". Are you sure?")) {
            throw new CliException("nothing was deleted");
        }
        try (FileLock lock = data.lock();
                var progress = new Progress(cli.console())) {
            Directors directors = GroupSettings.count(data) > 1
                    ? new DirectorGroup(cli, machine, data)
                    : new SingleDirector(cli, data);
            Map<String, String> servers = isPurge ? servers(directors) : Map.of();
            if (data.exists()) {
                new Monitoring(cli, data).stop(progress);
            }
            directors.stop(progress);
            if (Files.exists(data.postgresqlSettings())) {
                // A move to several directors that was not finished has left it running.
                new LocalPostgresql(machine, data).stop();
            }
            if (data.exists()) {
                run(progress, directors, isPurge ? "purge" : "power-off");
            }
            if (isPurge) {
                remove(progress, data, servers);
            }
        }
        return said(
                isPurge
                        ? "Everything is removed. Builds stay in the cache folder, so that the next 'up' is quick."
                        : "The director is down and its VMs are off. 'slipway up' brings them back.",
                true);
    }

    private int said(String text, boolean isChanged) {
        if (isJson) {
            cli.console()
                    .printJson(JsonNodeFactory.instance
                            .objectNode()
                            .put("changed", isChanged)
                            .put("purged", isPurge && isChanged));
        } else {
            cli.console().print(text);
        }
        return 0;
    }

    private static void run(Progress progress, Directors directors, String subcommand) {
        boolean isPurge = subcommand.equals("purge");
        Progress.Step step = progress.begin(isPurge ? "Deleting all VMs and disks" : "Powering off VMs");
        try {
            directors.run(step, subcommand);
            step.done(isPurge ? "Deleted all VMs and disks" : "Powered off VMs");
        } catch (RuntimeException failure) {
            step.failed(isPurge ? "Deleting VMs and disks failed" : "Powering off VMs failed");
            throw failure;
        }
    }

    /** Names and API addresses of the clusters, to take them out of the kubeconfig; none where nobody answers. */
    private static Map<String, String> servers(Directors directors) {
        Map<String, String> servers = new LinkedHashMap<>();
        if (directors.isRunning()) {
            try {
                var client = new DirectorClient(directors.target());
                for (JsonNode cluster : client.get("/v1/clusters")) {
                    JsonNode parameters = cluster.path("parameters");
                    servers.put(
                            cluster.path("name").asText(),
                            "https://"
                                    + parameters.path("kubernetes_master_host").asText() + ":"
                                    + parameters.path("kubernetes_master_port").asText());
                }
            } catch (CliException unreachable) {
                // then the entries stay, and do no harm
            }
        }
        return servers;
    }

    private void remove(Progress progress, DataFolder data, Map<String, String> servers) {
        Progress.Step step = progress.begin("Removing " + data.root());
        try {
            if (Files.exists(data.postgresqlSettings())) {
                new LocalPostgresql(machine, data).remove();
            }
            FolderRemoval.remove(data.root());
        } catch (IOException failure) {
            throw new CliException(data.root() + " cannot be removed: " + failure.getMessage(), failure);
        }
        new NetworkClaims(machine.runFolder()).release(data.root());
        if (cli.targetFile().dataFolder().equals(data.root().toString()) || !Files.exists(data.root())) {
            cli.targetFile().delete();
        }
        Kubeconfig kubeconfig = Kubeconfig.ofUser(cli.environment(), cli.home());
        servers.forEach(kubeconfig::remove);
        step.done("Removed " + data.root());
    }
}
