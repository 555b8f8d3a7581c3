package io.slipway.http.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.util.Map;

/** Reads what clients send about configs. */
final class ConfigBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INVALID_JSON = 710001;

    private static final int LONGEST_NAME = 255;

    private ConfigBody() {}

    static JsonNode object(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw new RequestRefused(400, INVALID_JSON, "Invalid JSON request body: " + malformed.getOriginalMessage());
        }
        if (json == null || !json.isObject()) {
            throw ConfigEndpoints.refused("JSON object expected");
        }
        return json;
    }

    /** A string that is there and not empty. */
    static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw ConfigEndpoints.refused("'" + field + "' is required");
        }
        if (!value.isTextual()) {
            throw ConfigEndpoints.refused("'" + field + "' must be a string");
        }
        if (value.asText().isBlank()) {
            throw ConfigEndpoints.refused("'" + field + "' is required");
        }
        return value.asText();
    }

    /** The value, where it is short enough to be a name. */
    static String requireShort(String field, String value) {
        if (value.length() > LONGEST_NAME || value.indexOf('\0') >= 0) {
            throw new RequestRefused(
                    400,
                    ErrorCodes.INVALID_VALUE,
                    "'" + field + "' is '" + Fields.shown(value) + "': expected at most " + LONGEST_NAME
                            + " characters");
        }
        return value;
    }

    static Map<String, Object> tree(String content) {
        try {
            return Yaml.parseMap(content, "config");
        } catch (InvalidInput invalid) {
            throw ConfigEndpoints.badConfig("Config must be valid YAML: " + invalid.getMessage());
        }
    }
}
