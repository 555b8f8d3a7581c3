package io.slipway.cpi.vsphere.properties;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A map that an operator wrote, read with its types; what does not fit is refused by name, value and what was expected. */
public final class Fields {
    private final String what;
    private final String path;
    private final Map<?, ?> map;
    private final Set<String> read = new TreeSet<>();

    /** @param what the map's fields are called in messages, for example {@code cloud property} */
    public Fields(String what, Map<?, ?> map) {
        this(what, "", map);
    }

    private Fields(String what, String path, Map<?, ?> map) {
        this.what = what;
        this.path = path;
        this.map = map;
    }

    public Optional<String> text(String name) {
        return value(name).map(value -> {
            if (value instanceof String text && !text.isBlank()) {
                return text;
            }
            throw wrong(name, value, "a text");
        });
    }

    public String requiredText(String name) {
        return text(name).orElseThrow(() -> wrong(name, null, "a text"));
    }

    /** A field that must never be shown. */
    public String secret(String name) {
        Object value = value(name).orElse(null);
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw refused(name, "is not usable", "a text that is not empty");
    }

    public Optional<Boolean> flag(String name) {
        return value(name).map(value -> {
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw wrong(name, value, "true or false");
        });
    }

    public Optional<Long> number(String name, long least) {
        return value(name).map(value -> {
            if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= least) {
                return ((Number) value).longValue();
            }
            throw wrong(name, value, "a whole number from " + least + " on");
        });
    }

    public long requiredNumber(String name, long least) {
        return number(name, least).orElseThrow(() -> wrong(name, null, "a whole number from " + least + " on"));
    }

    /** One of these words, whatever their case. */
    public Optional<String> word(String name, List<String> words) {
        return value(name).map(value -> words.stream()
                .filter(word -> value instanceof String text && word.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> wrong(name, value, "one of " + String.join(", ", words))));
    }

    public List<?> list(String name) {
        return value(name)
                .<List<?>>map(value -> {
                    if (value instanceof List<?> list) {
                        return list;
                    }
                    throw wrong(name, value, "a list");
                })
                .orElse(List.of());
    }

    /** The maps of a list. */
    public List<Fields> maps(String name) {
        var maps = new ArrayList<Fields>();
        for (Object one : list(name)) {
            if (!(one instanceof Map<?, ?> fields)) {
                throw wrong(name, one, "a list of maps");
            }
            maps.add(new Fields(what, path + name + "[" + maps.size() + "].", fields));
        }
        return maps;
    }

    public Optional<Fields> map(String name) {
        return value(name).map(value -> {
            if (value instanceof Map<?, ?> fields) {
                return new Fields(what, path + name + ".", fields);
            }
            throw wrong(name, value, "a map");
        });
    }

    /** Fields of a map that lies below the n-th element of one of these fields. */
    Fields below(String name, int index, String key, Map<?, ?> fields) {
        return new Fields(what, path + name + "[" + index + "]." + key + ".", fields);
    }

    /** All values, as texts; none may be a list or a map. */
    public Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        map.forEach((name, value) -> {
            if (value == null || value instanceof Map<?, ?> || value instanceof List<?>) {
                throw wrong(String.valueOf(name), value, "a text, a number, true or false");
            }
            texts.put(String.valueOf(name), String.valueOf(value));
        });
        return texts;
    }

    public boolean has(String name) {
        return map.get(name) != null;
    }

    /** Refuses a field that is understood and not carried out. */
    public void refuse(String name, String why) {
        read.add(name);
        if (has(name)) {
            throw refused(name, "is set", "that it is absent, since " + why);
        }
    }

    /** To be called last: refuses what nobody read. */
    public void end() {
        for (Object name : map.keySet()) {
            if (!read.contains(String.valueOf(name))) {
                throw refused(String.valueOf(name), "is not known", "one of " + String.join(", ", read));
            }
        }
    }

    public CpiException wrong(String name, @Nullable Object value, String expected) {
        return refused(name, value == null ? "is missing" : "is '" + value + "'", expected);
    }

    private CpiException refused(String name, String is, String expected) {
        return new CpiException(
                new CpiFailure.InvalidRequest(what + " '" + path + name + "' " + is + ": expected " + expected));
    }

    private Optional<Object> value(String name) {
        read.add(name);
        return Optional.ofNullable(map.get(name));
    }
}
