package io.slipway.agent.monit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One process as a monit file describes it.
 *
 * @param pidFile absent where monit finds the process by a pattern
 */
record JobProcess(
        String name, Optional<Path> pidFile, Optional<Action> start, Optional<Action> stop, List<String> dependsOn) {

    /** A start or stop program, with the account it runs under and the time it may take. */
    record Action(List<String> command, String user, String group, Duration timeout) {}

    boolean isRunning() {
        try {
            if (pidFile.isEmpty() || !Files.exists(pidFile.get())) {
                return false;
            }
            var pid = Files.readString(pidFile.get()).strip();
            if (!pid.matches("[0-9]{1,10}")) {
                return false;
            }
            var stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
