package io.slipway.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The director's jars, in the data folder. The JVM's class data of the same program are shared by all data folders: with
 * them a director starts in half the time, and making them takes ten seconds at its end.
 */
final class DirectorProgram {
    private final BuildCache cache;
    private final InstalledProgram program;
    private final Path target;

    DirectorProgram(DataFolder data, BuildCache cache, Path installation) {
        this.cache = cache;
        this.program = new InstalledProgram(data.root().resolve("director"));
        this.target = installation.resolve("director/server/target");
    }

    /** Copies the jars of the last build into the data folder; only while no director runs. */
    void install() {
        program.install(built());
    }

    /**
     * JVM options that name the program: its class path, and its class data, which the JVM writes when it first ends.
     *
     * @param isWriter false for who only reads class data: writing them once is enough
     */
    List<String> options(boolean isWriter) {
        List<Path> jars = program.jars();
        if (jars.isEmpty()) {
            return List.of("-cp", InstalledProgram.classPath(built()));
        }
        List<String> options = new ArrayList<>();
        cache.classData(program.installed()).ifPresent(file -> {
            if (isWriter) {
                options.add("-XX:+AutoCreateSharedArchive");
            }
            options.addAll(List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        });
        options.addAll(List.of("-cp", InstalledProgram.classPath(jars)));
        return options;
    }

    private List<Path> built() {
        return InstalledProgram.built(target, "slipway-server");
    }
}
