package io.slipway.agent.core.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
public final class Await {
    public static final Duration DEADLINE = Duration.ofSeconds(20);

    private Await() {}

    public static void until(String what, BooleanSupplier condition) {
        within(DEADLINE, what, condition);
    }

    static void within(Duration limit, String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** The content of a file, once it has some. */
    public static String content(Path file) throws IOException {
        until(file + " has content", () -> file.toFile().length() > 0);
        return Files.readString(file).strip();
    }
}
