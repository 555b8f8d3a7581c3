package io.slipway.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process keeps from others in the files that it makes; a JVM cannot change that of itself. */
final class Umask {
    private static final Logger LOG = LoggerFactory.getLogger(Umask.class);
    private static final int ALL_OF_OTHERS = 0077;

    private Umask() {}

    /** The data directory is closed to others as it is; this is for the day when somebody opens it. */
    static void warnIfOpen() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Umask:")) {
                    String umask = line.substring("Umask:".length()).strip();
                    if ((Integer.parseInt(umask, 8) & ALL_OF_OTHERS) != ALL_OF_OTHERS) {
                        LOG.warn("this process has the umask {}: start it with 0077, as 'slipway up' does", umask);
                    }
                }
            }
        } catch (IOException notLinux) {
            LOG.debug("the umask is not known: {}", notLinux.getMessage());
        }
    }
}
