package io.slipway.cpi.vsphere.vcenter;

import java.time.Duration;

/**
 * How much may be under way at a vCenter, learnt from how it answers: one more after a round of prompt answers, half when
 * it becomes slow. A vCenter that is asked for more than it can do at a time becomes slower for everybody.
 *
 * @param now what may be under way, from 1 to most
 * @param promptInARow since the limit changed last
 * @param usual how long calls take when all is well; zero before the first
 */
record AdaptiveLimit(int now, int most, int promptInARow, Duration usual) {
    private static final int FIRST = 8;
    /** Slower than this many times the usual is taken for too much work. */
    private static final int SLOW_FACTOR = 4;

    /** What is quicker than this is never slow, whatever is usual. */
    private static final Duration ALWAYS_PROMPT = Duration.ofMillis(400);

    static AdaptiveLimit upTo(int most) {
        return new AdaptiveLimit(Math.min(FIRST, most), most, 0, Duration.ZERO);
    }

    /** After one call, not counting the time that its task ran. */
    AdaptiveLimit after(Duration took) {
        if (isSlow(took)) {
            // What was under way together slows together: it is counted once, and then the next round.
            return promptInARow < 0
                    ? new AdaptiveLimit(now, most, promptInARow + 1, usual)
                    : new AdaptiveLimit(Math.max(1, now / 2), most, -now, usual);
        }
        Duration learnt = usual.isZero()
                ? took
                : took.compareTo(usual) < 0
                        ? took
                        : usual.plus(took.minus(usual).dividedBy(64));
        return promptInARow + 1 < now
                ? new AdaptiveLimit(now, most, promptInARow + 1, learnt)
                : new AdaptiveLimit(Math.min(most, now + 1), most, 0, learnt);
    }

    private boolean isSlow(Duration took) {
        return !usual.isZero()
                && took.compareTo(ALWAYS_PROMPT) > 0
                && took.compareTo(usual.multipliedBy(SLOW_FACTOR)) > 0;
    }
}
