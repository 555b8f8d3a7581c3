package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.output.Progress;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds what 'up' would build, and nothing more: to prepare a machine, or a build server's cache. */
@Command(
        name = "build",
        header = "Build the Kubernetes release and the stemcell.",
        description = "What is in the cache already is not built again. 'slipway up' does this by itself.",
        footerHeading = "%nExamples:%n",
        footer = {"  sudo ./slipway build", "  sudo SLIPWAY_CACHE=/data/cache ./slipway build"})
public final class BuildCommand implements Callable<Integer> {
    private final Cli cli;
    private final Machine machine;

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description = "Where logs and what was built are remembered. Default /var/lib/slipway. "
                    + "Environment: SLIPWAY_DATA_DIR.")
    private @Nullable Path dataFolder;

    @Option(names = "--json", description = "Print where the archives are as JSON.")
    private boolean isJson;

    public BuildCommand(Cli cli) {
        this.cli = cli;
        this.machine = Machine.actual(cli);
    }

    @Override
    public Integer call() throws Exception {
        new Preflight(machine).requireLinuxAndRoot("build");
        DataFolder data = DataFolder.of(cli, dataFolder);
        var director = new LocalDirector(cli, machine, data);
        try (FileLock lock = data.lock();
                var progress = new Progress(cli.console())) {
            LocalDirector.Built built = director.build(progress);
            progress.close();
            if (isJson) {
                cli.console().printJson(built.json());
            } else {
                cli.console().print("Release:   " + built.release().file());
                cli.console().print("Stemcell:  " + built.stemcell().file());
            }
        }
        return 0;
    }
}
