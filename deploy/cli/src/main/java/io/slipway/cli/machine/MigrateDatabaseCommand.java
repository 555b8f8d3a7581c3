package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.output.Progress;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves the embedded database of this machine's director into a PostgreSQL that other settings name. */
@Command(
        name = "migrate-database",
        header = "Move the director's embedded database into PostgreSQL.",
        description = {
            "All that is in it is copied into an empty PostgreSQL, read again and compared; blobs go where the other"
                    + " settings have them. Nothing is taken away.",
            "'slipway up --directors 3 --migrate' does this by itself."
        },
        footerHeading = "%nExamples:%n",
        footer = "  sudo ./slipway migrate-database --to /root/director-on-postgresql.yml")
public final class MigrateDatabaseCommand implements Callable<Integer> {
    private final Cli cli;
    private final Machine machine;

    @Option(
            names = "--data-dir",
            paramLabel = "FOLDER",
            description = "Of the director. Default: where 'up' put it. Environment: SLIPWAY_DATA_DIR.")
    private @Nullable Path dataFolder;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "A director.yml as the present one, whose database is the PostgreSQL.")
    private Path target = Path.of("");

    @Option(names = "--json", description = "Print what was done as JSON.")
    private boolean isJson;

    public MigrateDatabaseCommand(Cli cli) {
        this(cli, Machine.actual(cli));
    }

    MigrateDatabaseCommand(Cli cli, Machine machine) {
        this.cli = cli;
        this.machine = machine;
    }

    @Override
    public Integer call() throws Exception {
        new Preflight(machine).requireLinuxAndRoot("migrate-database");
        DataFolder data = DataFolder.of(cli, dataFolder);
        if (!data.exists()) {
            throw new CliException("there is no director in " + data.root() + ": name its folder with --data-dir");
        }
        if (!Files.isReadable(target)) {
            throw new CliException(target + " cannot be read: --to takes the settings to move to");
        }
        var director = new SingleDirector(cli, data);
        try (FileLock lock = data.lock();
                var progress = new Progress(cli.console())) {
            if (director.isRunning()) {
                throw new CliException("the director in " + data.root() + " runs: stop it with 'slipway down' first");
            }
            Progress.Step step = progress.begin("Moving the director's database into PostgreSQL");
            try {
                director.migrate(step, target.toAbsolutePath());
            } catch (RuntimeException failure) {
                step.failed("Moving the director's database failed");
                throw failure;
            }
            step.done("Moved the director's database into PostgreSQL");
        }
        if (isJson) {
            cli.console().printJson(JsonNodeFactory.instance.objectNode().put("changed", true));
        } else {
            cli.console()
                    .print("What was in the embedded database is in PostgreSQL. It counts once " + target
                            + " takes the place of " + data.settings() + ".");
        }
        return 0;
    }
}
