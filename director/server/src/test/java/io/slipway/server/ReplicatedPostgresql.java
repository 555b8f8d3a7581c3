package io.slipway.server;

import io.slipway.store.DatabaseSettings;
import io.slipway.store.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Two PostgreSQL servers, one of which is a synchronous streaming replica of the other, made with Debian's programs as an
 * operator would make them. Each can be killed, frozen, started again and promoted; what was the primary can become the
 * replica of the other. The test is skipped where the programs are not there.
 */
final class ReplicatedPostgresql implements AutoCloseable {
    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final int SEGMENT_LINE = 6;
    private static final long DEADLINE = 60_000_000_000L;

    private final Path programs;
    private final Path folder;
    private final Server first;
    private Server primary;
    private Server replica;

    /** One of them. */
    final class Server {
        private final Path data;
        private final int port;

        private Server(String name) throws IOException {
            this.data = folder.resolve(name);
            this.port = FreePort.any();
        }

        int port() {
            return port;
        }

        private void configure() throws IOException {
            // What a process wrote is there after its death without being forced to a disk.
            Files.writeString(data.resolve("postgresql.conf"), """

                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 150
                fsync = off
                dynamic_shared_memory_type = mmap
                wal_retrieve_retry_interval = '1s'
                """.formatted(port), StandardOpenOption.APPEND);
        }

        void start() throws Exception {
            run("pg_ctl", "-D", data.toString(), "-w", "-t", "60", "-l", data + ".log", "start");
        }

        /** As its machine would end it: clients are cut off, nothing is waited for. */
        void restart() throws Exception {
            run("pg_ctl", "-D", data.toString(), "-w", "-t", "60", "-m", "immediate", "-l", data + ".log", "restart");
        }

        void promote() throws Exception {
            run("pg_ctl", "-D", data.toString(), "-w", "-t", "60", "promote");
        }

        /** All its processes at once. */
        void kill() throws Exception {
            // The segment by which it sees that it runs already would be left.
            String segment = lines().get(SEGMENT_LINE).strip().split("\\s+")[1];
            signal("-KILL");
            awaitEnd();
            new ProcessBuilder("ipcrm", "-m", segment).start().waitFor();
        }

        /** From now on its machine takes connections for it, and it says nothing. */
        void freeze() throws Exception {
            signal("-STOP");
        }

        void thaw() throws Exception {
            signal("-CONT");
        }

        /** The first process first, so that it starts no others. */
        private void signal(String signal) throws Exception {
            var first = process();
            var all = new ArrayList<>(List.of(first));
            first.descendants().forEach(all::add);
            for (var one : all) {
                new ProcessBuilder("kill", signal, Long.toString(one.pid()))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
        }

        private List<String> lines() throws IOException {
            return Files.readAllLines(data.resolve("postmaster.pid"));
        }

        private Optional<ProcessHandle> find() throws IOException {
            return Files.exists(data.resolve("postmaster.pid"))
                    ? ProcessHandle.of(Long.parseLong(lines().getFirst().strip()))
                            .filter(one -> one.info()
                                    .commandLine()
                                    .filter(line -> line.contains(data.toString()))
                                    .isPresent())
                    : Optional.empty();
        }

        private ProcessHandle process() throws IOException {
            return find().orElseThrow(() -> new IllegalStateException(data + " does not run"));
        }

        private void awaitEnd() throws IOException {
            long end = System.nanoTime() + DEADLINE;
            while (find().isPresent()) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(data + " runs on");
                }
                LockSupport.parkNanos(20_000_000);
            }
        }

        private String ask(String statement) throws Exception {
            try (var connection = new DatabaseSettings(url(port), USER, "")
                            .unpooled(Map.of("targetServerType", "any"))
                            .getConnection();
                    var made = connection.createStatement()) {
                if (!made.execute(statement)) {
                    return "";
                }
                try (var rows = made.getResultSet()) {
                    return rows.next() ? rows.getString(1) : "";
                }
            }
        }
    }

    private ReplicatedPostgresql(Path programs, Path folder) throws IOException {
        this.programs = programs;
        this.folder = folder;
        this.primary = new Server("one");
        this.replica = new Server("two");
        this.first = primary;
    }

    static ReplicatedPostgresql start() throws Exception {
        var programs = programs();
        // Not of the test's folder, which its user could not get into.
        var folder = Files.createTempDirectory(Path.of("/var/tmp"), "slipway-replicated.");
        var made = new ReplicatedPostgresql(programs, folder);
        try {
            if (isRoot()) {
                Files.setOwner(
                        folder,
                        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
            }
            made.run("initdb", "-D", made.primary.data.toString(), "-A", "trust", "-U", USER, "--no-sync");
            made.primary.configure();
            made.primary.start();
            made.attach();
            return made;
        } catch (Exception | AssertionError failure) {
            made.close();
            throw failure;
        }
    }

    private static Path programs() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(PROGRAMS), "Debian's package postgresql is not installed");
        try (Stream<Path> versions = Files.list(PROGRAMS)) {
            return versions.filter(version -> Files.isExecutable(version.resolve("bin/pg_basebackup")))
                    .max(Comparator.comparingInt(version ->
                            Integer.parseInt(PROGRAMS.relativize(version).toString())))
                    .map(version -> version.resolve("bin"))
                    .orElseGet(() -> Assumptions.abort("Debian's package postgresql is not installed"));
        }
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    Server primary() {
        return primary;
    }

    Server replica() {
        return replica;
    }

    /** Of both, as a director is told of them. */
    DatabaseSettings settings() {
        var second = first == primary ? replica : primary;
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/postgres".formatted(first.port, second.port), USER, "");
    }

    /** Whether directors ask the primary before the other one. */
    boolean isPrimaryFirst() {
        return first == primary;
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** The replica takes the primary's place, which does not run or stands still. */
    void promote() throws Exception {
        replica.promote();
        var former = primary;
        primary = replica;
        replica = former;
    }

    /** Makes the one that does not run a replica of the other, from nothing; commits wait for it from then on. */
    void attach() throws Exception {
        remove(replica.data);
        run(
                "pg_basebackup",
                "--dbname=host=127.0.0.1 port=" + primary.port + " user=" + USER,
                "--pgdata=" + replica.data,
                "--write-recovery-conf",
                "--wal-method=stream",
                "--checkpoint=fast",
                "--no-sync");
        replica.configure();
        replica.start();
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.ask("SELECT pg_reload_conf()");
        long end = System.nanoTime() + DEADLINE;
        while (!primary.ask("SELECT sync_state FROM pg_stat_replication").equals("sync")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the replica does not follow");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        var said = folder.resolveSibling(folder.getFileName() + ".log");
        int code = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(command + " ended with " + code + ": " + Files.readString(said));
        }
    }

    private static void remove(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            all.sorted(Comparator.reverseOrder()).forEach(one -> {
                try {
                    Files.delete(one);
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }

    @Override
    public void close() throws Exception {
        for (var server : List.of(primary, replica)) {
            if (server.find().isPresent()) {
                server.kill();
            }
        }
        remove(folder);
        Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".log"));
    }
}
