package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.CliRun;
import io.slipway.cli.output.Progress;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** With PostgreSQL's own programs; skipped where they are not. */
class LocalPostgresqlTest {
    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");

    /** Where another user gets to, as to /var/lib. */
    private final Path folder;

    private final Cli cli;
    private final Machine machine;
    private final LocalPostgresql postgresql;

    LocalPostgresqlTest() throws IOException {
        folder = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-postgresql");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        cli = new CliRun(folder).cli(folder);
        machine = Cli.isRoot() ? Machine.actual(cli) : FakeMachine.SOUND.withPostgresql(PROGRAMS);
        postgresql = new LocalPostgresql(machine, new DataFolder(folder.resolve("data")));
    }

    @AfterEach
    void remove() throws IOException {
        postgresql.stop();
        FolderRemoval.remove(folder);
    }

    @Test
    void is_made_for_directors_alone_and_keeps_what_it_has() throws Exception {
        Assumptions.assumeTrue(LocalPostgresql.isInstalled(machine), "PostgreSQL is not installed");
        var settings = new PostgresqlSettings(FreePort.any(), "word_of-the-directors");

        start(settings);

        long pid = postgresql.find().orElseThrow().pid();
        assertThat(ask(settings, "SHOW idle_in_transaction_session_timeout")).isEqualTo("2s");
        assertThat(ask(settings, "SHOW data_checksums")).isEqualTo("on");
        assertThat(ask(settings, "SHOW fsync")).isEqualTo("on");
        assertThat(ask(settings, "SHOW max_connections")).isEqualTo("200");
        assertThat(ask(settings, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(ask(settings, "SELECT usesuper FROM pg_user WHERE usename = current_user"))
                .isEqualTo("f");
        ask(settings, "CREATE TABLE kept (id INT)");
        assertThat(ask(new PostgresqlSettings(settings.port(), "wrong"), "SELECT 1"))
                .contains("password authentication failed");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(postgresql.folder())))
                .isEqualTo("rwx------");
        if (Cli.isRoot()) {
            assertThat(Files.getOwner(Path.of("/proc/" + pid)).getName()).isEqualTo("postgres");
        }

        start(settings);
        assertThat(postgresql.find().orElseThrow().pid()).isEqualTo(pid);

        postgresql.stop();
        assertThat(postgresql.find()).isEmpty();
        start(settings);
        assertThat(ask(settings, "SELECT count(*) FROM kept")).isEqualTo("0");

        postgresql.stop();
        postgresql.remove();
        assertThat(postgresql.folder()).doesNotExist();
    }

    @Test
    void makes_anew_what_was_left_half_made() throws Exception {
        Assumptions.assumeTrue(LocalPostgresql.isInstalled(machine), "PostgreSQL is not installed");
        Files.createDirectories(postgresql.folder().resolve("new/base"));
        var settings = new PostgresqlSettings(FreePort.any(), "word");

        start(settings);

        assertThat(ask(settings, "SELECT 1")).isEqualTo("1");
    }

    @Test
    void refuses_a_place_that_its_user_cannot_get_to() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        var closed = new LocalPostgresql(Machine.actual(cli), new DataFolder(folder.resolve("data")));

        assertThatThrownBy(closed::requireUsable)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("because " + folder + " is closed to others");
    }

    @Test
    void refuses_a_folder_that_somebody_else_has() throws Exception {
        Files.createDirectories(postgresql.folder().resolve("thesis"));

        assertThatThrownBy(postgresql::requireUsable)
                .isInstanceOf(CliException.class)
                .hasMessageContaining("has something else in it");
    }

    private void start(PostgresqlSettings settings) {
        try (var progress = new Progress(cli.console())) {
            postgresql.start(settings, progress.begin("Starting"));
        }
    }

    private static String ask(PostgresqlSettings settings, String query) throws Exception {
        var builder = new ProcessBuilder(
                        "psql",
                        "--no-psqlrc",
                        "--tuples-only",
                        "--no-align",
                        "--host=127.0.0.1",
                        "--port=" + settings.port(),
                        "--username=slipway",
                        "--dbname=slipway",
                        "--command=" + query)
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", settings.password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }
}
