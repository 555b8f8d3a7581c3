package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import io.slipway.cli.director.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Jars of a program, copied into a folder from where they run: a build in the source folder does not pull them from under
 * a process.
 */
record InstalledProgram(Path folder) {
    private static final String DIGEST = "digest";

    /** A JVM takes class data only of jars with the times that they had. */
    private static final FileTime SAME_FOR_ALL = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    /** Copies these jars into the folder, in place of others; only while no process runs from it. */
    void install(List<Path> built) {
        try {
            String digest = digest(built);
            if (digest.equals(installed())) {
                return;
            }
            Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
            if (Files.exists(fresh)) {
                FolderRemoval.remove(fresh);
            }
            PrivateFiles.createFolders(fresh);
            for (Path jar : built) {
                Path copy = Files.copy(jar, fresh.resolve(jar.getFileName()));
                Files.setLastModifiedTime(copy, SAME_FOR_ALL);
            }
            Files.writeString(fresh.resolve(DIGEST), digest);
            if (Files.exists(folder)) {
                FolderRemoval.remove(folder);
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new CliException("the program cannot be copied to " + folder + ": " + failure.getMessage(), failure);
        }
    }

    /** The jars that are there. */
    List<Path> jars() {
        return jars(folder);
    }

    /** The digest of the program; empty where there is none. */
    String installed() {
        try {
            return Files.readString(folder.resolve(DIGEST));
        } catch (IOException none) {
            return "";
        }
    }

    /** Libraries are of one content under one name: they are pinned. Slipway's own jars are not. */
    private static String digest(List<Path> jars) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (Path jar : jars) {
                String name = String.valueOf(jar.getFileName());
                digest.update((name + " " + Files.size(jar) + "\n").getBytes(StandardCharsets.UTF_8));
                if (name.startsWith("slipway-")) {
                    digest.update(Files.readAllBytes(jar));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }

    /**
     * What a module's build made: its own jar, and those it uses.
     *
     * @param target the module's folder of what was built
     */
    static List<Path> built(Path target, String artifact) {
        Path own = jars(target).stream()
                .filter(jar -> isOf(artifact, String.valueOf(jar.getFileName())))
                .findFirst()
                .orElseThrow(() -> new CliException("a program is not built (no " + artifact + " jar in " + target
                        + "): run './mvnw -q package -DskipTests' first"));
        List<Path> all = new ArrayList<>(List.of(own));
        all.addAll(jars(target.resolve("lib")));
        return all;
    }

    private static boolean isOf(String artifact, String name) {
        return name.startsWith(artifact + "-") && !name.endsWith("-tests.jar") && !name.endsWith("-sources.jar");
    }

    private static List<Path> jars(Path folder) {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
                found.forEach(jars::add);
            } catch (IOException unreadable) {
                throw new CliException(folder + " cannot be read: " + unreadable.getMessage(), unreadable);
            }
        }
        Collections.sort(jars);
        return jars;
    }

    /** As a JVM's class path. */
    static String classPath(List<Path> jars) {
        return String.join(":", jars.stream().map(Path::toString).toList());
    }
}
