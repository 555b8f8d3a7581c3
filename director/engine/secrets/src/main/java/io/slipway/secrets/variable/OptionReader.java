package io.slipway.secrets.variable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options of a variable. What is wrong is collected, each a sentence that begins with the option's name; what
 * stands in its place meanwhile is not to be used. Numbers and truths may be written as text, as config servers take them.
 */
final class OptionReader {
    private static final int MOST_SHOWN = 100;

    private final Map<String, Object> options;
    private final Set<String> read = new TreeSet<>();
    private final List<String> wrong = new ArrayList<>();

    OptionReader(Map<String, Object> options) {
        this.options = options;
    }

    /** What is wrong, options that nobody has asked for among it. To be called last. */
    List<String> wrong() {
        var unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(read);
        unknown.forEach(name -> wrong.add(
                "option '" + shown(name) + "' is unknown: expected " + (read.isEmpty() ? "none" : one(read))));
        return List.copyOf(wrong);
    }

    void wrong(String sentence) {
        wrong.add(sentence);
    }

    boolean has(String name) {
        read.add(name);
        return options.get(name) != null;
    }

    private Object given(String name) {
        return Objects.requireNonNull(options.get(name));
    }

    int number(String name, int otherwise, int min, int max) {
        if (!has(name)) {
            return otherwise;
        }
        Object value = given(name);
        if (value instanceof Integer || value instanceof Long || value instanceof String) {
            try {
                long number = Long.parseLong(value.toString().strip());
                if (number >= min && number <= max) {
                    return (int) number;
                }
            } catch (NumberFormatException notOne) {
                // said below
            }
        }
        wrong.add(name + " is '" + shown(value) + "', and must be a number from " + min + " to " + max);
        return otherwise;
    }

    boolean isOn(String name) {
        if (!has(name)) {
            return false;
        }
        String value = given(name).toString();
        if (!value.equals("true") && !value.equals("false")) {
            wrong.add(name + " is '" + shown(value) + "', and must be true or false");
        }
        return value.equals("true");
    }

    /** Empty where it is not given. */
    String text(String name, int longest) {
        if (!has(name)) {
            return "";
        }
        Object value = given(name);
        if (value instanceof List || value instanceof Map) {
            wrong.add(name + " is '" + shown(value) + "', and must be a string");
            return "";
        }
        return fitting(name, value.toString(), longest);
    }

    /** One text, or a list of them. */
    List<String> texts(String name, int longest) {
        if (!has(name)) {
            return List.of();
        }
        Object value = given(name);
        var found = new LinkedHashSet<String>();
        for (Object one : value instanceof List<?> list ? list : List.of(value)) {
            if (one == null || one instanceof List || one instanceof Map) {
                wrong.add(name + " has '" + shown(one) + "' in it, and must be a list of strings");
            } else if (!one.toString().isEmpty()) {
                found.add(fitting(name, one.toString(), longest));
            }
        }
        return List.copyOf(found);
    }

    String oneOf(String name, String otherwise, Set<String> expected) {
        return has(name) ? among(name, text(name, Integer.MAX_VALUE), expected) : otherwise;
    }

    List<String> allOf(String name, Set<String> expected) {
        var found = texts(name, Integer.MAX_VALUE);
        found.forEach(one -> among(name, one, expected));
        return found;
    }

    private String among(String name, String value, Set<String> expected) {
        if (!expected.contains(value)) {
            wrong.add(name + " '" + shown(value) + "' is unknown: expected " + one(new TreeSet<>(expected)));
        }
        return value;
    }

    private String fitting(String name, String value, int longest) {
        int length = value.codePointCount(0, value.length());
        if (length > longest) {
            wrong.add(name + " is '" + shown(value) + "', " + length + " characters long, and must have at most "
                    + longest);
        } else if (value.chars().anyMatch(Character::isISOControl)) {
            wrong.add(name + " is '" + shown(value) + "', and must not have control characters in it");
        }
        return value;
    }

    static String one(Set<String> names) {
        return "one of " + String.join(", ", names);
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }
}
