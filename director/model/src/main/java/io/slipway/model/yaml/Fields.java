package io.slipway.model.yaml;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problems;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed values from one map. What is missing or of the wrong type is put among the problems, and a harmless value
 * is returned, so that reading goes on and the operator hears of everything at once. A null counts as absent.
 */
public final class Fields {
    private static final int SHOWN = 120;
    /** What the database holds of a name. */
    private static final int MOST_CHARACTERS = 255;

    private final Map<String, Object> map;
    private final String path;
    private final Problems problems;

    public Fields(Map<String, Object> map, String path, Problems problems) {
        this.map = map;
        this.path = path;
        this.problems = problems;
    }

    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    public String path() {
        return path;
    }

    public Problems problems() {
        return problems;
    }

    public Map<String, Object> raw() {
        return map;
    }

    public boolean has(String key) {
        return map.get(key) != null;
    }

    public @Nullable Object value(String key) {
        return map.get(key);
    }

    /** Required, not blank, and of at most 255 characters; a number is taken as its text, as BOSH does. */
    public String string(String key) {
        if (!has(key)) {
            missing(key);
            return "";
        }
        String text = optionalString(key).orElse("");
        if (text.isBlank() && map.get(key) instanceof String) {
            problem(ErrorCodes.VIOLATED_MIN, key, "'" + path(key) + "' length (0) should be greater than 0");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            problem(ErrorCodes.INVALID_VALUE, key, "'" + path(key) + "' has a control character in it");
        }
        if (text.length() > MOST_CHARACTERS) {
            problem(
                    ErrorCodes.VIOLATED_MAX,
                    key,
                    "'" + path(key) + "' length (" + text.length() + ") should be less than " + (MOST_CHARACTERS + 1));
            return text.substring(0, MOST_CHARACTERS);
        }
        return text;
    }

    public String string(String key, String otherwise) {
        return optionalString(key).orElse(otherwise);
    }

    public Optional<String> optionalString(String key) {
        return Optional.ofNullable(map.get(key)).flatMap(value -> text(value, path(key)));
    }

    public int integer(String key, int min) {
        if (!has(key)) {
            missing(key);
            return min;
        }
        return optionalInteger(key, min).orElse(min);
    }

    public Optional<Integer> optionalInteger(String key, int min) {
        Object value = map.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Long || value instanceof BigInteger) {
            problems.add(
                    ErrorCodes.VIOLATED_MAX,
                    path(key),
                    "'" + path(key) + "' value (" + shown(value) + ") should be at most " + Integer.MAX_VALUE);
            return Optional.empty();
        }
        if (!(value instanceof Integer number)) {
            wrongType(path(key), value, "an integer");
            return Optional.empty();
        }
        if (number < min) {
            problems.add(
                    ErrorCodes.VIOLATED_MIN,
                    path(key),
                    "'" + path(key) + "' value (" + number + ") should be at least " + min);
            return Optional.empty();
        }
        return Optional.of(number);
    }

    public boolean bool(String key, boolean otherwise) {
        return optionalBool(key).orElse(otherwise);
    }

    public Optional<Boolean> optionalBool(String key) {
        Object value = map.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Boolean truth) {
            return Optional.of(truth);
        }
        wrongType(path(key), value, "a boolean");
        return Optional.empty();
    }

    /** Empty when absent. */
    public Map<String, Object> map(String key) {
        return optionalMap(key).orElse(Map.of());
    }

    public Optional<Map<String, Object>> optionalMap(String key) {
        Object value = map.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Map<?, ?> found) {
            return Optional.of(Trees.asMap(found));
        }
        wrongType(path(key), value, "a hash");
        return Optional.empty();
    }

    public Fields object(String key) {
        return new Fields(map(key), path(key), problems);
    }

    /** Strings of a list; empty when absent. */
    public List<String> strings(String key) {
        var result = new ArrayList<String>();
        List<?> list = list(key);
        for (int i = 0; i < list.size(); i++) {
            text(list.get(i), path(key) + "[" + i + "]").ifPresent(result::add);
        }
        return List.copyOf(result);
    }

    /** Maps of a list; empty when absent. */
    public List<Fields> objects(String key) {
        var result = new ArrayList<Fields>();
        List<?> list = list(key);
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            String where = path(key) + "[" + i + "]";
            if (element instanceof Map<?, ?> found) {
                result.add(new Fields(Trees.asMap(found), labelled(where, found), problems));
            } else {
                wrongType(where, element, "a hash");
            }
        }
        return result;
    }

    public List<Fields> requiredObjects(String key) {
        if (!has(key)) {
            missing(key);
        }
        return objects(key);
    }

    public List<?> list(String key) {
        Object value = map.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        wrongType(path(key), value, "a list");
        return List.of();
    }

    /** Reports keys that nothing reads. */
    public void warnUnknown(Set<String> known, List<String> warnings) {
        for (String key : map.keySet()) {
            if (!known.contains(key)) {
                warnings.add("unknown key '" + path(key) + "' is ignored");
            }
        }
    }

    public void missing(String key) {
        problems.add(
                ErrorCodes.MISSING_FIELD,
                path(key),
                "Required property '" + key + "' was not specified in "
                        + (path.isEmpty() ? "the document" : "'" + path + "'"));
    }

    public void problem(int code, String key, String message) {
        problems.add(code, path(key), message);
    }

    /** A value in a message: short and on one line. */
    public static String shown(@Nullable Object value) {
        var text = new StringBuilder();
        show(value, text);
        String line = text.toString().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }

    /** Stops early: the whole of a hostile value may fill the memory. */
    private static void show(@Nullable Object value, StringBuilder text) {
        if (text.length() > SHOWN) {
            return;
        }
        switch (value) {
            case Map<?, ?> map -> {
                text.append('{');
                map.entrySet().stream().limit(SHOWN).forEach(entry -> {
                    show(entry.getKey(), text);
                    text.append('=');
                    show(entry.getValue(), text);
                    text.append(' ');
                });
                text.append('}');
            }
            case List<?> list -> {
                text.append('[');
                list.stream().limit(SHOWN).forEach(element -> {
                    show(element, text);
                    text.append(' ');
                });
                text.append(']');
            }
            case null -> text.append("null");
            default -> {
                String whole = RubyText.of(value);
                text.append(whole, 0, Math.min(whole.length(), 2 * SHOWN));
            }
        }
    }

    private void wrongType(String where, @Nullable Object value, String expected) {
        problems.add(
                ErrorCodes.INVALID_TYPE,
                where,
                "Property '" + where + "' value (" + shown(value) + ") should be " + expected);
    }

    private Optional<String> text(@Nullable Object value, String where) {
        if (value instanceof String text) {
            return Optional.of(text);
        }
        if (value instanceof Number number) {
            return Optional.of(RubyText.of(number));
        }
        wrongType(where, value, "a string");
        return Optional.empty();
    }

    /** The path of a list's element: those that have a name are known by it, which tells more than a position. */
    public static String labelled(String where, Map<?, ?> element) {
        Object name = element.get("name");
        return name instanceof String text && !text.isEmpty()
                ? where.substring(0, where.lastIndexOf('[')) + "[" + shown(text) + "]"
                : where;
    }
}
