package io.slipway.cpi.simulated;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
final class Await {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private Await() {}

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + DEADLINE);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
