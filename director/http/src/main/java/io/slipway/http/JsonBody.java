package io.slipway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.model.yaml.Fields;
import java.util.ArrayList;
import java.util.List;

/** A JSON object that a client sent; what is wrong with it is said by field, value and what was expected. */
public final class JsonBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INVALID_JSON = 710_001;
    private static final int MISSING = 40_001;
    private static final int INVALID_TYPE = 40_000;

    private final JsonNode tree;

    private JsonBody(JsonNode tree) {
        this.tree = tree;
    }

    /** An empty body is an object without fields. */
    public static JsonBody parse(String body) {
        JsonNode tree;
        try {
            tree = body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw RequestRefused.invalid(INVALID_JSON, "Invalid JSON request body: " + malformed.getOriginalMessage());
        }
        if (!tree.isObject()) {
            throw RequestRefused.invalid(INVALID_JSON, "Invalid JSON request body: expected an object");
        }
        return new JsonBody(tree);
    }

    /** Names of all fields, also of those that are null. */
    public List<String> fields() {
        var names = new ArrayList<String>();
        tree.fieldNames().forEachRemaining(names::add);
        return names;
    }

    public boolean has(String field) {
        return tree.hasNonNull(field);
    }

    public String text(String field) {
        if (!has(field)) {
            throw RequestRefused.invalid(MISSING, "'" + field + "' is missing: expected a string");
        }
        return text(field, "");
    }

    public String text(String field, String otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = tree.path(field);
        if (!value.isValueNode()) {
            throw RequestRefused.invalid(
                    INVALID_TYPE, "'" + field + "' is '" + Fields.shown(value) + "': expected a string");
        }
        return withoutNul(field, value.asText());
    }

    public boolean flag(String field) {
        JsonNode value = tree.path(field);
        if (has(field) && !value.isBoolean()) {
            throw RequestRefused.invalid(
                    INVALID_TYPE, "'" + field + "' is '" + Fields.shown(value) + "': expected true or false");
        }
        return value.asBoolean(false);
    }

    /** A nested object; one without fields where there is none. */
    public JsonBody object(String field) {
        JsonNode value = has(field) ? tree.path(field) : JSON.createObjectNode();
        if (!value.isObject()) {
            throw RequestRefused.invalid(
                    INVALID_TYPE, "'" + field + "' is '" + Fields.shown(value) + "': expected an object");
        }
        return new JsonBody(value);
    }

    /** Strings, or numbers as strings; empty where there are none. */
    public List<String> texts(String field) {
        var texts = new ArrayList<String>();
        for (JsonNode element : list(field)) {
            if (!element.isValueNode()) {
                throw RequestRefused.invalid(
                        INVALID_TYPE, "'" + field + "' contains '" + Fields.shown(element) + "': expected strings");
            }
            texts.add(withoutNul(field, element.asText()));
        }
        return texts;
    }

    public List<JsonBody> objects(String field) {
        var objects = new ArrayList<JsonBody>();
        for (JsonNode element : list(field)) {
            if (!element.isObject()) {
                throw RequestRefused.invalid(
                        INVALID_TYPE, "'" + field + "' contains '" + Fields.shown(element) + "': expected objects");
            }
            objects.add(new JsonBody(element));
        }
        return objects;
    }

    /** No database keeps the character NUL. */
    private static String withoutNul(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw RequestRefused.invalid(INVALID_TYPE, "'" + field + "' has the character NUL in it");
        }
        return text;
    }

    private Iterable<JsonNode> list(String field) {
        JsonNode value = tree.path(field);
        if (has(field) && !value.isArray()) {
            throw RequestRefused.invalid(
                    INVALID_TYPE, "'" + field + "' is '" + Fields.shown(value) + "': expected a list");
        }
        return value;
    }
}
