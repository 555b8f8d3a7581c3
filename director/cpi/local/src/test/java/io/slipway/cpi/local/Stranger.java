package io.slipway.cpi.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another user of this machine: the one whose number vcap has in VMs, as the first user of most machines does. */
final class Stranger {
    private static final Commands COMMANDS = new Commands();
    private static final List<String> AS_STRANGER =
            List.of("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "--");

    private Stranger() {}

    /** What a stranger can read, write, or list at or below a path. */
    static List<String> reaches(Path path) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is needed, to be another user");
        var command = new ArrayList<>(AS_STRANGER);
        command.addAll(List.of(
                "find",
                path.toString(),
                "-mindepth",
                "1",
                "(",
                "-readable",
                "-o",
                "-writable",
                "-o",
                "-perm",
                "/6000",
                ")"));
        return COMMANDS.attempt(command.toArray(String[]::new))
                .output()
                .lines()
                .filter(line -> !line.contains("Permission denied"))
                .toList();
    }
}
