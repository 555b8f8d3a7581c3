package io.slipway.model.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hides what may be secret in a manifest: values of properties, and credentials in the URLs of releases. */
final class Redaction {
    private static final String REDACTED = "<redacted>";
    private static final List<String> SECRET_KEYS = List.of("properties", "bosh");
    private static final Pattern CREDENTIALS = Pattern.compile("^([a-z][a-z0-9+.-]*://)([^/@:]*)(:[^/@]*)?@");

    private static final Pattern SECRET_NAME = Pattern.compile(
            "pass(word|phrase|wd)?|secret|token|credential|private|api_?key|access_?key|cert|signature|auth",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SECRET_LOOK = Pattern.compile("-----BEGIN |://[^/@\\s]*:[^/@\\s]*@");
    private static final Pattern VARIABLE = Pattern.compile("\\(\\([^()]+\\)\\)");

    private Redaction() {}

    static Map<String, Object> of(Map<String, Object> tree) {
        var copy = new LinkedHashMap<String, Object>();
        tree.forEach((key, value) -> copy.put(
                key, key.equals("releases") && value instanceof List<?> list ? releases(list) : known(key, value)));
        return copy;
    }

    /** As {@link #of}, and without whatever has a name, or a look, as secrets have. */
    static Map<String, Object> strict(Map<String, Object> tree) {
        return suspected(of(tree));
    }

    private static Map<String, Object> suspected(Map<?, ?> tree) {
        var copy = new LinkedHashMap<String, Object>();
        tree.forEach((key, value) -> copy.put(
                String.valueOf(key),
                SECRET_NAME.matcher(String.valueOf(key)).find() ? concealed(value) : suspected(value)));
        return copy;
    }

    private static @Nullable Object suspected(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> suspected(map);
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(inner -> copy.add(suspected(inner)));
                yield copy;
            }
            case String text when SECRET_LOOK.matcher(text).find() -> REDACTED;
            case null -> null;
            default -> value;
        };
    }

    /** A reference to a variable tells no secret. */
    private static @Nullable Object concealed(@Nullable Object value) {
        return value instanceof String text && VARIABLE.matcher(text).matches() ? text : hidden(value);
    }

    private static @Nullable Object known(String key, @Nullable Object value) {
        return SECRET_KEYS.contains(key) && value instanceof Map<?, ?> ? hidden(value) : walked(value);
    }

    private static @Nullable Object walked(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, inner) -> copy.put(String.valueOf(key), known(String.valueOf(key), inner)));
                yield copy;
            }
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(inner -> copy.add(walked(inner)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }

    private static Object hidden(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, Object>();
                map.forEach((key, inner) -> copy.put(String.valueOf(key), hidden(inner)));
                yield copy;
            }
            case List<?> list -> list.stream().map(Redaction::hidden).toList();
            case null -> REDACTED;
            default -> REDACTED;
        };
    }

    private static List<Object> releases(List<?> releases) {
        var copy = new ArrayList<Object>();
        for (Object release : releases) {
            Object walked = walked(release);
            if (walked instanceof LinkedHashMap<?, ?> map && map.get("url") instanceof String url) {
                var withUrl = new LinkedHashMap<String, Object>();
                map.forEach((key, value) -> withUrl.put(String.valueOf(key), value));
                withUrl.put("url", withoutCredentials(url));
                copy.add(withUrl);
            } else {
                copy.add(walked);
            }
        }
        return copy;
    }

    private static String withoutCredentials(String url) {
        var matcher = CREDENTIALS.matcher(url);
        if (!matcher.find()) {
            return url;
        }
        String password = matcher.group(3) == null ? "" : ":" + REDACTED;
        return matcher.group(1) + REDACTED + password + "@" + url.substring(matcher.end());
    }
}
