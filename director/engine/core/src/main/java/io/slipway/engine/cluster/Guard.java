package io.slipway.engine.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Notices that this process stood still for so long that others may have taken over its work, as one does that was stopped,
 * swapped out or whose machine was paused: it must not go on with what it was about to do. A thread of its own looks at the
 * time all along; who is about to act on the world outside asks once more, since what stood still may be woken in any order.
 */
public final class Guard implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(100);

    private final Halt halt;
    private final LongSupplier nanos;
    private final long longestNanos;
    private volatile long lastTick;
    private volatile BooleanSupplier isCutOff = () -> false;
    private volatile boolean isClosed;

    private Guard(Halt halt, LongSupplier nanos, Duration longest) {
        this.halt = halt;
        this.nanos = nanos;
        this.longestNanos = longest.toNanos();
        this.lastTick = nanos.getAsLong();
    }

    /**
     * One that looks by itself.
     *
     * @param longest gap after which nobody else does this process' work yet
     */
    public static Guard start(Halt halt, Duration longest) {
        var guard = new Guard(halt, System::nanoTime, longest);
        Thread.ofPlatform().daemon().name("guard").start(guard::watch);
        return guard;
    }

    /** One that is asked only, by this clock. */
    static Guard by(LongSupplier nanos, Duration longest, Halt halt) {
        return new Guard(halt, nanos, longest);
    }

    /** For a director whose work nobody else can take over. */
    public static Guard none() {
        return new Guard(why -> {}, () -> 0, Duration.ZERO);
    }

    private void watch() {
        while (!isClosed) {
            LockSupport.parkNanos(TICK.toNanos());
            tick();
        }
    }

    void tick() {
        requireTime();
        lastTick = nanos.getAsLong();
    }

    /**
     * While this is so, acts wait: most of the others do not answer, and it is not known yet who of them and this one is to go
     * on.
     */
    public void waitWhile(BooleanSupplier cutOff) {
        isCutOff = cutOff;
    }

    /**
     * To be called right before an act that must not be done by two directors. Waits while it is not known whether this one may
     * act, and does not return where it may not.
     */
    public void check() {
        requireTime();
        while (!isClosed && isCutOff.getAsBoolean()) {
            LockSupport.parkNanos(TICK.toNanos());
            requireTime();
        }
    }

    private void requireTime() {
        long gap = nanos.getAsLong() - lastTick;
        if (!isClosed && gap > longestNanos) {
            halt.now("it stood still for " + Duration.ofNanos(gap).toMillis() + " ms, and others may do its work");
        }
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
