package io.slipway.server;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.server.ServerSettings.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A map of the director's settings file whose keys are all known: a key that is misspelt, or has no value, is named and
 * never taken for one that is not there. No message has a value in it that may be secret.
 */
final class Section {
    private final Path file;
    private final String name;
    private final JsonNode tree;

    private Section(Path file, String name, JsonNode tree, List<String> keys) throws Invalid {
        this.file = file;
        this.name = name;
        this.tree = tree;
        if (!tree.isObject()) {
            throw new Invalid(
                    file, name.isEmpty() ? "the file" : name, "must be a map with keys of " + String.join(", ", keys));
        }
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            if (!keys.contains(entry.getKey())) {
                throw invalid(
                        entry.getKey(), "is not known: expected one of " + String.join(", ", new TreeSet<>(keys)));
            }
            if (entry.getValue().isNull()) {
                throw invalid(entry.getKey(), "has no value: give it one, or remove it");
            }
        }
    }

    /** The whole file, which only its owner may read. */
    static Section of(Path file, String... keys) throws Invalid {
        try {
            var problem = SecretFile.problem(file);
            if (problem.isPresent()) {
                throw new Invalid(file, "the file", problem.get());
            }
            var reader = new YAMLMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
            return new Section(file, "", reader.readTree(Files.readString(file)), List.of(keys));
        } catch (JsonProcessingException malformed) {
            // Its own message shows the lines around, and those may hold a password.
            var where = malformed.getLocation();
            throw new Invalid(
                    file,
                    "the file",
                    "is no YAML, or names a key twice"
                            + (where == null
                                    ? ""
                                    : ", at line " + where.getLineNr() + ", column " + where.getColumnNr()));
        } catch (IOException unreadable) {
            throw new Invalid(file, "the file", "cannot be read: " + unreadable.getMessage());
        }
    }

    /** A map in it; empty where there is none. */
    Section section(String key, String... keys) throws Invalid {
        JsonNode node = tree.path(key);
        return new Section(
                file, path(key), node.isMissingNode() ? JsonNodeFactory.instance.objectNode() : node, List.of(keys));
    }

    /** The maps of a list in it; empty where there is none. */
    List<Section> sections(String key, String... keys) throws Invalid {
        JsonNode node = tree.path(key);
        if (!node.isMissingNode() && !node.isArray()) {
            throw invalid(key, "must be a list");
        }
        var found = new ArrayList<Section>();
        for (int i = 0; i < node.size(); i++) {
            found.add(new Section(file, path(key) + "[" + i + "]", node.path(i), List.of(keys)));
        }
        return found;
    }

    boolean has(String key) {
        return tree.has(key);
    }

    Invalid invalid(String key, String expected) {
        return new Invalid(file, path(key), expected);
    }

    /** What somebody else has found wrong in it, by the whole name of the field. */
    Invalid invalidAt(String field, String expected) {
        return new Invalid(file, field, expected);
    }

    String text(String key) throws Invalid {
        JsonNode node = tree.path(key);
        if (!node.isTextual() || node.asText().isBlank()) {
            throw invalid(key, "must be a string that is not empty");
        }
        return node.asText();
    }

    String text(String key, String otherwise) throws Invalid {
        return has(key) ? text(key) : otherwise;
    }

    /** Strings, at least one, none of them empty. */
    List<String> texts(String key) throws Invalid {
        JsonNode node = tree.path(key);
        var found = new ArrayList<String>();
        for (JsonNode one : node) {
            if (!node.isArray() || !one.isTextual() || one.asText().isBlank()) {
                throw invalid(key, "must be a list of strings, none of them empty");
            }
            found.add(one.asText());
        }
        if (found.isEmpty()) {
            throw invalid(key, "must be a list of strings that is not empty");
        }
        return List.copyOf(found);
    }

    boolean flag(String key) throws Invalid {
        JsonNode node = tree.path(key);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw invalid(key, "is '" + node + "', and must be true or false");
        }
        return node.asBoolean(false);
    }

    int port(String key) throws Invalid {
        JsonNode node = tree.path(key);
        if (!node.isInt() || node.asInt() < 1 || node.asInt() > 65_535) {
            throw invalid(key, "is '" + node + "', and must be a number from 1 to 65535");
        }
        return node.asInt();
    }

    int count(String key, int otherwise) throws Invalid {
        JsonNode node = tree.path(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isInt() || node.asInt() < 1) {
            throw invalid(key, "is '" + node + "', and must be a number from 1 on");
        }
        return node.asInt();
    }

    Duration seconds(String key, Duration otherwise) throws Invalid {
        return Duration.ofSeconds(count(key, Math.toIntExact(otherwise.toSeconds())));
    }

    double part(String key, double otherwise) throws Invalid {
        JsonNode node = tree.path(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isNumber() || node.asDouble() < 0 || node.asDouble() > 1) {
            throw invalid(key, "is '" + node + "', and must be a number from 0 to 1");
        }
        return node.asDouble();
    }

    /** A map that somebody else knows the keys of; empty where there is none. */
    @SuppressWarnings("unchecked")
    Map<String, Object> map(String key) throws Invalid {
        JsonNode node = tree.path(key);
        if (node.isMissingNode()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw invalid(key, "must be a map");
        }
        return new ObjectMapper().convertValue(node, LinkedHashMap.class);
    }

    private String path(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }
}
