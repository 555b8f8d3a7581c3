package io.slipway.model.diff;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One line of a difference, as BOSH's CLI prints it: YAML text, and whether it comes, goes, or is there for its place. */
public record DiffLine(String text, Mode mode) {

    /** What becomes of a line. */
    public enum Mode {
        ADDED,
        REMOVED,
        UNCHANGED
    }

    /** BOSH's word for the mode; null for a line that is unchanged. */
    public @Nullable String status() {
        return mode == Mode.UNCHANGED ? null : mode.name().toLowerCase(Locale.ROOT);
    }
}
