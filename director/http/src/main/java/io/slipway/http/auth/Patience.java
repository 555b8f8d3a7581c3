package io.slipway.http.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who gives wrong passwords. It counts by where they come from, and never by the name that they give, so that
 * nobody learns which names there are: after a few free ones, each doubles the time in which no other from there is looked
 * at. Over all places together only so many are looked at in a time, for who has many of them. Safe for use by many
 * threads; what it remembers is bounded.
 */
final class Patience {
    private static final int FREE = 5;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);
    private static final int MOST_SOURCES = 10_000;

    private final InstantSource clock;
    private final Ceiling ceiling;
    private final Map<String, Failures> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MOST_SOURCES;
        }
    };

    private record Failures(int count, Instant last, Instant until) {}

    Patience(InstantSource clock) {
        this.clock = clock;
        this.ceiling = new Ceiling(clock.instant());
    }

    /**
     * Takes a password of this source, unless it has to wait: then the answer is for how long, and no more is said of the
     * password. Looking and counting are one, so that many at the same time are not looked at as one.
     */
    synchronized Duration take(String source, boolean isRight) {
        var now = clock.instant();
        Failures before = sources.get(source);
        if (before != null && before.until().isAfter(now)) {
            return Duration.between(now, before.until());
        }
        Duration wait = ceiling.waitAt(now);
        if (wait.isZero() && !isRight) {
            ceiling.take();
            sources.put(source, failedAgain(before, now));
        }
        return wait;
    }

    private static Failures failedAgain(@Nullable Failures before, Instant now) {
        boolean isNew = before == null || before.last().plus(FORGOTTEN_AFTER).isBefore(now);
        int count = isNew || before == null ? 1 : Math.min(before.count() + 1, FREE + 10);
        var wait = count <= FREE ? Duration.ZERO : Duration.ofSeconds(1L << (count - FREE - 1));
        return new Failures(count, now, now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
    }

    /** A bucket of wrong passwords that fills again by one in a second. */
    private static final class Ceiling {
        private static final int SIZE = 100;
        private static final Duration REFILL = Duration.ofSeconds(1);

        private long left = SIZE;
        private Instant filled;

        Ceiling(Instant now) {
            this.filled = now;
        }

        Duration waitAt(Instant now) {
            fill(now);
            return left > 0 ? Duration.ZERO : Duration.between(now, filled.plus(REFILL));
        }

        void take() {
            left--;
        }

        private void fill(Instant now) {
            long more = Math.max(0, Duration.between(filled, now).dividedBy(REFILL));
            left = Math.min(SIZE, left + more);
            filled = filled.plus(REFILL.multipliedBy(more));
        }
    }
}
