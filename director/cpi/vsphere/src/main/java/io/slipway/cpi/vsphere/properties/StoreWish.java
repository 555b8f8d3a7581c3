package io.slipway.cpi.vsphere.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * On which datastores something may be: one that has one of these names, is in a datastore cluster that has one of these,
 * or matches a pattern.
 */
public record StoreWish(
        List<String> names, List<String> pods, Optional<Pattern> pattern, Optional<Pattern> podPattern) {
    public StoreWish {
        names = List.copyOf(names);
        pods = List.copyOf(pods);
    }

    /** Of a list {@code datastores}, or empty where there is none. */
    static Optional<StoreWish> listed(Fields fields) {
        if (!fields.has("datastores")) {
            fields.list("datastores");
            return Optional.empty();
        }
        var names = new ArrayList<String>();
        var pods = new ArrayList<String>();
        for (Object one : fields.list("datastores")) {
            if (one instanceof String name && !name.isBlank()) {
                names.add(name);
            } else if (one instanceof Map<?, ?> map && map.get("clusters") instanceof List<?> clusters) {
                for (Object cluster : clusters) {
                    pods.add(nameOf(fields, cluster));
                }
            } else {
                throw fields.wrong("datastores", one, "names of datastores, or {clusters: [name: {}]}");
            }
        }
        return Optional.of(new StoreWish(names, pods, Optional.empty(), Optional.empty()));
    }

    /** By two patterns of the settings; empty where neither is set. */
    static Optional<StoreWish> matching(Fields fields, String patternName, String podPatternName) {
        var pattern = pattern(fields, patternName);
        var podPattern = pattern(fields, podPatternName);
        return pattern.isEmpty() && podPattern.isEmpty()
                ? Optional.empty()
                : Optional.of(new StoreWish(List.of(), List.of(), pattern, podPattern));
    }

    /** Whether a datastore may be used by its own name. */
    public boolean allows(String datastore) {
        return names.contains(datastore)
                || pattern.map(p -> p.matcher(datastore).find()).orElse(false);
    }

    /** Whether datastores of a datastore cluster may be used. */
    public boolean allowsPod(String pod) {
        return pods.contains(pod) || podPattern.map(p -> p.matcher(pod).find()).orElse(false);
    }

    /** For messages. */
    @Override
    public String toString() {
        var parts = new ArrayList<String>();
        if (!names.isEmpty()) {
            parts.add("named " + String.join(", ", names));
        }
        if (!pods.isEmpty()) {
            parts.add("in datastore clusters " + String.join(", ", pods));
        }
        pattern.ifPresent(p -> parts.add("matching " + p));
        podPattern.ifPresent(p -> parts.add("in datastore clusters matching " + p));
        return "datastores " + String.join(" or ", parts);
    }

    private static String nameOf(Fields fields, Object cluster) {
        if (cluster instanceof String name) {
            return name;
        }
        if (cluster instanceof Map<?, ?> map
                && map.size() == 1
                && map.keySet().iterator().next() instanceof String name) {
            return name;
        }
        throw fields.wrong("datastores", cluster, "names of datastore clusters");
    }

    private static Optional<Pattern> pattern(Fields fields, String name) {
        return fields.text(name).map(text -> {
            try {
                // Operators have Ruby's patterns, whose \z is a \z here, too; \h and \H mean other things and are rare.
                return Pattern.compile(text);
            } catch (PatternSyntaxException e) {
                throw fields.wrong(name, text, "a regular expression");
            }
        });
    }
}
