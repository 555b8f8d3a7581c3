package io.slipway.cli.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A machine as a test wants it. */
record FakeMachine(
        boolean isLinux,
        boolean isRoot,
        Set<Integer> takenPorts,
        long free,
        String type,
        List<String> routes,
        Path runFolder,
        Path postgresqlPrograms)
        implements Machine {
    static final FakeMachine SOUND = new FakeMachine(
            true,
            true,
            Set.of(),
            100_000_000_000L,
            "ext4",
            List.of(),
            Path.of("/no/such/run"),
            Path.of("/no/such/programs"));

    FakeMachine withoutRoot() {
        return new FakeMachine(isLinux, false, takenPorts, free, type, routes, runFolder, postgresqlPrograms);
    }

    FakeMachine withTaken(int port) {
        return new FakeMachine(isLinux, isRoot, Set.of(port), free, type, routes, runFolder, postgresqlPrograms);
    }

    FakeMachine withFree(long bytes) {
        return new FakeMachine(isLinux, isRoot, takenPorts, bytes, type, routes, runFolder, postgresqlPrograms);
    }

    FakeMachine withType(String name) {
        return new FakeMachine(isLinux, isRoot, takenPorts, free, name, routes, runFolder, postgresqlPrograms);
    }

    FakeMachine withRunFolder(Path folder) {
        return new FakeMachine(isLinux, isRoot, takenPorts, free, type, routes, folder, postgresqlPrograms);
    }

    FakeMachine withPostgresql(Path programs) {
        return new FakeMachine(isLinux, isRoot, takenPorts, free, type, routes, runFolder, programs);
    }

    /** Programs of a test run as the test's user. */
    @Override
    public String postgresqlUser() {
        return "";
    }

    @Override
    public boolean isPortFree(int port) {
        return !takenPorts.contains(port);
    }

    @Override
    public long freeBytes(Path path) {
        return free;
    }

    @Override
    public String fileSystem(Path path) {
        return type;
    }

    @Override
    public boolean isSameStore(Path one, Path other) {
        return true;
    }

    @Override
    public List<String> nameServers() {
        return List.of("192.0.2.53");
    }

    @Override
    public boolean hasProgram(String name) {
        return true;
    }
}
