package io.slipway.cli.machine;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The director's jars. They run from a copy in the data folder, so that a build in the source folder does not pull
 * them from under a director that runs.
 */
final class DirectorProgram {
    private final DataFolder data;
    private final Path target;

    DirectorProgram(DataFolder data, Path installation) {
        this.data = data;
        this.target = installation.resolve("director/server/target");
    }

    /** Copies the jars of the last build into the data folder; only while no director runs. */
    void install() {
        List<Path> built = built();
        try {
            if (isInstalled(built)) {
                return;
            }
            Path fresh = data.root().resolve("director.new");
            if (Files.exists(fresh)) {
                FolderRemoval.remove(fresh);
            }
            Files.createDirectories(fresh);
            for (Path jar : built) {
                Files.copy(jar, fresh.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
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
        return List.of(
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder().resolve("classes.jsa"),
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                "-cp",
                joined(jars));
    }

    private Path folder() {
        return data.root().resolve("director");
    }

    private boolean isInstalled(List<Path> built) throws IOException {
        if (jars(folder()).size() != built.size()) {
            return false;
        }
        for (Path jar : built) {
            Path copy = folder().resolve(jar.getFileName());
            if (!Files.exists(copy)
                    || Files.size(copy) != Files.size(jar)
                    || !Files.getLastModifiedTime(copy).equals(Files.getLastModifiedTime(jar))) {
                return false;
            }
        }
        return true;
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
