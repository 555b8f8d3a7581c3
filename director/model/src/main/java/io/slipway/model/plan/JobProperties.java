package io.slipway.model.plan;

import io.slipway.model.release.JobSpec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties as a job's templates see them: only what its spec declares, with defaults. */
public final class JobProperties {
    /** As Ruby sorts texts. */
    private static final Comparator<String> BY_CODE_POINTS =
            Comparator.comparing(text -> text.codePoints().toArray(), Arrays::compare);

    private JobProperties() {}

    /**
     * A tree with a node for every name that the spec declares: null where the manifest gives nothing and the spec has no
     * default. Hashes have their keys in order, as in BOSH, whatever the manifest's order was.
     *
     * @param given passed by {@link #mismatches}
     */
    public static Map<String, Object> effective(JobSpec spec, Map<String, Object> given) {
        var tree = new LinkedHashMap<String, Object>();
        spec.properties().forEach((name, definition) -> {
            Object value = at(given, name);
            put(tree, name, sorted(value == null ? definition.defaultValue() : value));
        });
        return tree;
    }

    /** What the manifest has where the spec's names need a hash, in BOSH's words; one for each such value. */
    public static List<String> mismatches(JobSpec spec, Map<String, Object> given) {
        var found = new LinkedHashMap<String, String>();
        for (String name : spec.properties().keySet()) {
            mismatch(given, name, found);
        }
        return List.copyOf(found.values());
    }

    private static void mismatch(Map<String, Object> given, String name, Map<String, String> found) {
        Object parent = given;
        for (int dot = name.indexOf('.'); dot >= 0 && parent != null; dot = name.indexOf('.', dot + 1)) {
            parent = at(given, name.substring(0, dot));
            if (parent != null && !(parent instanceof Map)) {
                found.putIfAbsent(
                        name.substring(0, dot),
                        "Property '" + name + "' expects a hash, but received '" + rubyClass(parent) + "'");
                return;
            }
        }
    }

    /** The value under a dotted name, or null. */
    public static @Nullable Object at(Map<String, Object> tree, String name) {
        Object value = tree;
        for (String part : name.split("\\.", -1)) {
            if (!(value instanceof Map<?, ?> map)) {
                return null;
            }
            value = map.get(part);
        }
        return value;
    }

    /** Whether the tree has something under a dotted name, be it null. */
    public static boolean has(Map<String, Object> tree, String name) {
        int dot = name.lastIndexOf('.');
        Object parent = dot < 0 ? tree : at(tree, name.substring(0, dot));
        return parent instanceof Map<?, ?> map && map.containsKey(name.substring(dot + 1));
    }

    /** Sets the value under a dotted name; what stands in its way gives way. */
    @SuppressWarnings({"unchecked", "NullAway"})
    public static void put(Map<String, Object> tree, String name, @Nullable Object value) {
        var parts = name.split("\\.", -1);
        Map<String, Object> at = tree;
        for (int i = 0; i < parts.length - 1; i++) {
            Object next = at.get(parts[i]);
            var own = next instanceof Map<?, ?> map
                    ? new LinkedHashMap<>((Map<String, Object>) map)
                    : new LinkedHashMap<String, Object>();
            at.put(parts[i], own);
            at = own;
        }
        at.put(parts[parts.length - 1], value);
    }

    /** Not within lists, as in BOSH. */
    private static @Nullable Object sorted(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        var result = new LinkedHashMap<String, @Nullable Object>();
        map.keySet().stream()
                .map(String::valueOf)
                .sorted(BY_CODE_POINTS)
                .forEach(key -> result.put(key, sorted(map.get(key))));
        return result;
    }

    private static String rubyClass(Object value) {
        return switch (value) {
            case List<?> list -> "Array";
            case Boolean truth -> truth ? "TrueClass" : "FalseClass";
            case Double number -> "Float";
            case Number number -> "Integer";
            default -> "String";
        };
    }
}
