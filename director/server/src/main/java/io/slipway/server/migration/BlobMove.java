package io.slipway.server.migration;

import io.slipway.store.blob.BlobAreas;
import io.slipway.store.blob.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Puts the blobs of a director's data directory into another store, and reads each there again. What is there already stays,
 * so that it can be killed and run again.
 */
final class BlobMove {
    private static final String DIGEST = "[0-9a-f]{64}";

    private final Path from;
    private final BlobAreas to;
    private final Consumer<String> progress;

    /**
     * @param from the directory with the areas
     * @param progress is told what is done, line by line
     */
    BlobMove(Path from, BlobAreas to, Consumer<String> progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    /** Moves all blobs of these areas, and of those below them. */
    void run(List<String> areas) throws IOException {
        for (String area : areas) {
            List<Path> files = files(from.resolve(area));
            for (Path file : files) {
                Path directory = Objects.requireNonNull(
                        Objects.requireNonNull(file.getParent()).getParent());
                move(file, to.area(from.relativize(directory).toString()));
            }
            progress.accept("copied " + files.size() + " blobs of " + area);
        }
    }

    private static List<Path> files(Path area) throws IOException {
        if (!Files.isDirectory(area)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(area)) {
            return all.filter(Files::isRegularFile)
                    .filter(BlobMove::isWhole)
                    .sorted()
                    .toList();
        }
    }

    /** In a folder of the digest's beginning, and not what was being put when a director died. */
    private static boolean isWhole(Path file) {
        String name = file.getFileName().toString();
        return name.matches(DIGEST) && Objects.requireNonNull(file.getParent()).endsWith(name.substring(0, 2));
    }

    private static void move(Path file, Blobs target) throws IOException {
        String sha256 = file.getFileName().toString();
        if (!target.has(sha256)) {
            String put;
            try (InputStream content = Files.newInputStream(file)) {
                put = target.put(content).sha256();
            }
            if (!put.equals(sha256)) {
                target.delete(put);
                throw new IOException("blob " + file + " is damaged: its content is not what its name says");
            }
        }
        // A store fails where what it reads is not what was put.
        try (InputStream content = target.open(sha256)) {
            if (content.transferTo(OutputStream.nullOutputStream()) != Files.size(file)) {
                throw new IOException("blob " + sha256 + " is not the same where it was put");
            }
        }
    }
}
