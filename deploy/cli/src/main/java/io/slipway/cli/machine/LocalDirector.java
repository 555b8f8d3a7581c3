package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.DirectorClient;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.director.Target;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The steps that bring up the director of this machine, with a stemcell, the Kubernetes release and a cloud config. */
final class LocalDirector {
    private static final long BUILD_GIGABYTES = 12;
    private static final long STATE_GIGABYTES = 4;
    private static final long UPKEEP_GIGABYTES = 1;

    private final Cli cli;
    private final Machine machine;
    private final DataFolder data;
    private final BuildCache cache;
    private final Artifacts artifacts;
    private final NetworkClaims networks;
    private final Monitoring monitoring;
    private boolean isMonitored;
    private boolean isChanged;

    LocalDirector(Cli cli, Machine machine, DataFolder data) {
        this.cli = cli;
        this.machine = machine;
        this.data = data;
        this.cache = BuildCache.of(cli);
        this.artifacts = new Artifacts(cli.root(), data);
        this.networks = new NetworkClaims(machine.runFolder());
        this.monitoring = new Monitoring(cli, data);
    }

    Path plansFile() {
        return cli.root().resolve("deploy/configs/plans.yml");
    }

    boolean isChanged() {
        return isChanged;
    }

    /** Has a Prometheus come up with it. */
    void monitor() {
        isMonitored = true;
    }

    /** What watches it, where that is wanted. */
    Optional<Monitoring> monitoring() {
        return isMonitored || monitoring.isWanted() ? Optional.of(monitoring) : Optional.empty();
    }

    void changed(boolean more) {
        isChanged |= more;
    }

    /** How this machine's users call kubectl. */
    String kubectl() {
        return machine.hasProgram("kubectl") ? "kubectl" : "./slipway kubectl";
    }

    /**
     * What is wanted of the machine.
     *
     * @param directors how many processes; 0 for as many as there are
     * @param isMigrating whether one director with an embedded database may become several
     */
    record Wish(int port, int agentPort, int directors, boolean isMigrating) {
        /** Why not two, or four. */
        private static final Set<Integer> COUNTS = Set.of(0, 1, 3, 5);

        Wish {
            if (!COUNTS.contains(directors)) {
                throw new CliException("--directors " + directors + " is not possible: choose 1, 3 or 5. Directors act "
                        + "only while more than half of them see each other, and of an even number no more may be lost "
                        + "than of one less");
            }
        }

        /** How many there will be of so many that there are. */
        int count(int present) {
            return directors == 0 ? present : directors;
        }
    }

    /** Whether the wish can only be had by a move of the embedded database into PostgreSQL. */
    boolean needsMigration(Wish wish) {
        return data.exists() && GroupSettings.count(data) == 1 && wish.count(1) > 1;
    }

    /** Checks that the rest can go well; changes nothing. */
    void check(Preflight preflight, Wish wish) {
        preflight.requireUsableFileSystem(data.root());
        data.requireOwn();
        int present = GroupSettings.count(data);
        int wanted = wish.count(present);
        boolean isNew = !data.exists();
        if (!isNew && present > 1 && wanted != present) {
            throw new CliException("there are " + present + " directors in " + data.root() + ", and --directors "
                    + wanted + " asks for another number: that is not possible without 'slipway down --purge'");
        }
        if (needsMigration(wish) && !wish.isMigrating()) {
            throw new CliException(
                    "there is one director in " + data.root() + ", with an embedded database: to have it "
                            + "stopped, its data moved into PostgreSQL, and " + wanted
                            + " directors started, run this again with --migrate");
        }
        if (wanted > 1) {
            new LocalPostgresql(machine, data).requireUsable();
        }
        if (!directors().isRunning()) {
            requirePorts(preflight, wish, isNew, wanted);
            preflight.requireSpace(
                    cache.root(),
                    isBuilt() ? 0 : BUILD_GIGABYTES,
                    data.root(),
                    isNew ? STATE_GIGABYTES : UPKEEP_GIGABYTES);
            if (isNew) {
                networks.find(machine.routes(), data.root());
            }
        }
    }

    private void requirePorts(Preflight preflight, Wish wish, boolean isNew, int wanted) {
        DirectorSettings settings = isNew ? null : DirectorSettings.read(data.settings());
        int port = settings == null ? wish.port() : settings.port();
        int agentPort = settings == null ? wish.agentPort() : settings.agentPort();
        preflight.requirePort(port, "--port");
        preflight.requirePort(agentPort, "--agent-port");
        if (wanted > 1) {
            var ports = new GroupPorts(port, agentPort, wanted);
            for (int number = 1; number <= wanted; number++) {
                ports.of(number).forEach(one -> preflight.requirePort(one, "--port and --agent-port"));
            }
        }
    }

    /** As the settings say; what there is none of yet is one. */
    private Directors directors() {
        return GroupSettings.count(data) > 1 ? new DirectorGroup(cli, machine, data) : new SingleDirector(cli, data);
    }

