package io.slipway.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders that outlive the process, and the machine's power. */
public final class Folders {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

    private Folders() {}

    /**
     * Empties a folder for files on their way, of which only those of a director that died are left when one starts: nobody
     * comes back for them. To be called before anybody puts something there.
     */
    public static void clearLeftovers(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            int gone = 0;
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!one.equals(folder) && Files.deleteIfExists(one)) {
                    gone++;
                }
            }
            if (gone > 0) {
                LOG.info("{} files that a director has left in {} when it died are deleted", gone, folder);
            }
        }
    }

    /** Deletes a folder with all that is in it; absent is success. */
    public static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    /**
     * Moves a file that is written through to the disk, so that it is there under its new name also after the power failed:
     * names are lost otherwise, though what is behind them is not. The folder is made where there is none.
     */
    static void moveDurably(Path file, Path folder, String name) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            sync(folder.resolveSibling("."));
        }
        Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    /** Writes a file, so that it is there whole or as it was before, whatever fails meanwhile; readable by its owner only. */
    public static void write(Path file, byte[] content) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
        // Of the same name each time: one that a director has left is written over.
        Path unfinished = folder.resolve(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var opened = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            var left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                opened.write(left);
            }
            opened.force(true);
        }
        moveDurably(unfinished, folder, file.getFileName().toString());
    }

    private static void sync(Path folder) throws IOException {
        try (var opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        }
    }
}
