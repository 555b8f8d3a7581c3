package io.slipway.model.yaml;

import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Quotes strings as Ruby's YAML library does, so that people see the text that they know: double quotes around what begins
 * with anything but a letter, a digit or an underscore, a literal block for several lines.
 */
final class RubyStyle extends RubyNumbers {
    private static final Pattern ODD_BEGINNING = Pattern.compile("[^\\p{L}\\p{N}_][^\"]*");
    private static final Set<String> NEARLY_BOOLEAN = Set.of("y", "Y", "n", "N");

    RubyStyle(DumpSettings settings) {
        super(settings);
        representers.put(String.class, value -> representScalar(Tag.STR, (String) value, style((String) value)));
    }

    private static ScalarStyle style(String text) {
        if (text.stripTrailing().contains("\n")) {
            return ScalarStyle.LITERAL;
        }
        if (NEARLY_BOOLEAN.contains(text) || ODD_BEGINNING.matcher(text).matches()) {
            return ScalarStyle.DOUBLE_QUOTED;
        }
        return ScalarStyle.PLAIN;
    }
}
