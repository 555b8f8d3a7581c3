package io.slipway.model.yaml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable trees of maps with string keys, lists and scalars. Nulls may be in them, so {@code Map.copyOf} cannot serve. */
public final class Trees {
    private static final int MAX_NODES = 1_000_000;

    private Trees() {}

    /** A deep, immutable copy of what a caller built; bounded, since what it shares is copied as often as it is used. */
    public static Map<String, Object> freeze(Map<?, ?> map) {
        return asMap((Map<?, ?>) java.util.Objects.requireNonNull(new Freezer("value").freeze(map, 0)));
    }

    /** The key that a scalar becomes. */
    static String keyOf(String what, @Nullable Object key) {
        return switch (key) {
            case null -> "";
            case String text -> text;
            case Number number -> RubyText.of(number);
            case Boolean truth -> truth.toString();
            default -> throw Yaml.invalid(what, "a key must be a string, and one is a list or a hash");
        };
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> asMap(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    /** The later wins, level by level; lists are replaced. */
    public static Map<String, Object> deepMerge(Map<String, Object> base, Map<String, Object> over) {
        var result = new LinkedHashMap<>(base);
        over.forEach((key, value) -> {
            Object before = result.get(key);
            result.put(
                    key,
                    before instanceof Map<?, ?> left && value instanceof Map<?, ?> right
                            ? deepMerge(asMap(left), asMap(right))
                            : value);
        });
        return Collections.unmodifiableMap(result);
    }

    private static final class Freezer {
        private static final int MAX_DEPTH = 200;
        private final String what;
        private int nodes;

        Freezer(String what) {
            this.what = what;
        }

        @Nullable
        Object freeze(@Nullable Object tree, int depth) {
            if (++nodes > MAX_NODES) {
                throw Yaml.invalid(what, "its aliases expand to more than " + MAX_NODES + " values");
            }
            if (depth > MAX_DEPTH) {
                throw Yaml.invalid(what, "it is nested deeper than " + MAX_DEPTH + " levels, or contains itself");
            }
            return switch (tree) {
                case Map<?, ?> map -> {
                    var result = new LinkedHashMap<String, @Nullable Object>();
                    map.forEach((key, value) -> result.put(keyOf(what, key), freeze(value, depth + 1)));
                    yield Collections.unmodifiableMap(result);
                }
                case List<?> list -> {
                    var result = new ArrayList<@Nullable Object>(list.size());
                    list.forEach(element -> result.add(freeze(element, depth + 1)));
                    yield Collections.unmodifiableList(result);
                }
                case null -> null;
                case String text -> text;
                case Number number -> number;
                case Boolean truth -> truth;
                default ->
                    throw Yaml.invalid(
                            what, "a value of type " + tree.getClass().getSimpleName() + " is not supported");
            };
        }
    }
}
