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

/** The steps that bring up the director of this machine, with a stemcell, the Kubernetes release and a cloud config. */
final class LocalDirector {
    private static final long BUILD_GIGABYTES = 12;
    private static final long STATE_GIGABYTES = 4;
    private static final long UPKEEP_GIGABYTES = 1;

    private final Cli cli;
    private final Machine machine;
    private final DataFolder data;
    private final BuildCache cache;
    private final DirectorProcess process;
    private final Artifacts artifacts;
    private final NetworkClaims networks;
    private boolean isChanged;

    LocalDirector(Cli cli, Machine machine, DataFolder data) {
        this.cli = cli;
        this.machine = machine;
        this.data = data;
        this.cache = BuildCache.of(cli);
        this.process = new DirectorProcess(cli, data);
        this.artifacts = new Artifacts(cli.root(), data);
        this.networks = new NetworkClaims(machine.runFolder());
    }

    Path plansFile() {
        return cli.root().resolve("deploy/configs/plans.yml");
    }

    boolean isChanged() {
        return isChanged;
    }

    void changed(boolean more) {
        isChanged |= more;
    }

    /** How this machine's users call kubectl. */
    String kubectl() {
        return machine.hasProgram("kubectl") ? "kubectl" : "./slipway kubectl";
    }

    /** Checks that the rest can go well; changes nothing. */
    void check(Preflight preflight, int port, int agentPort) {
        preflight.requireUsableFileSystem(data.root());
        data.requireOwn();
        if (process.find().isEmpty()) {
            boolean isNew = !data.exists();
            DirectorSettings settings = isNew ? null : DirectorSettings.read(data.settings());
            preflight.requirePort(settings == null ? port : settings.port(), "--port");
            preflight.requirePort(settings == null ? agentPort : settings.agentPort(), "--agent-port");
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

    /** Builds what is missing, having installed the programs for it. */
    Built build(Progress progress) {
        installTools(progress);
        return new Built(build(progress, Artifacts.Kind.RELEASE), build(progress, Artifacts.Kind.STEMCELL));
    }

    DirectorClient bringUp(Progress progress, int port, int agentPort) {
        Built built = build(progress);
        DirectorSettings settings = settings(progress, port, agentPort);
        start(progress, settings);
        Target target = settings.target(data);
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

    private DirectorSettings settings(Progress progress, int port, int agentPort) {
        if (data.exists()) {
            DirectorSettings settings = DirectorSettings.read(data.settings());
            Subnet.ofGateway(settings.gateway()).ifPresent(second -> networks.renew(second, data.root()));
            if (process.find().isEmpty() && settings.narrow(data.settings())) {
                isChanged = true;
            }
            return settings;
        }
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
        DirectorSettings settings = DirectorSettings.create(port, agentPort, Subnet.gateway(second));
        settings.write(data, plansFile());
        isChanged = true;
        step.done("Wrote the director's settings to " + data.settings());
        return settings;
    }

    private void start(Progress progress, DirectorSettings settings) {
        if (process.find().isPresent() && process.isHealthy(settings)) {
            return;
        }
        Progress.Step step = progress.begin("Starting the director");
        Optional<ProcessHandle> unhealthy = process.find();
        try {
            unhealthy.ifPresent(process::stop);
            process.start(settings, step);
        } catch (RuntimeException failure) {
            step.failed("Starting the director failed");
            throw failure;
        }
        isChanged = true;
        step.done("Started the director");
    }
}
