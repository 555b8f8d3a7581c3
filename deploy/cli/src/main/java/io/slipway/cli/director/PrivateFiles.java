package io.slipway.cli.director;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Files that only their owner may read, replaced as a whole or not at all. */
public final class PrivateFiles {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

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
