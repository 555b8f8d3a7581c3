package io.slipway.cli.director;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Files that only their owner may read, replaced as a whole or not at all. */
public final class PrivateFiles {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFiles() {}

    /** Refuses a file with secrets that others than its owner can use. */
    public static void requirePrivate(Path file) throws IOException {
        if (isPosix() && isOpen(file)) {
            throw new CliException(file + " can be used by others than its owner ("
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + "), and holds a password: run 'chmod 600 " + file
                    + "', and have the password changed if somebody may have read it");
        }
    }

    /** Takes from all but the owner what they may do with a file or a folder, not with what is in it. */
    public static void close(Path path) throws IOException {
        if (isPosix() && isOpen(path)) {
            var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(path));
            permissions.removeAll(OF_OTHERS);
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    private static boolean isOpen(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(OF_OTHERS::contains);
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    /** Creates folders for their owner only; who owns the nearest existing one owns the new ones. */
    public static void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            createFolders(parent);
        }
        Files.createDirectory(folder, OWNER_ONLY_FOLDER);
        if (parent != null) {
            own(folder, parent);
        }
    }

    /** As {@link #createFolders}, the folder that a file is in. */
    public static void createFoldersOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            createFolders(folder);
        }
    }

    /** Replaces a file, or what a link points at. Its owner stays; a new one's owner is its folder's. */
    public static void write(Path file, byte[] content) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Path folder = real.getParent();
        if (folder == null) {
            throw new IOException(file + " is not a file");
        }
        Path draft = folder.resolve("." + real.getFileName() + "."
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36));
        try {
            try (var channel = FileChannel.open(
                    draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            own(draft, Files.exists(real) ? real : folder);
            Files.move(draft, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void own(Path path, Path like) throws IOException {
        Map<String, Object> wanted = Files.readAttributes(like, "unix:uid,gid");
        Map<String, Object> present = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
        if (!wanted.equals(present) && Integer.valueOf(0).equals(present.get("uid"))) {
            Files.setAttribute(path, "unix:uid", value(wanted, "uid"), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", value(wanted, "gid"), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static Object value(Map<String, Object> attributes, String name) throws IOException {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IOException("this file system keeps no owners");
        }
        return value;
    }
}
