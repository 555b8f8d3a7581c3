package io.slipway.model.plan;

import io.slipway.model.release.JobSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties as a job's templates see them: only what its spec declares, with defaults. */
public final class JobProperties {
    private JobProperties() {}

    public static Map<String, Object> effective(JobSpec spec, Map<String, Object> given) {
        var tree = new LinkedHashMap<String, Object>();
        spec.properties().forEach((name, definition) -> {
            Object value = at(given, name);
            if (value == null && definition.hasDefault()) {
                value = definition.defaultValue();
            }
            if (value != null) {
                put(tree, name, value);
            }
        });
        return tree;
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

    @SuppressWarnings("unchecked")
    public static void put(Map<String, Object> tree, String name, Object value) {
        var parts = name.split("\\.", -1);
        Map<String, Object> at = tree;
        for (int i = 0; i < parts.length - 1; i++) {
            Object next = at.get(parts[i]);
            if (!(next instanceof Map)) {
                next = new LinkedHashMap<String, Object>();
                at.put(parts[i], next);
            }
            at = (Map<String, Object>) next;
        }
        if (at.get(parts[parts.length - 1]) instanceof Map<?, ?> before && value instanceof Map<?, ?> more) {
            var merged = new LinkedHashMap<String, Object>((Map<String, Object>) before);
            merged.putAll((Map<String, Object>) more);
            at.put(parts[parts.length - 1], merged);
        } else {
            at.put(parts[parts.length - 1], value);
        }
    }
}
