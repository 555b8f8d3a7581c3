package io.slipway.store.blob;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Areas as directories: of one director, or on a file system that several mount. */
public final class DirectoryAreas implements BlobAreas {
    /** Whoever writes nothing to a file for so long has given it up. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);

    private final Path root;
    private final boolean isShared;
    private final Instant opened = Instant.now();

    /** @param isShared whether other directors put blobs there, too */
    public DirectoryAreas(Path root, boolean isShared) {
        this.root = root;
        this.isShared = isShared;
    }

    /**
     * Where nobody else puts blobs, what is half stored there was left by a director that died; to be opened before anybody
     * puts something there.
     */
    @Override
    public Blobs area(String name) throws IOException {
        Path directory = root.resolve(name);
        if (!isShared) {
            Folders.clearLeftovers(directory.resolve(DirectoryBlobs.INCOMING));
        }
        return new DirectoryBlobs(directory);
    }

    @Override
    public void remove(String name) throws IOException {
        Folders.delete(root.resolve(name));
    }

    /**
     * What is on its way just now looks the same as what was left: it is that once it is older than this director, or, where
     * others put blobs, too, than anything that is on its way.
     */
    @Override
    public void tidy(String name) throws IOException {
        Path directory = root.resolve(name);
        if (!Files.isDirectory(directory)) {
            return;
        }
        Instant youngest = isShared ? Instant.now().minus(GIVEN_UP_AFTER) : opened;
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            /** Whole blobs are many, and none of what is looked for. */
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return DirectoryBlobs.isOfBlobs(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                boolean isIncoming = Objects.requireNonNull(file.getParent()).endsWith(DirectoryBlobs.INCOMING);
                if (isIncoming && attributes.lastModifiedTime().toInstant().isBefore(youngest)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            /** Others delete here, too. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }
}
