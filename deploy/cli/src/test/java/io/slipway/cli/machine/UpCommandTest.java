package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cli.CliException;
import io.slipway.cli.CliRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Refusals of 'up' and 'down': each says what to do, and nothing has changed. */
class UpCommandTest {
    @TempDir
    private Path home;

    @Test
    void needs_root() {
        refused(FakeMachine.SOUND.withoutRoot(), "'slipway up' needs root");
    }

    @Test
    void needs_its_ports() {
        refused(FakeMachine.SOUND.withTaken(25555), "port 25555 is in use by another program");
        refused(FakeMachine.SOUND.withTaken(25556), "port 25556 is in use");
        refused(FakeMachine.SOUND, "--port 99999 is not a port", "--port", "99999");
    }

    @Test
    void says_how_much_disk_it_needs() {
        refused(FakeMachine.SOUND.withFree(3_200_000_000L), "16 GB are needed, 3.2 GB are free");
    }

    @Test
    void does_not_keep_containers_on_an_overlay() {
        refused(FakeMachine.SOUND.withType("overlay"), "is on an overlay file system");
    }

    @Test
    void does_not_take_a_folder_that_has_other_things_in_it() throws Exception {
        Path others = Files.createDirectory(home.resolve("others"));
        Files.writeString(others.resolve("thesis.tex"), "");
        var before = Files.getPosixFilePermissions(others);

        refused(
                FakeMachine.SOUND,
                others + " has something else in it: choose a folder of the director's own with --data-dir",
                "--data-dir",
                others.toString());

        assertThat(Files.getPosixFilePermissions(others)).isEqualTo(before);
    }

    @Test
    void knows_the_plans() {
        refused(FakeMachine.SOUND, "there is no plan 'huge': choose one of small, production", "--plan", "huge");
    }

    @Test
    void has_nothing_to_take_down_where_nothing_is_up() {
        var run = new CliRun(home);
        var down = new DownCommand(run.cli(home), FakeMachine.SOUND);

        assertThat(new CommandLine(down)
                        .execute("--data-dir", home.resolve("data").toString()))
                .isZero();

        assertThat(run.out()).contains("there is no director in " + home.resolve("data"));
        assertThat(home.resolve("data")).doesNotExist();
    }

    private void refused(FakeMachine machine, String message, String... options) {
        Path root = Path.of("../..").toAbsolutePath().normalize();
        var run = new CliRun(home)
                .with("HOME", home.toString())
                .with("SLIPWAY_DATA_DIR", home.resolve("data").toString());
        var up = new UpCommand(run.cli(root), machine);
        new CommandLine(up).parseArgs(options);

        assertThatThrownBy(up::call).isInstanceOf(CliException.class).hasMessageContaining(message);

        assertThat(home.resolve("data")).doesNotExist();
    }
}
