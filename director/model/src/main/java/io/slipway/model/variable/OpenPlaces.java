package io.slipway.model.variable;

import io.slipway.model.yaml.Fields;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a tree that nobody knows before its references are filled in. Whoever checks such a tree checks all the
 * others.
 */
public final class OpenPlaces {
    private final Set<String> open = new HashSet<>();
    /** Maps of which a key is a reference, with those of their keys that are none. */
    private final Map<String, Set<String>> openKeys = new HashMap<>();

    private OpenPlaces() {}

    public static OpenPlaces of(Map<String, Object> tree) {
        var places = new OpenPlaces();
        places.look(tree, "");
        return places;
    }

    /** Whether what stands in a field, given as a path, hangs on a reference. */
    public boolean isOpen(String field) {
        if (open.contains(field)) {
            return true;
        }
        int dot = field.lastIndexOf('.');
        var known = openKeys.get(dot < 0 ? "" : field.substring(0, dot));
        return known != null && !known.contains(field.substring(dot + 1));
    }

    private void look(@Nullable Object tree, String path) {
        switch (tree) {
            case Map<?, ?> map -> lookInto(map, path);
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    Object element = list.get(i);
                    String where = path + "[" + i + "]";
                    look(element, element instanceof Map<?, ?> map ? Fields.labelled(where, map) : where);
                }
            }
            case String text -> {
                if (hasReference(text)) {
                    open.add(path);
                }
            }
            case null -> {}
            default -> {}
        }
    }

    private void lookInto(Map<?, ?> map, String path) {
        var known = new HashSet<String>();
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (!hasReference(name)) {
                known.add(name);
            }
            look(value, path.isEmpty() ? name : path + "." + name);
        });
        if (known.size() < map.size()) {
            openKeys.put(path, known);
        }
    }

    private static boolean hasReference(String text) {
        return text.contains("((") && !VariableReferences.find(text).isEmpty();
    }
}
