package io.slipway.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that a director keeps everything in, for its own user alone. It holds what would be worth most to others on
 * the machine: the database, blobs with rendered templates, and with the local CPI the disks of VMs.
 */
final class DataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    private DataDirectory() {}

    /**
     * Makes it, or closes to others what an earlier director left open: the folder, and what is directly in it. No others
     * pass these; what is deeper in VMs' files has modes that the VMs' own users need.
     *
     * @throws IOException where it is a folder that others are meant to write to
     */
    static void makePrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return;
        }
        var permissions = Files.getPosixFilePermissions(directory);
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("data_dir " + directory + " is a folder that all may write to ("
                    + PosixFilePermissions.toString(permissions) + "): choose one of the director's own");
        }
        if (SecretFile.isOpen(directory)) {
            LOG.warn("others could look into {}, as {}: from now on they cannot", directory, permissions);
            SecretFile.close(directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                if (!Files.isSymbolicLink(entry) && Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                    SecretFile.close(entry);
                }
            }
        }
    }
}
