package io.slipway.server;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Files that hold secrets: what makes one unfit to be trusted or kept. */
final class SecretFile {
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private SecretFile() {}

    /** Why a file that holds secrets cannot be used, and what to do; empty where only its owner and root can reach it. */
    static Optional<String> problem(Path file) throws IOException {
        if (!isPosix()) {
            return Optional.empty();
        }
        var permissions = Files.getPosixFilePermissions(file);
        if (permissions.stream().anyMatch(OF_OTHERS::contains)) {
            return Optional.of("can be used by others than its owner (" + PosixFilePermissions.toString(permissions)
                    + "), and holds secrets: run 'chmod 600 " + file
                    + "', and replace the passwords and keys in it if somebody may have read them");
        }
        Object owner = Files.getAttribute(file, "unix:uid");
        if (!owner.equals(0) && !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return Optional.of("belongs to another user ("
                    + Files.getOwner(file).getName() + "), who could change it: run 'chown root " + file + "'");
        }
        return Optional.empty();
    }

    /** Whether any other user than the owner may do anything with this. */
    static boolean isOpen(Path path) throws IOException {
        return isPosix() && Files.getPosixFilePermissions(path).stream().anyMatch(OF_OTHERS::contains);
    }

    /** Takes from all but the owner what they may do. */
    static void close(Path path) throws IOException {
        if (isOpen(path)) {
            var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
            permissions.removeAll(OF_OTHERS);
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    }
}
