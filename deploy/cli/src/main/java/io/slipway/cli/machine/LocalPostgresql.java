package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import io.slipway.cli.output.Progress;
import io.slipway.cli.supervisor.Postgresql;
import io.slipway.cli.supervisor.SupervisorPlan.PostgresqlPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PostgreSQL of several directors on this machine: Debian's programs, with a database cluster that is this
 * installation's alone. It runs as a user of its own, because it refuses to run as root. That user must reach its files, and
 * must not reach the data folder, which is root's: so they are in a folder of their own beside it, and not in it.
 */
final class LocalPostgresql {
    /** The Debian package. */
    static final String PACKAGE = "postgresql";

    private static final String NAME = "slipway";

    private final Machine machine;
    private final DataFolder data;
    private final Path folder;

    LocalPostgresql(Machine machine, DataFolder data) {
        this.machine = machine;
        this.data = data;
        this.folder = data.root().resolveSibling(data.root().getFileName() + "-postgresql");
    }

    /** Where it keeps everything. */
    Path folder() {
        return folder;
    }

    private Path cluster() {
        return folder.resolve("data");
    }

    /** Whether its programs are on this machine. */
    static boolean isInstalled(Machine machine) {
        return newest(machine).isPresent();
    }

    private static Optional<Path> newest(Machine machine) {
        try (Stream<Path> versions = Files.list(machine.postgresqlPrograms())) {
            return versions.filter(version -> Files.isExecutable(version.resolve("bin/initdb")))
                    .filter(version -> version.getFileName().toString().matches("[0-9]{1,3}"))
                    .max(Comparator.comparingInt(
                            version -> Integer.parseInt(version.getFileName().toString())));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    /** Those that made the cluster: of another version they cannot read it. */
    private Path programs() {
        Path version = cluster().resolve("PG_VERSION");
        try {
            Path found = Files.exists(version)
                    ? machine.postgresqlPrograms()
                            .resolve(Files.readString(version).strip())
                    : newest(machine).orElse(machine.postgresqlPrograms().resolve("any"));
            if (Files.isExecutable(found.resolve("bin/pg_ctl"))) {
                return found.resolve("bin");
            }
            throw new CliException("PostgreSQL's programs are not in " + found + ": install Debian's package " + PACKAGE
                    + "-" + found.getFileName());
        } catch (IOException unreadable) {
            throw new CliException(version + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private List<String> command(Path programs, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        String user = machine.postgresqlUser();
        if (!user.isEmpty()) {
            command.addAll(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** How it is started, stopped and found. */
    PostgresqlPlan plan() {
        Path programs = programs();
        String cluster = cluster().toString();
        return new PostgresqlPlan(
                cluster,
                command(
                        programs,
                        "pg_ctl",
                        "-D",
                        cluster,
                        "-w",
                        "-t",
                        "60",
                        "-l",
                        folder.resolve("postgresql.log").toString(),
                        "start"),
                command(programs, "pg_ctl", "-D", cluster, "-w", "-t", "60", "-m", "fast", "stop"));
    }

    /** Whether it is there, running or not. */
    boolean exists() {
        return Files.isDirectory(cluster());
    }

    Optional<ProcessHandle> find() {
        return exists() ? new Postgresql(plan()).find() : Optional.empty();
    }

    /** Makes it where it is not there, and starts it where it does not run. */
    void start(PostgresqlSettings settings, Progress.Step step) {
        try {
            if (!exists()) {
                create(settings, step);
            }
            new Postgresql(plan()).start();
        } catch (IOException failure) {
            throw new CliException(
                    "PostgreSQL cannot be started: " + failure.getMessage() + "; its last words: "
                            + DirectorProcess.lastWords(folder.resolve("postgresql.log")),
                    failure);
        }
    }

    void stop() {
        try {
            if (exists()) {
                new Postgresql(plan()).stop();
            }
        } catch (IOException failure) {
            throw new CliException("PostgreSQL cannot be stopped: " + failure.getMessage(), failure);
        }
    }

    /** Deletes it with all that is in it. */
    void remove() throws IOException {
        if (Files.exists(folder)) {
            FolderRemoval.remove(folder);
        }
    }

    /** It is there as a whole or not at all: what a call that was killed left is made anew. */
    private void create(PostgresqlSettings settings, Progress.Step step) throws IOException {
        Path programs = programs();
        Path fresh = folder.resolve("new");
        makeFolder();
        if (Files.exists(fresh)) {
            FolderRemoval.remove(fresh);
        }
        Path password = folder.resolve("new.password");
        // Of the superuser, who has no other way in: nobody needs it.
        PrivateFiles.write(
                password, DirectorSettings.newPassword().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        own(password);
        new Script(
                        command(
                                programs,
                                "initdb",
                                "--pgdata=" + fresh,
                                "--username=postgres",
                                "--pwfile=" + password,
                                "--auth-local=reject",
                                "--auth-host=scram-sha-256",
                                "--data-checksums",
                                "--encoding=UTF8",
                                "--locale=C.UTF-8"),
                        Path.of("/"),
                        data.logs().resolve("initdb.log"))
                .run(step);
        Files.delete(password);
        Files.writeString(fresh.resolve("postgresql.conf"), configuration(settings.port()), StandardOpenOption.APPEND);
        addRole(programs, fresh, settings.password(), step);
        Files.move(fresh, cluster(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        own(folder);
    }

    /**
     * Refuses a place that PostgreSQL's user cannot get to, or that somebody else has.
     */
    void requireUsable() {
        try {
            for (Path above = folder.getParent(); above != null; above = above.getParent()) {
                if (!machine.postgresqlUser().isEmpty()
                        && Files.exists(above)
                        && !Files.getPosixFilePermissions(above)
                                .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE)) {
                    throw new CliException("PostgreSQL's user cannot get to " + folder + ", because " + above
                            + " is closed to others: choose another folder with --data-dir, or run 'chmod o+x " + above
                            + "'");
                }
            }
            if (Files.isDirectory(folder) && !exists() && !isEmpty()) {
                throw new CliException(
                        "the folder " + folder
                                + ", where PostgreSQL would be, has something else in it: choose another folder with --data-dir");
            }
        } catch (IOException failure) {
            throw new CliException(folder + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.allMatch(entry -> entry.getFileName().toString().startsWith("new"));
        }
    }

    private void own(Path path) throws IOException {
        if (!machine.postgresqlUser().isEmpty()) {
            UserPrincipal user = path.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(machine.postgresqlUser());
            Files.getFileAttributeView(path, PosixFileAttributeView.class).setOwner(user);
        }
    }

    /** Later settings win over those that initdb wrote. No unix socket: directors use none, and paths can be too long. */
    private static String configuration(int port) {
        return """

                # Of Slipway.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 200
                fsync = on
                full_page_writes = on
                synchronous_commit = on
                password_encryption = scram-sha-256
                log_line_prefix = '%%m [%%p] %%q%%u@%%d '
                """.formatted(port);
    }

    /**
     * The role of the directors, and their database. A director that is frozen within a transaction holds rows that others
     * wait for: the server ends such transactions.
     */
    private void addRole(Path programs, Path cluster, String password, Progress.Step step) throws IOException {
        Path statements = data.root().resolve("run").resolve("postgresql.sql");
        PrivateFiles.createFoldersOf(statements);
        // Letters, digits, - and _ alone: nothing to be quoted.
        PrivateFiles.write(
                statements, """
                CREATE ROLE %1$s LOGIN PASSWORD '%2$s'
                ALTER ROLE %1$s SET idle_in_transaction_session_timeout = '2s'
                CREATE DATABASE %1$s OWNER %1$s
                """.formatted(NAME, password).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Path log = data.logs().resolve("postgresql-role.log");
        new Script(command(programs, "postgres", "--single", "-D", cluster.toString(), "postgres"), Path.of("/"), log)
                .run(step, statements);
        Files.delete(statements);
        // In this mode the server goes on after an error, and ends with success.
        String said = Files.readString(log);
        if (said.contains("ERROR:") || said.contains("FATAL:")) {
            throw new CliException("the database of the directors cannot be made: " + DirectorProcess.lastWords(log)
                    + " (see " + log + ")");
        }
    }
}
