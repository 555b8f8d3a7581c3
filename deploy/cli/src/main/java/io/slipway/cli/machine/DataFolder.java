package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the director of this machine keeps everything: its settings, state, VMs and logs. */
record DataFolder(Path root) {
    private static final Path USUAL = Path.of("/var/lib/slipway");

    /** The named folder, or that of the environment, or that which 'up' used before, or the usual one. */
    static DataFolder of(Cli cli, @Nullable Path named) {
        if (named != null) {
            return new DataFolder(named.toAbsolutePath().normalize());
        }
        String variable = cli.variable("SLIPWAY_DATA_DIR");
        if (!variable.isEmpty()) {
            return new DataFolder(Path.of(variable).toAbsolutePath().normalize());
        }
        String remembered = cli.targetFile().dataFolder();
        return new DataFolder(remembered.isEmpty() ? USUAL : Path.of(remembered));
    }

    Path settings() {
        return root.resolve("director.yml");
    }

    /** That of one of several directors; the first one's is this folder itself. */
    DataFolder ofDirector(int number) {
        return number == 1 ? this : new DataFolder(root.resolve("directors").resolve(Integer.toString(number)));
    }

    /** Port and password of the PostgreSQL of several directors. */
    Path postgresqlSettings() {
        return root.resolve("postgresql.yml");
    }

    /** What the supervisor of several directors looks after. */
    Path supervisorPlan() {
        return root.resolve("run").resolve("supervisor.json");
    }

    Path supervisorLog() {
        return logs().resolve("supervisor.log");
    }

    Path certificateAuthority() {
        return root.resolve("tls").resolve("ca.pem");
    }

    Path cloudConfig() {
        return root.resolve("cloud-config.yml");
    }

    Path artifacts() {
        return root.resolve("artifacts.json");
    }

    Path kubectl() {
        return root.resolve("bin").resolve("kubectl");
    }

    Path pidFile() {
        return root.resolve("run").resolve("director.pid");
    }

    Path lockFile() {
        return root.resolve("run").resolve("command.lock");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path directorLog() {
        return logs().resolve("director.log");
    }

    boolean exists() {
        return Files.exists(settings());
    }

    /**
     * Refuses a folder that is there and was not made for this: others may have things of their own in it, which a
     * director would close to them.
     */
    void requireOwn() {
        try {
            if (Files.isDirectory(root)
                    && !exists()
                    && !Files.exists(lockFile())
                    && !Files.exists(artifacts())
                    && !isEmpty()) {
                throw new CliException("the folder " + root
                        + " has something else in it: choose a folder of the director's own with --data-dir");
            }
        } catch (java.io.IOException failure) {
            throw new CliException("the data folder " + root + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    private boolean isEmpty() throws java.io.IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Closes to this machine's other users what an earlier 'up' or director left open: it, and what is directly in it. */
    void makePrivate() {
        try {
            PrivateFiles.close(root);
            try (Stream<Path> entries = Files.list(root)) {
                for (Path entry :
                        entries.filter(one -> !Files.isSymbolicLink(one)).toList()) {
                    PrivateFiles.close(entry);
                }
            }
        } catch (java.io.IOException failure) {
            throw new CliException("the data folder " + root + " cannot be used: " + failure.getMessage(), failure);
        }
    }

    /** Takes the folder for one command at a time; the lock ends with the process. */
    java.nio.channels.FileLock lock() {
        try {
            PrivateFiles.createFoldersOf(lockFile());
            var channel = java.nio.channels.FileChannel.open(
                    lockFile(), java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.WRITE);
            java.nio.channels.@Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new CliException(
                        "another 'slipway up' or 'slipway down' is at work in " + root + ": wait until it ended");
            }
            return lock;
        } catch (java.io.IOException failure) {
            throw new CliException("the data folder " + root + " cannot be used: " + failure.getMessage(), failure);
        }
    }
}
