package io.slipway.model.diff;

import io.slipway.model.diff.DiffLine.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What a change has changed, for those who look for it later: never a secret, and never very much. */
public final class ChangeRecord {
    private static final int MOST_LINES = 400;
    private static final int LONGEST_LINE = 400;

    private ChangeRecord() {}

    /** Lines of a diff; what may be secret is replaced. For manifests, and configs of which it is known where they hold secrets. */
    public static List<String> of(Map<String, Object> before, Map<String, Object> after) {
        var lines = TreeDiff.of(before, after, Redaction::strict);
        return bounded(lines.stream()
                .map(line -> sign(line.mode()) + shortened(line.text()))
                .toList());
    }

    /** Which keys at the top come, go, or have other values; no values, as of whatever may be secret anywhere. */
    public static List<String> keysOf(Map<String, Object> before, Map<String, Object> after) {
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        return bounded(keys.stream()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .map(key -> (!before.containsKey(key) ? "+ " : !after.containsKey(key) ? "- " : "~ ") + shortened(key))
                .toList());
    }

    private static List<String> bounded(List<String> lines) {
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        var some = new ArrayList<>(lines.subList(0, MOST_LINES));
        some.add("... and " + (lines.size() - MOST_LINES) + " lines more");
        return List.copyOf(some);
    }

    private static String sign(Mode mode) {
        return switch (mode) {
            case ADDED -> "+ ";
            case REMOVED -> "- ";
            case UNCHANGED -> "  ";
        };
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_LINE ? text : text.substring(0, LONGEST_LINE) + "...";
    }
}
