package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What JSON must look like: keys and types. The language is told in the first file of requests. */
final class Shape {
    private Shape() {}

    /** Where a value differs; empty where it does not. */
    static List<String> differences(JsonNode shape, JsonNode value) {
        var found = new ArrayList<String>();
        compare("", shape, value, found);
        return found;
    }

    private static void compare(String path, JsonNode shape, JsonNode value, List<String> found) {
        if (shape.isTextual()) {
            type(path, shape.asText(), value, found);
        } else if (shape.isArray()) {
            list(path, shape, value, found);
        } else if (!value.isObject()) {
            found.add(path + " is " + value + ": expected an object");
        } else {
            shape.properties().forEach(field -> {
                if (field.getKey().equals("*")) {
                    value.properties()
                            .forEach(
                                    one -> compare(path + "." + one.getKey(), field.getValue(), one.getValue(), found));
                } else {
                    compare(path + "." + field.getKey(), field.getValue(), value.path(field.getKey()), found);
                }
            });
        }
    }

    private static void list(String path, JsonNode shape, JsonNode value, List<String> found) {
        if (!value.isArray()) {
            found.add(path + " is " + value + ": expected a list");
        } else if (shape.isEmpty() && !value.isEmpty()) {
            found.add(path + " is " + value + ": expected an empty list");
        } else if (shape.path(1).asText().equals("+") && value.isEmpty()) {
            found.add(path + " is empty: expected something in it");
        }
        for (int i = 0; i < value.size(); i++) {
            compare(path + "[" + i + "]", shape.path(0), value.path(i), found);
        }
    }

    private static void type(String path, String type, JsonNode value, List<String> found) {
        boolean isOptional = type.endsWith("?");
        boolean isThere = !value.isMissingNode() && !value.isNull();
        boolean isRight =
                switch (type.replace("?", "")) {
                    case "any" -> true;
                    case "string" -> value.isTextual();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    case "[string]" -> value.isArray();
                    default -> throw new IllegalArgumentException("there is no type " + type);
                };
        if (!isRight && (isThere || !isOptional)) {
            found.add(path + " is " + (value.isMissingNode() ? "not there" : value) + ": expected a " + type);
        }
    }
}
