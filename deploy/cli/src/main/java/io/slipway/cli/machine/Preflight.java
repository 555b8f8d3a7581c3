package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Checks that come before anything is changed. Each failure says what to do. */
final class Preflight {
    private static final long GIGABYTE = 1_000_000_000L;

    private final Machine machine;

    Preflight(Machine machine) {
        this.machine = machine;
    }

    void requireLinuxAndRoot(String command) {
        if (!machine.isLinux()) {
            throw new CliException(
                    "'slipway " + command + "' runs VMs as containers of this machine, which needs Linux");
        }
        if (!machine.isRoot()) {
            throw new CliException("'slipway " + command
                    + "' needs root, for network namespaces, mounts and cgroups: run 'sudo ./slipway " + command + "'");
        }
    }

    void requirePort(int port, String option) {
        if (port < 1 || port > 65535) {
            throw new CliException(option + " " + port + " is not a port: choose one of 1 to 65535");
        }
        if (!machine.isPortFree(port)) {
            throw new CliException("port " + port + " is in use by another program ('ss -ltnp sport = :" + port
                    + "' shows which): stop it, or choose another with " + option);
        }
    }

    void requireUsableFileSystem(Path data) {
        try {
            String type = machine.fileSystem(data);
            if (type.equals("overlay") || type.equals("overlayfs")) {
                throw new CliException("the data folder " + data
                        + " is on an overlay file system, on which containers cannot keep theirs: "
                        + "choose a folder on another with --data-dir");
            }
        } catch (IOException unreadable) {
            throw new CliException(
                    "the data folder " + data + " cannot be looked at: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Room for what will be built in the cache and for what the director keeps. */
    void requireSpace(Path cache, long cacheGigabytes, Path data, long dataGigabytes) {
        try {
            if (machine.isSameStore(cache, data)) {
                requireSpace(data, cacheGigabytes + dataGigabytes);
            } else {
                requireSpace(cache, cacheGigabytes);
                requireSpace(data, dataGigabytes);
            }
        } catch (IOException unreadable) {
            throw new CliException("free disk space cannot be told: " + unreadable.getMessage(), unreadable);
        }
    }

    private void requireSpace(Path folder, long gigabytes) throws IOException {
        long free = machine.freeBytes(folder);
        if (free < gigabytes * GIGABYTE) {
            throw new CliException(String.format(
                    Locale.ROOT,
                    "the disk of %s is too full: %d GB are needed, %.1f GB are free: "
                            + "make room, or choose another disk with --data-dir and XDG_CACHE_HOME",
                    folder,
                    gigabytes,
                    (double) free / GIGABYTE));
        }
    }
}
