package io.slipway.cli.machine;

import io.slipway.cli.Cli;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The user's cache folder, for what is slow to make and the same for the same content. All in it may go at any time. */
record BuildCache(Path root) {
    /** Each takes as much room as all of the director's jars. */
    private static final int CLASS_DATA_KEPT = 3;

    static BuildCache of(Cli cli) {
        String named = cli.variable("SLIPWAY_CACHE");
        if (!named.isEmpty()) {
            return new BuildCache(Path.of(named).toAbsolutePath());
        }
        String xdg = cli.variable("XDG_CACHE_HOME");
        String home = cli.variable("HOME");
        Path folder = xdg.isEmpty() ? Path.of(home.isEmpty() ? "/root" : home, ".cache") : Path.of(xdg);
        return new BuildCache(folder.resolve("slipway").toAbsolutePath());
    }

    /**
     * The file for a JVM's class data of a program with this digest, in a folder that is there; those of older programs
     * go. Empty where the cache cannot be written.
     */
    Optional<Path> classData(String digest) {
        Path programs = root.resolve("director");
        Path folder = programs.resolve(digest);
        try {
            Files.createDirectories(folder);
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
            for (Path old : oldest(programs)) {
                FolderRemoval.remove(old);
            }
            return Optional.of(folder.resolve("classes.jsa"));
        } catch (IOException | UncheckedIOException unwritable) {
            return Optional.empty();
        }
    }

    private static List<Path> oldest(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted(
                            Comparator.<Path>comparingLong(path -> path.toFile().lastModified())
                                    .reversed())
                    .skip(CLASS_DATA_KEPT)
                    .toList();
        }
    }
}
