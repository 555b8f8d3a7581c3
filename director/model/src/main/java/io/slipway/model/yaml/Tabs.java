package io.slipway.model.yaml;

import java.util.OptionalInt;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.ScannerException;

/** Tabs behind a key or a value, which YAML allows and Psych takes, and which the parser takes for indentation. */
final class Tabs {
    /** Each tab costs a look at all that is before it. */
    private static final long MOST_CHARACTERS = 64L * 1024 * 1024;

    private Tabs() {}

    /** The text with spaces for such tabs, once a {@link YamlCensus} has passed it. */
    static String spaced(String text, String what, LoadSettings settings) {
        String readable = text;
        for (long read = text.length(); ; read += text.length()) {
            try {
                new YamlCensus(what).check(new Parse(settings).parseString(readable));
                return readable;
            } catch (ScannerException broken) {
                var tab = indexOf(readable, broken);
                if (tab.isEmpty() || read > MOST_CHARACTERS) {
                    throw broken;
                }
                readable = spaced(readable, tab.getAsInt());
            }
        }
    }

    private static OptionalInt indexOf(String text, ScannerException broken) {
        int place = broken.getProblemMark().map(Mark::getIndex).orElse(-1);
        if (place < 0 || place >= text.codePointCount(0, text.length())) {
            return OptionalInt.empty();
        }
        int index = text.offsetByCodePoints(0, place);
        boolean isTab = text.charAt(index) == '\t';
        return isTab && !isIndentation(text, index) ? OptionalInt.of(index) : OptionalInt.empty();
    }

    /** At the beginning of a line, and behind the dash or question mark that begins an entry. */
    private static boolean isIndentation(String text, int index) {
        int before = index - 1;
        while (before >= 0 && text.charAt(before) == ' ') {
            before--;
        }
        return before < 0 || "\r\n-?".indexOf(text.charAt(before)) >= 0;
    }

    /** As long as before, so that what is wrong further on is found where it is. */
    private static String spaced(String text, int from) {
        int to = from;
        while (to < text.length() && (text.charAt(to) == '\t' || text.charAt(to) == ' ')) {
            to++;
        }
        return text.substring(0, from) + " ".repeat(to - from) + text.substring(to);
    }
}
