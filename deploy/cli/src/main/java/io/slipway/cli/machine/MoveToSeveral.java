package io.slipway.cli.machine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.output.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes several directors of one: what is in its embedded database goes into PostgreSQL, and then the settings change. Until
 * then nothing has happened that a second call does not do again; the embedded database stays as it is.
 */
final class MoveToSeveral {
    private final Machine machine;
    private final DataFolder data;
    private final SingleDirector single;

    MoveToSeveral(Cli cli, Machine machine, DataFolder data) {
        this.machine = machine;
        this.data = data;
        this.single = new SingleDirector(cli, data);
    }

    void run(Progress progress, GroupSettings settings) {
        single.stop(progress);
        Progress.Step start = progress.begin("Starting PostgreSQL");
        new LocalPostgresql(machine, data).start(settings.database(), start);
        start.done("Started PostgreSQL");
        ObjectNode present = DirectorSettings.readTree(data.settings());
        Path target = data.root().resolve("run").resolve("migration.yml");
        DirectorSettings.write(settings.of(present, 1), target);
        Progress.Step step = progress.begin("Moving the director's database into PostgreSQL");
        try {
            single.migrate(step, target);
            settings.write(present);
            Files.delete(target);
        } catch (IOException failure) {
            throw new CliException(target + " cannot be deleted: " + failure.getMessage(), failure);
        } catch (RuntimeException failure) {
            step.failed("Moving the director's database failed");
            throw failure;
        }
        step.done("Moved the director's database into PostgreSQL");
    }
}
