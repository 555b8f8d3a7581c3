package io.slipway.health.resurrection;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How often an instance's VM was to be made anew since it was last well for long, and when. One that keeps dying is tried less
 * and less often.
 */
public record Attempts(int count, @Nullable Instant last) {
    public static final Attempts NONE = new Attempts(0, null);
    /** From here on somebody should look into it. */
    private static final int MANY = 3;

    private static final int MOST_DOUBLINGS = 30;

    public Attempts askedAt(Instant at) {
        return new Attempts(count + 1, at);
    }

    /** The repair may have failed for a reason that lasts: each further one waits twice as long as the one before. */
    public boolean mayAsk(Instant at, ResurrectionSettings settings) {
        return last == null || !last.plus(pause(settings)).isAfter(at);
    }

    /** Between the last and the next. */
    public Duration pause(ResurrectionSettings settings) {
        if (count == 0) {
            return Duration.ZERO;
        }
        Duration first = settings.unresponsiveGrace();
        Duration longest = settings.longestPause();
        Duration pause = first.multipliedBy(1L << Math.min(count - 1, MOST_DOUBLINGS));
        // A grace that is longer than the longest pause stays what it is.
        return first.compareTo(longest) >= 0 ? first : pause.compareTo(longest) < 0 ? pause : longest;
    }

    /** Whether its VM keeps dying. */
    public boolean areMany() {
        return count >= MANY;
    }
}
