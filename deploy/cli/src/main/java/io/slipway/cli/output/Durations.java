package io.slipway.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Durations as people and as the bosh command write them. */
public final class Durations {
    private Durations() {}

    /** Such as 00:01:05. */
    public static String clock(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return String.format(Locale.ROOT, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Such as 0.4 s, 12 s or 3 min 5 s. */
    public static String brief(Duration duration) {
        long millis = Math.max(0, duration.toMillis());
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
