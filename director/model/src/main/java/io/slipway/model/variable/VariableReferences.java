package io.slipway.model.variable;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.RubyText;
import io.slipway.model.yaml.Trees;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** References to variables in a tree: {@code ((name))}, {@code ((name.field))}, {@code ((/absolute/name))}. */
public final class VariableReferences {
    /** A leading {@code !} is how the CLI marks a reference that the director, not the CLI, shall resolve. */
    private static final Pattern REFERENCE = Pattern.compile("\\(\\(!?([-/.\\w\\p{L}]+)\\)\\)");

    private VariableReferences() {}

    /** Names of all variables referred to, without fields, in order of appearance; keys are looked into as well. */
    public static Set<String> find(@Nullable Object tree) {
        var found = new LinkedHashSet<String>();
        collect(tree, found);
        return Collections.unmodifiableSet(found);
    }

    /** The variable's name in a reference: what is before the first dot after the last slash. */
    public static String nameOf(String reference) {
        int dot = reference.indexOf('.', reference.lastIndexOf('/') + 1);
        return dot < 0 ? reference : reference.substring(0, dot);
    }

    /**
     * A copy with every reference replaced. A string that is nothing but a reference takes the value with its type; inside
     * other text a scalar is put in as text. The copy's maps are mutable.
     *
     * @param values of names without fields; null for an unknown one
     * @throws InvalidInput naming each reference that has no value, or no such field, or is no scalar where one is needed
     */
    public static @Nullable Object interpolate(
            @Nullable Object tree, Function<String, ? extends @Nullable Object> values) {
        var missing = new LinkedHashMap<String, Problem>();
        Object result = replace(tree, values, missing);
        if (!missing.isEmpty()) {
            throw new InvalidInput(List.copyOf(missing.values()));
        }
        return result;
    }

    private static void collect(@Nullable Object tree, Set<String> found) {
        switch (tree) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    collect(key, found);
                    collect(value, found);
                });
            case List<?> list -> list.forEach(element -> collect(element, found));
            case String text -> {
                if (text.contains("((")) {
                    REFERENCE.matcher(text).results().forEach(match -> found.add(nameOf(match.group(1))));
                }
            }
            case null -> {}
            default -> {}
        }
    }

    private static @Nullable Object replace(
            @Nullable Object tree, Function<String, ? extends @Nullable Object> values, Map<String, Problem> missing) {
        return switch (tree) {
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, value) ->
                        result.put(String.valueOf(replace(key, values, missing)), replace(value, values, missing)));
                yield result;
            }
            case List<?> list -> {
                var result = new ArrayList<@Nullable Object>(list.size());
                list.forEach(element -> result.add(replace(element, values, missing)));
                yield result;
            }
            case String text -> text.contains("((") ? replaceIn(text, values, missing) : text;
            case null -> null;
            default -> tree;
        };
    }

    private static @Nullable Object replaceIn(
            String text, Function<String, ? extends @Nullable Object> values, Map<String, Problem> missing) {
        var matcher = REFERENCE.matcher(text);
        if (matcher.matches()) {
            return valueOf(matcher.group(1), values, missing);
        }
        matcher.reset();
        var result = new StringBuilder();
        int end = 0;
        while (matcher.find()) {
            String reference = matcher.group(1);
            Object value = valueOf(reference, values, missing);
            if (value instanceof Map || value instanceof List) {
                missing.putIfAbsent(
                        reference,
                        problem(reference, "is not a string or a number, and cannot stand inside other text"));
            }
            result.append(text, end, matcher.start()).append(RubyText.of(value));
            end = matcher.end();
        }
        return result.append(text, end, text.length()).toString();
    }

    private static @Nullable Object valueOf(
            String reference, Function<String, ? extends @Nullable Object> values, Map<String, Problem> missing) {
        String name = nameOf(reference);
        Object value = values.apply(name);
        if (value == null) {
            missing.putIfAbsent(reference, problem(reference, "has no value: define it under 'variables', or set it"));
            return null;
        }
        if (name.length() == reference.length()) {
            return value;
        }
        for (String field : reference.substring(name.length() + 1).split("\\.", -1)) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(field)) {
                missing.putIfAbsent(reference, problem(reference, "has no field '" + field + "'"));
                return null;
            }
            value = Trees.asMap(map).get(field);
        }
        return value;
    }

    private static Problem problem(String reference, String what) {
        return new Problem(ErrorCodes.MISSING_VARIABLE, reference, "variable '((" + reference + "))' " + what);
    }
}
