package io.slipway.http.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.config.ConfigService;
import io.slipway.engine.config.ConfigService.Config;
import io.slipway.http.Answers;
import io.slipway.http.deployment.DeploymentEndpoints;
import io.slipway.model.diff.TreeDiff;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Compares configs: contents, versions, and what is current. */
final class ConfigDiffs {
    private static final String FORMATS = "The following request formats are allowed:\n"
            + "1. {\"from\":<config>,\"to\":<config>} where <config> is either {\"id\":\"<id>\"} or"
            + " {\"content\":\"<content>\"}\n"
            + "2. {\"type\":\"<type>\",\"name\":\"<name>\",\"content\":\"<content>\"}";
    private static final int BAD_CONFIG = 440011;

    private final ConfigService configs;

    ConfigDiffs(ConfigService configs) {
        this.configs = configs;
    }

    /** From one content or version to another, or from the current version to a content. */
    HttpResponse answer(String body) {
        JsonNode json = ConfigBody.object(body);
        try {
            if (json.path("from").isObject() && json.path("to").isObject()) {
                return Answers.json(Answers.map("diff", lines(side(json.path("from")), side(json.path("to")), true)));
            }
            if (!json.hasNonNull("type")
                    || !json.hasNonNull("name")
                    || !json.path("content").isTextual()) {
                throw ConfigEndpoints.refused(FORMATS);
            }
            var current = configs.current(
                    json.path("type").asText(), json.path("name").asText());
            return Answers.json(Answers.map(
                    "from",
                    Answers.map("id", idOf(current)),
                    "diff",
                    lines(treeOf(current), ConfigBody.tree(json.path("content").asText()), true)));
        } catch (RequestRefused refused) {
            if (refused.code() != BAD_CONFIG) {
                throw refused;
            }
            return unable(refused.getMessage());
        }
    }

    /** From the current version to a content, in the form from before configs had types. */
    HttpResponse older(String type, String name, String content, boolean isRedacted) {
        try {
            return Answers.json(Answers.map(
                    "diff", lines(treeOf(configs.current(type, name)), ConfigBody.tree(content), isRedacted)));
        } catch (RequestRefused refused) {
            return unable(refused.getMessage());
        }
    }

    /** "0" where there is none. */
    static String idOf(Optional<Config> row) {
        return Long.toString(row.map(Config::id).orElse(0L));
    }

    private static HttpResponse unable(@org.jspecify.annotations.Nullable String why) {
        return Answers.json(
                StatusCodes.BAD_REQUEST,
                Answers.map("diff", List.of(), "error", "Unable to diff config content: " + why));
    }

    private Map<String, Object> side(JsonNode side) {
        // The CLI sends an empty id along with a content.
        if (side.path("id").isTextual() && !side.path("id").asText().isEmpty()) {
            return Yaml.parseMap(
                    ConfigEndpoints.require(configs, side.path("id").asText()).content(), "config");
        }
        if (!side.path("content").isTextual()) {
            throw ConfigEndpoints.refused(FORMATS);
        }
        return ConfigBody.tree(side.path("content").asText());
    }

    private static Map<String, Object> treeOf(Optional<Config> row) {
        return row.map(found -> Yaml.parseMap(found.content(), "config")).orElse(Map.of());
    }

    private static List<List<Object>> lines(Map<String, Object> before, Map<String, Object> after, boolean isRedacted) {
        return DeploymentEndpoints.lines(TreeDiff.of(before, after, isRedacted));
    }
}
