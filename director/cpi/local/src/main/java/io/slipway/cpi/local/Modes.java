package io.slipway.cpi.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who may use what this CPI makes, said of each folder, because the director's umask lets nobody else in: what VMs see as
 * their own files is for their users too, all else for this machine's root alone.
 */
final class Modes {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> SEEN_BY_USERS = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> READ_BY_USERS = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private Modes() {}

    /** A folder that no user of this machine passes; one that is there is made so. */
    static void privateFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (isOpen(folder)) {
            Files.setPosixFilePermissions(folder, PRIVATE);
        }
    }

    static boolean isOpen(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(OF_OTHERS::contains);
    }

    /** Takes from others what was left open to them; somebody else may be removing it meanwhile. */
    static void close(Path path) throws IOException {
        try {
            var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
            if (permissions.removeAll(OF_OTHERS)) {
                Files.setPosixFilePermissions(path, permissions);
            }
        } catch (NoSuchFileException gone) {
            // Then nobody reads it.
        }
    }

    /** A folder that users of VMs pass: each of its parts below another. */
    static Path folderOfVm(Path top, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path part = folder;
        while (part != null && part.startsWith(top)) {
            Files.setPosixFilePermissions(part, SEEN_BY_USERS);
            part = part.getParent();
        }
        return folder;
    }

    static void fileOfVm(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, READ_BY_USERS);
    }
}
