package io.slipway.cli.machine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deletes a folder with all in it, and refuses where something is still mounted below it. */
final class FolderRemoval {
    private FolderRemoval() {}

    static void remove(Path folder) throws IOException {
        for (String mount : mounts(Path.of("/proc/self/mountinfo"))) {
            if (Path.of(mount).startsWith(folder.toRealPath())
                    && !Path.of(mount).equals(folder.toRealPath())) {
                throw new IOException("something is still mounted at " + mount);
            }
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static List<String> mounts(Path mountInfo) throws IOException {
        return Files.readAllLines(mountInfo).stream()
                .map(line -> line.split(" ")[4].replace("\\040", " "))
                .toList();
    }
}
