package io.slipway.agent.core;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waiting times between attempts: doubling from 100 ms to 5 s, each with jitter, so that agents do not come back all at once. */
public final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    private final RandomGenerator random;
    private long nextMillis = FIRST_MILLIS;

    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    public Duration next() {
        long base = nextMillis;
        nextMillis = Math.min(LONGEST_MILLIS, nextMillis * 2);
        return Duration.ofMillis(base / 2 + random.nextLong(base / 2 + 1));
    }

    public void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
