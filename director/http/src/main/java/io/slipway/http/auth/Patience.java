package io.slipway.http.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who gives wrong passwords: after a few free ones, each doubles the time in which no other is tried. Who is
 * right begins anew. Safe for use by many threads.
 */
final class Patience {
    private static final int FREE = 5;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);
    private static final int MOST_SOURCES = 10_000;

    private final InstantSource clock;
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
    }

    /** How long a source has to wait before another password of it is looked at. */
    synchronized Duration waitOf(String source) {
        Failures failures = sources.get(source);
        var now = clock.instant();
        return failures == null || !failures.until().isAfter(now)
                ? Duration.ZERO
                : Duration.between(now, failures.until());
    }

    synchronized void wrong(String source) {
        var now = clock.instant();
        Failures before = sources.get(source);
        boolean isNew = before == null || before.last().plus(FORGOTTEN_AFTER).isBefore(now);
        int count = isNew || before == null ? 1 : Math.min(before.count() + 1, FREE + 10);
        var wait = count <= FREE ? Duration.ZERO : Duration.ofSeconds(1L << (count - FREE - 1));
        sources.put(source, new Failures(count, now, now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST)));
    }

    synchronized void right(String source) {
        sources.remove(source);
    }
}
