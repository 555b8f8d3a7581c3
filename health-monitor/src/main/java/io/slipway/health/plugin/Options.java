package io.slipway.health.plugin;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The options of a plugin, each read once and checked: one that nobody knows is refused, and no secret is shown. */
public final class Options {
    private static final int HIGHEST_PORT = 65_535;

    private final String path;
    private final Map<String, Object> values;

    private Options(String path, Map<String, Object> values) {
        this.path = path;
        this.values = values;
    }

    /** A setting that cannot be used. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;

        private final String field;
        private final String expected;

        public Invalid(String field, String expected) {
            super(field + " " + expected);
            this.field = field;
            this.expected = expected;
        }

        public String field() {
            return field;
        }

        /** What it is, and what it must be. */
        public String expected() {
            return expected;
        }
    }

    /** @param path where they are in the settings */
    public static Options of(String path, Map<String, Object> values) {
        return new Options(path, new LinkedHashMap<>(values));
    }

    /** To be called first, with all that a plugin knows. */
    public Options know(String... keys) throws Invalid {
        for (var entry : values.entrySet()) {
            if (!Set.of(keys).contains(entry.getKey())) {
                throw invalid(
                        entry.getKey(),
                        "is not known: expected one of " + String.join(", ", new TreeSet<>(List.of(keys))));
            }
            if (entry.getValue() == null) {
                throw invalid(entry.getKey(), "has no value: give it one, or remove it");
            }
        }
        return this;
    }

    public Invalid invalid(String key, String expected) {
        return new Invalid(path + "." + key, expected);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public String text(String key) throws Invalid {
        if (values.get(key) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw invalid(key, "must be a string that is not empty");
    }

    public String text(String key, String otherwise) throws Invalid {
        return has(key) ? text(key) : otherwise;
    }

    public List<String> texts(String key) throws Invalid {
        var found = new ArrayList<String>();
        if (values.get(key) instanceof List<?> list) {
            for (Object one : list) {
                if (!(one instanceof String text) || text.isBlank()) {
                    throw invalid(key, "must be a list of strings, none of them empty");
                }
                found.add(text);
            }
        }
        if (found.isEmpty()) {
            throw invalid(key, "must be a list of strings that is not empty");
        }
        return List.copyOf(found);
    }

    /** Strings by name; empty where there are none. */
    public Map<String, String> map(String key) throws Invalid {
        if (!has(key)) {
            return Map.of();
        }
        var found = new LinkedHashMap<String, String>();
        if (!(values.get(key) instanceof Map<?, ?> map)) {
            throw invalid(key, "must be a map");
        }
        map.forEach((name, value) -> found.put(String.valueOf(name), String.valueOf(value)));
        return Map.copyOf(found);
    }

    /** Options within these. */
    public Options section(String key) throws Invalid {
        if (!(values.get(key) instanceof Map<?, ?> map)) {
            throw invalid(key, "must be a map");
        }
        var found = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> found.put(String.valueOf(name), value));
        return new Options(path + "." + key, found);
    }

    public int number(String key, int least, int most, int otherwise) throws Invalid {
        if (!has(key)) {
            return otherwise;
        }
        Object value = values.get(key);
        if (!(value instanceof Integer number) || number < least || number > most) {
            throw invalid(key, "is '" + value + "', and must be a number from " + least + " to " + most);
        }
        return number;
    }

    public int port(String key) throws Invalid {
        int port = number(key, 1, HIGHEST_PORT, 0);
        if (port == 0) {
            throw invalid(key, "must be a number from 1 to " + HIGHEST_PORT);
        }
        return port;
    }

    public boolean flag(String key, boolean otherwise) throws Invalid {
        if (!has(key)) {
            return otherwise;
        }
        Object value = values.get(key);
        if (!(value instanceof Boolean flag)) {
            throw invalid(key, "is '" + value + "', and must be true or false");
        }
        return flag;
    }

    public String oneOf(String key, List<String> choices, String otherwise) throws Invalid {
        String found = text(key, otherwise);
        if (!choices.contains(found)) {
            throw invalid(key, "is '" + found + "', and must be one of " + String.join(", ", choices));
        }
        return found;
    }

    /** An address with scheme {@code http} or {@code https} and a host. */
    public URI address(String key) throws Invalid {
        String text = text(key);
        try {
            var address = URI.create(text);
            if (Set.of("http", "https").contains(String.valueOf(address.getScheme())) && address.getHost() != null) {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            // said below
        }
        // A part of it may be a secret.
        throw invalid(key, "must be an address such as https://example.com/path");
    }

    public URI address(String key, String otherwise) throws Invalid {
        return has(key) ? address(key) : URI.create(otherwise);
    }
}
