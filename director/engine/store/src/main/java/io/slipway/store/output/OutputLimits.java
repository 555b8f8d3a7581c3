package io.slipway.store.output;

import java.time.Duration;

/**
 * How much outputs of tasks take up, and how long their writer takes.
 *
 * @param bufferedBytes that wait to be stored
 * @param pause between two rounds: lines that come together are stored together
 * @param appendWait that an append waits for room while the database takes what it is given, only slowly
 * @param readWait that a read waits for what was appended here before
 * @param longestBackOff between two tries while the database is away
 * @param closing that the last round may take
 */
record OutputLimits(
        long bufferedBytes,
        Duration pause,
        Duration appendWait,
        Duration readWait,
        Duration longestBackOff,
        Duration closing) {
    static final OutputLimits DEFAULT = new OutputLimits(
            8 * 1024 * 1024,
            Duration.ofMillis(50),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(8));
}
