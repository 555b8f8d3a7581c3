package io.slipway.cpi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Control groups, in the unified hierarchy, the old ones, or both. */
final class Cgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private Cgroups() {}

    /** Removes a group and all below it, in every hierarchy, and kills what is left in it. */
    static void remove(String group) {
        for (Path hierarchy : hierarchies()) {
            var top = hierarchy.resolve(group);
            if (Files.isDirectory(top)) {
                removeTree(top);
            }
        }
    }

    static boolean exists(String group) {
        return hierarchies().stream().anyMatch(hierarchy -> Files.isDirectory(hierarchy.resolve(group)));
    }

    private static List<Path> hierarchies() {
        if (Files.exists(ROOT.resolve("cgroup.controllers"))) {
            return List.of(ROOT);
        }
        return Records.names(ROOT).stream()
                .map(ROOT::resolve)
                .filter(entry -> Files.isDirectory(entry) && !Files.isSymbolicLink(entry))
                .toList();
    }

    private static void removeTree(Path top) {
        boolean gone = Waiting.until(Duration.ofSeconds(5), () -> {
            for (Path group : deepestFirst(top)) {
                killMembers(group);
                group.toFile().delete();
            }
            return !Files.exists(top);
        });
        if (!gone) {
            throw new UncheckedIOException(new IOException("cannot remove the control group " + top));
        }
    }

    private static List<Path> deepestFirst(Path top) {
        var groups = new ArrayList<Path>();
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    groups.add(directory);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return groups;
    }

    private static void killMembers(Path group) {
        try {
            for (String line : Files.readAllLines(group.resolve("cgroup.procs"))) {
                ProcessHandle.of(Long.parseLong(line.strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (NoSuchFileException e) {
            // Gone between the listing and now.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
