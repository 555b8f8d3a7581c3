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
import org.jspecify.annotations.Nullable;

/**
 * The director's jars. They run from a copy in the data folder, so that a build in the source folder does not pull
 * them from under a director that runs. The JVM's class data of the same program are shared by all data folders: with
 * them a director starts in half the time, and making them takes ten seconds at its end.
 */
final class DirectorProgram {
    private static final String DIGEST = "digest";

    /** A JVM takes class data only of jars with the times that they had. */
    private static final FileTime SAME_FOR_ALL = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private final DataFolder data;
    private final BuildCache cache;
    private final Path target;

    DirectorProgram(DataFolder data, BuildCache cache, Path installation) {
        this.data = data;
        this.cache = cache;
        this.target = installation.resolve("director/server/target");
    }

    /** Copies the jars of the last build into the data folder; only while no director runs. */
    void install() {
        List<Path> built = built();
        try {
            String digest = digest(built);
            if (digest.equals(installed())) {
                return;
            }
            Path fresh = data.root().resolve("director.new");
            if (Files.exists(fresh)) {
                FolderRemoval.remove(fresh);
            }
            PrivateFiles.createFolders(fresh);
            for (Path jar : built) {
                Path copy = Files.copy(jar, fresh.resolve(jar.getFileName()));
                Files.setLastModifiedTime(copy, SAME_FOR_ALL);
            }
            Files.writeString(fresh.resolve(DIGEST), digest);
            if (Files.exists(folder())) {
                FolderRemoval.remove(folder());
            }
            Files.move(fresh, folder(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new CliException(
                    "the director's program cannot be copied to " + folder() + ": " + failure.getMessage(), failure);
        }
    }

    /** JVM options that name the program: its class path, and its class data, which the JVM writes when it first ends. */
    List<String> options() {
        List<Path> jars = jars(folder());
        if (jars.isEmpty()) {
            return List.of("-cp", joined(built()));
        }
        List<String> options = new ArrayList<>();
        cache.classData(installed())
                .ifPresent(file -> options.addAll(List.of(
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + file,
                        "-Xlog:cds=off",
                        "-Xlog:cds+dynamic=off")));
        options.addAll(List.of("-cp", joined(jars)));
        return options;
    }

    private Path folder() {
        return data.root().resolve("director");
    }

    /** The digest of the program in the data folder; empty where there is none. */
    private String installed() {
        try {
            return Files.readString(folder().resolve(DIGEST));
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

    private List<Path> built() {
        Path server = jars(target).stream()
                .filter(jar -> isServer(String.valueOf(jar.getFileName())))
                .findFirst()
                .orElse(null);
        return built(server);
    }

    private List<Path> built(@Nullable Path server) {
        if (server == null) {
            throw new CliException("the director is not built (no slipway-server jar in " + target
                    + "): run './mvnw -q package -DskipTests' first");
        }
        List<Path> all = new ArrayList<>(List.of(server));
        all.addAll(jars(target.resolve("lib")));
        return all;
    }

    private static boolean isServer(String name) {
        return name.startsWith("slipway-server-") && !name.endsWith("-tests.jar") && !name.endsWith("-sources.jar");
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

    private static String joined(List<Path> jars) {
        return String.join(":", jars.stream().map(Path::toString).toList());
    }
}