    private boolean isBuilt() {
        return Files.isDirectory(cache.root())
                || (artifacts.present(Artifacts.Kind.RELEASE).isPresent()
                        && artifacts.present(Artifacts.Kind.STEMCELL).isPresent());
    }

    /** What there is to upload. */
    record Built(Archive release, Archive stemcell) {
        JsonNode json() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("release", release.file().toString())
                    .put("stemcell", stemcell.file().toString());
        }
    }

    /** Installs what several directors need besides. */
    private void installPostgresql(Progress progress, Wish wish) {
        if (wish.count(GroupSettings.count(data)) > 1 && !LocalPostgresql.isInstalled(machine)) {
            Progress.Step step = progress.begin("Installing " + LocalPostgresql.PACKAGE);
            HostPrograms.installPostgresql(machine, data.logs(), step);
            step.done("Installed " + LocalPostgresql.PACKAGE);
            isChanged = true;
        }
    }

    /** Builds what is missing, having installed the programs for it. */
    Built build(Progress progress) {
        installTools(progress);
        return new Built(build(progress, Artifacts.Kind.RELEASE), build(progress, Artifacts.Kind.STEMCELL));
    }

    DirectorClient bringUp(Progress progress, Wish wish) {
        installPostgresql(progress, wish);
        Built built = build(progress);
        settings(progress, wish);
        Directors directors = directors();
        if (monitoring().isPresent() && monitoring.introduce()) {
            // Users are read when a director starts.
            directors.stop(progress);
        }
        if (!directors.isUp()) {
            directors.start(progress);
            isChanged = true;
        }
        if (monitoring().isPresent()) {
            changed(monitoring.bringUp(progress));
        }
        Target target = directors.target();
        if (!cli.targetFile().read().equals(Optional.of(target))
                || !cli.targetFile().dataFolder().equals(data.root().toString())) {
            cli.targetFile().write(target, data.root().toString());
        }
        var client = new DirectorClient(target);
        var uploads = new Uploads(client);
        changed(uploads.stemcell(progress, built.stemcell()));
        changed(uploads.release(progress, built.release()));
        changed(uploads.cloudConfig(progress, data.cloudConfig()));
        return client;
    }

    private void installTools(Progress progress) {
        List<String> missing = HostPrograms.missingPackages(machine);
        if (!missing.isEmpty()) {
            Progress.Step step = progress.begin("Installing " + String.join(", ", missing));
            HostPrograms.install(machine, missing, data.logs(), step);
            step.done("Installed " + String.join(", ", missing));
            isChanged = true;
        }
    }

    private Archive build(Progress progress, Artifacts.Kind kind) {
        Optional<Archive> present = artifacts.present(kind);
        if (present.isPresent()) {
            return present.get();
        }
        Progress.Step step = progress.begin("Building the " + kind.title() + " (the first time takes minutes)");
        try {
            Archive built = artifacts.build(kind, step);
            step.done("Built the " + kind.title() + " " + built.version());
            return built;
        } catch (RuntimeException failure) {
            step.failed("Building the " + kind.title() + " failed");
            throw failure;
        }
    }

    private void settings(Progress progress, Wish wish) {
        if (!data.exists()) {
            create(progress, wish);
            return;
        }
        DirectorSettings settings = DirectorSettings.read(data.settings());
        Subnet.ofGateway(settings.gateway()).ifPresent(second -> networks.renew(second, data.root()));
        if (GroupSettings.count(data) == 1 && !directors().isRunning() && settings.narrow(data.settings())) {
            isChanged = true;
        }
        if (needsMigration(wish)) {
            new MoveToSeveral(cli, machine, data).run(progress, group(settings.port(), settings.agentPort(), wish));
            isChanged = true;
        }
    }

    private void create(Progress progress, Wish wish) {
        Progress.Step step = progress.begin("Writing the director's settings");
        int second = networks.claim(machine.routes(), data.root());
        try {
            String template = Files.readString(cli.root().resolve("deploy/configs/cloud-config-local.yml"));
            PrivateFiles.write(
                    data.cloudConfig(),
                    Subnet.cloudConfig(template, second, machine.nameServers()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new CliException("the cloud config cannot be written: " + failure.getMessage(), failure);
        }
        DirectorSettings settings = DirectorSettings.create(wish.port(), wish.agentPort(), Subnet.gateway(second));
        if (wish.count(1) == 1) {
            settings.write(data, plansFile());
        } else {
            group(wish.port(), wish.agentPort(), wish).write(settings.tree(data, plansFile()));
        }
        isChanged = true;
        step.done("Wrote the director's settings to " + data.settings());
    }

    private GroupSettings group(int port, int agentPort, Wish wish) {
        var ports = new GroupPorts(port, agentPort, wish.count(1));
        return new GroupSettings(
                data, ports, PostgresqlSettings.readOrCreate(data.postgresqlSettings(), ports.postgresql()));
    }
}
