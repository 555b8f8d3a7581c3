package io.slipway.health.plugin;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Passes notices on to a receiver. One thread at a time calls it, and it may block: nobody else waits for it. What fails is tried
 * again, so a receiver may be told the same twice.
 */
public interface Plugin extends AutoCloseable {

    /**
     * Passes these on, in their order.
     *
     * @throws Refused where the receiver will never take them
     * @throws IOException where it may take them later
     */
    void deliver(List<Notice> notices) throws IOException, InterruptedException;

    /** How many it takes at a time. */
    default int atATime() {
        return 1;
    }

    /** For how long after the first notice others are waited for that are told with it. */
    default Duration gathering() {
        return Duration.ZERO;
    }

    @Override
    default void close() {}

    /** What a receiver will not take, however often it is asked. */
    final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        public Refused(String why) {
            super(why);
        }
    }
}
