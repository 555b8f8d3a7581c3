package io.slipway.store.event;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in the audit trail's chain: who has written one down, can tell later whether all up to it is as it was.
 *
 * @param number of a row; 0 before the first one
 * @param digest of that row; empty before the first one
 */
public record ChainPosition(long number, String digest) {
    public static final ChainPosition START = new ChainPosition(0, "");
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    /** Reads what {@link #text} wrote. */
    public static Optional<ChainPosition> parse(String text) {
        if (text.equals(START.text())) {
            return Optional.of(START);
        }
        var matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new ChainPosition(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    public String text() {
        return number + ":" + digest;
    }
}
