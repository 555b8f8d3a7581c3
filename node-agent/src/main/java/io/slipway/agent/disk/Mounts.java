package io.slipway.agent.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is mounted in this mount namespace. */
public final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mounts");

    private Mounts() {}

    public static boolean isMounted(Path target) throws IOException {
        var wanted = Files.exists(target) ? target.toRealPath().toString() : target.toString();
        for (var line : Files.readAllLines(TABLE)) {
            var fields = line.split(" ");
            if (fields.length > 1 && fields[1].replace("\\040", " ").equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
