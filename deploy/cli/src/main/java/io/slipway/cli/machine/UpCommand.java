package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.Cli;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.output.Progress;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings up a director on this machine and a first cluster. What is there already is left as it is. */
@Command(
        name = "up",
        header = "Start a director on this machine and make a first cluster.",
        description = "Builds what is missing first. Run again, it changes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo ./slipway up",
            "  sudo ./slipway up --no-cluster",
            "  sudo ./slipway up --plan production --data-dir /data/slipway",
            "  sudo ./slipway up --directors 3",
            "  sudo ./slipway up --monitoring"
        })
public final class UpCommand implements Callable<Integer> {
    private final Cli cli;
    private final Machine machine;

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description =
                    "Where the director keeps everything. Default /var/lib/slipway. Environment: SLIPWAY_DATA_DIR.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "25555",
            description = "Port of the director's API (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--agent-port",
            paramLabel = "PORT",
            defaultValue = "25556",
            description = "Port that node agents connect to (default ${DEFAULT-VALUE}).")
    private int agentPort;

    @Option(
            names = "--directors",
            paramLabel = "COUNT",
            description = "How many processes are the director: 1, 3 or 5. Several share a PostgreSQL, and go on when "
                    + "fewer than half of them fail; their ports are ten apart. Default: as many as there are, or 1.")
    private int directors;

    @Option(
            names = "--migrate",
            description = "With --directors: let one director that is there become several. It is stopped, and its "
                    + "database moved into PostgreSQL.")
    private boolean isMigrating;

    @Option(
            names = "--monitoring",
            description =
                    "Start a Prometheus and an Alertmanager, too, with Slipway's rules. Once there, they come up with "
                            + "every 'up'.")
    private boolean isMonitored;

    @Option(names = "--no-cluster", description = "Make no cluster.")
    private boolean isWithoutCluster;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "first",
            description = "Name of the first cluster (default ${DEFAULT-VALUE}).")
    private String cluster = "";

    @Option(
            names = {"-p", "--plan"},
            paramLabel = "PLAN",
            defaultValue = "small",
            description = "Plan of the first cluster (default ${DEFAULT-VALUE}).")
    private String plan = "";

    @Option(
            names = {"-y", "--non-interactive"},
            description = "Ask nothing. (Only a move to several directors is asked for.)")
    private boolean isNonInteractive;

    @Option(names = "--json", description = "Print what is up as JSON.")
    private boolean isJson;

    public UpCommand(Cli cli) {
        this(cli, Machine.actual(cli));
    }

    UpCommand(Cli cli, Machine machine) {
        this.cli = cli;
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        var preflight = new Preflight(machine);
        preflight.requireLinuxAndRoot("up");
        DataFolder data = DataFolder.of(cli, dataFolder);
        var director = new LocalDirector(cli, machine, data);
        if (!isWithoutCluster) {
            PlansFile.requirePlan(director.plansFile(), plan);
        }
        var wish = new LocalDirector.Wish(port, agentPort, directors, isMigrating);
        if (director.needsMigration(wish)
                && !isMigrating
                && !isNonInteractive
                && cli.console().isTerminal()) {
            wish = new LocalDirector.Wish(port, agentPort, directors, isConfirmed(data));
        }
        director.check(preflight, wish);
        if (isMonitored) {
            director.monitor();
        }
        try (FileLock lock = data.lock();
                var progress = new Progress(cli.console())) {
            data.makePrivate();
            DirectorClient client = director.bringUp(progress, wish);
            FirstCluster first = null;
            if (!isWithoutCluster) {
                first = new FirstCluster(cli, client, cluster);
                director.changed(first.bringUp(progress, plan));
            }
            progress.close();
            report(director, client, first);
        }
        return 0;
    }

    private boolean isConfirmed(DataFolder data) {
        return cli.console()
                .confirm("The director in " + data.root() + " will be stopped, and its data moved into PostgreSQL. "
                        + "Do you want " + directors + " directors?");
    }

    private void report(LocalDirector director, DirectorClient client, @Nullable FirstCluster first) {
        if (isJson) {
            cli.console().printJson(json(director, client, first));
            return;
        }
        if (!director.isChanged()) {
            cli.console().print("Everything was up already: nothing was changed.");
        }
        cli.console().print("");
        cli.console()
                .print("Director:  " + String.join(", ", client.target().urls()) + " (user "
                        + client.target().user() + ", password and CA in "
                        + cli.targetFile().path() + ")");
        director.monitoring().ifPresent(monitoring -> cli.console()
                .print("Metrics:   " + monitoring.prometheusUrl() + " (alerts: " + monitoring.alertmanagerUrl() + ")"));
        if (first != null) {
            cli.console().print("Cluster:   " + cluster + " (kubeconfig " + first.kubeconfig() + ")");
            cli.console().print("");
            cli.console().print("Try:");
            cli.console().print("  export KUBECONFIG=" + first.kubeconfig());
            cli.console().print("  " + director.kubectl() + " get nodes");
        }
        cli.console().print((first == null ? "\nTry:\n" : "") + "  ./slipway create-cluster two --plan production");
    }

    private JsonNode json(LocalDirector director, DirectorClient client, @Nullable FirstCluster first) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("changed", director.isChanged());
        json.put("director", client.target().url());
        client.target().urls().forEach(json.putArray("directors")::add);
        json.put("config", cli.targetFile().path().toString());
        json.put("kubectl", director.kubectl());
        director.monitoring().ifPresent(monitoring -> json.put("prometheus", monitoring.prometheusUrl())
                .put("alertmanager", monitoring.alertmanagerUrl()));
        if (first != null) {
            json.put("cluster", cluster).put("kubeconfig", first.kubeconfig().toString());
        }
        return json;
    }
}
