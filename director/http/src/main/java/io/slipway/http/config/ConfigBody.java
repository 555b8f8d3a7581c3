package io.slipway.http.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.model.InvalidInput;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Yaml;
import java.util.Map;

/** Reads what clients send about configs. */
final class ConfigBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INVALID_JSON = 710001;

    private ConfigBody() {}

    static JsonNode object(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw RequestRefused.invalid(INVALID_JSON, "Invalid JSON request body: " + malformed.getOriginalMessage());
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

    /** The value, where it can be the name of a config, or of a type of them. */
    static String requireName(String field, String value) {
        var problem = Name.TEXT.problem(field, value);
        if (problem.isPresent()) {
            throw RequestRefused.invalid(problem.get().code(), problem.get().message());
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
