package io.slipway.cli.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A machine as a test wants it. */
record FakeMachine(
        boolean isLinux, boolean isRoot, Set<Integer> takenPorts, long free, String type, List<String> routes)
        implements Machine {
    static final FakeMachine SOUND = new FakeMachine(true, true, Set.of(), 100_000_000_000L, "ext4", List.of());

    FakeMachine withoutRoot() {
        return new FakeMachine(isLinux, false, takenPorts, free, type, routes);
    }

    FakeMachine withTaken(int port) {
        return new FakeMachine(isLinux, isRoot, Set.of(port), free, type, routes);
    }

    FakeMachine withFree(long bytes) {
        return new FakeMachine(isLinux, isRoot, takenPorts, bytes, type, routes);
    }

    FakeMachine withType(String name) {
        return new FakeMachine(isLinux, isRoot, takenPorts, free, name, routes);
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
