package io.slipway.cpi.external;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Keeps secrets out of what is logged: those that are known by value, and those that sit in known places. */
final class Redaction {
    private static final JsonMapper JSON = new JsonMapper();
    static final String REDACTED = "<redacted>";
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?i).*(password|passwd|secret|token|credential|api_?key|private|access_?key|json_key).*");
    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", Pattern.DOTALL);
    /** Shorter ones hide too much else. */
    private static final int SHORTEST = 4;

    private static final Set<String> KEPT_OF_BOSH_ENV = Set.of("group", "groups", "tags");

    private final List<String> secrets;

    /**
     * @param properties of the CPI; those with telling names are secret
     * @param secrets texts that are secret for sure
     */
    Redaction(Map<String, Object> properties, Set<String> secrets) {
        var all = new TreeSet<String>();
        secrets.forEach(secret -> add(secret, all));
        collect(properties, false, all);
        this.secrets = sorted(all);
    }

    private Redaction(List<String> secrets) {
        this.secrets = secrets;
    }

    /** Hides what is secret in a call's arguments, besides. */
    Redaction with(JsonNode arguments) {
        var all = new TreeSet<>(secrets);
        collect(JSON.convertValue(arguments, List.class), false, all);
        return new Redaction(sorted(all));
    }

    /** A text of several lines is logged line by line, or quoted. */
    private static void add(String secret, Set<String> found) {
        for (String line : secret.split("\n", -1)) {
            if (line.strip().length() >= SHORTEST && !line.startsWith("-----")) {
                found.add(line.strip());
            }
        }
        String quoted = JsonNodeFactory.instance.textNode(secret).toString();
        String escaped = quoted.substring(1, quoted.length() - 1);
        if (escaped.length() >= SHORTEST) {
            found.add(escaped);
        }
    }

    /** The longest first: a secret may be part of another one. */
    private static List<String> sorted(Set<String> secrets) {
        return secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    private static void collect(Object tree, boolean isSecret, Set<String> found) {
        switch (tree) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    if (value != null) {
                        collect(
                                value,
                                isSecret
                                        || SECRET_KEY
                                                .matcher(String.valueOf(key))
                                                .matches(),
                                found);
                    }
                });
            case List<?> list ->
                list.forEach(value -> {
                    if (value != null) {
                        collect(value, isSecret, found);
                    }
                });
            case String text -> {
                if (isSecret) {
                    add(text, found);
                }
            }
            default -> {}
        }
    }

    /** Free text without any secret that is known. */
    String text(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, REDACTED);
        }
        return PRIVATE_KEY.matcher(clean).replaceAll(REDACTED);
    }

    /** The arguments of a call as they may be logged: no cloud property, and of the environment its tags only. */
    String arguments(String method, JsonNode arguments) {
        JsonNode shown = arguments.deepCopy();
        if (shown instanceof ArrayNode list) {
            switch (method) {
                case "create_vm" -> {
                    hide(list, 2);
                    if (list.get(3) instanceof ObjectNode networks) {
                        networks.forEach(Redaction::hideCloudProperties);
                    }
                    hideEnvironment(list);
                }
                case "create_disk", "create_stemcell" -> hide(list, 1);
                case "create_network" -> list.forEach(Redaction::hideCloudProperties);
                default -> {}
            }
        }
        return text(shown.toString());
    }

    private static void hide(ArrayNode list, int position) {
        if (list.get(position) instanceof ObjectNode properties) {
            hideAllBut(properties, Set.of());
        }
    }

    private static void hideCloudProperties(JsonNode network) {
        if (network.path("cloud_properties") instanceof ObjectNode properties) {
            hideAllBut(properties, Set.of());
        }
    }

    private static void hideEnvironment(ArrayNode list) {
        if (list.get(5) instanceof ObjectNode environment) {
            hideAllBut(environment, Set.of("bosh"));
            if (environment.path("bosh") instanceof ObjectNode bosh) {
                hideAllBut(bosh, KEPT_OF_BOSH_ENV);
            }
        }
    }

    private static void hideAllBut(ObjectNode object, Set<String> kept) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (!kept.contains(name)) {
                object.put(name, REDACTED);
            }
        }
    }
}
