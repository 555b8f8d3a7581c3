package io.slipway.engine.cluster;

import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Ends this process at once, without a farewell: others do its work already, or may at any moment. Whatever supervises it
 * starts it again.
 */
@FunctionalInterface
public interface Halt {
    /** Of a process that was halted for this. */
    int EXIT_CODE = 79;

    /** May return in tests only. */
    void now(String why);

    /** The way of a process of its own. */
    static Halt ofThisProcess() {
        return why -> {
            // Who reads what it says may stand still as well.
            var log = LoggerFactory.getLogger(Halt.class);
            var farewell = Thread.ofPlatform().daemon().start(() -> log.error("this director halts: {}", why));
            try {
                farewell.join(Duration.ofMillis(200));
            } catch (InterruptedException anyway) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(EXIT_CODE);
        };
    }
}
