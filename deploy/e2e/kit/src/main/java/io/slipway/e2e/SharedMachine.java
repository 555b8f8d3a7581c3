package io.slipway.e2e;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the machine was before any installation of these tests was on it. While there are several, nobody can tell whose a
 * bridge or a rule is; so the last one that goes compares, for all.
 */
final class SharedMachine {
    private static final String BEFORE = "before";
    private static final String LOCK = "lock";
    private static final String SELF = Long.toString(ProcessHandle.current().pid());

    private final Path guests;

    private SharedMachine(Path guests) {
        this.guests = guests;
    }

    /** The folder has a file for each test process whose installation is here. */
    static SharedMachine enter(Path guests) throws IOException {
        var machine = new SharedMachine(Files.createDirectories(guests));
        try (var channel = machine.locked();
                var lock = channel.lock()) {
            if (machine.others().isEmpty()) {
                MachineState.now().write(guests.resolve(BEFORE));
            }
            Files.writeString(guests.resolve(SELF), "");
        }
        return machine;
    }

    /** What is there and was not before the first came; nothing where others are still here. */
    List<String> leave() throws IOException {
        try (var channel = locked();
                var lock = channel.lock()) {
            Files.delete(guests.resolve(SELF));
            return others().isEmpty() ? MachineState.now().since(MachineState.read(guests.resolve(BEFORE))) : List.of();
        }
    }

    private FileChannel locked() throws IOException {
        return FileChannel.open(guests.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Not those that ended without a farewell. */
    private List<String> others() throws IOException {
        try (Stream<Path> files = Files.list(guests)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !Set.of(BEFORE, LOCK, SELF).contains(name))
                    .filter(name -> ProcessHandle.of(Long.parseLong(name)).isPresent())
                    .toList();
        }
    }
}
