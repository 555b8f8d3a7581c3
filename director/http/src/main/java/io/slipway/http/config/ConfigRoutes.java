package io.slipway.http.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.http.Answers;
import io.slipway.http.Caller;
import io.slipway.http.Feature;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.yaml.Yaml;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** Configs by type and name, in BOSH's newer and older forms. */
public final class ConfigRoutes extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter CREATED_AT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final ConfigStore configs;

    public ConfigRoutes(ConfigStore configs, Executor blocking) {
        super(blocking);
        this.configs = configs;
    }

    @Override
    public Route routes(Caller caller) {
        return concat(
                path(
                        "configs",
                        () -> concat(
                                get(() -> parameterMap(query -> answer(() -> list(query)))),
                                post(() -> entity(
                                        Unmarshaller.entityToString(),
                                        body -> answer(() -> {
                                            caller.requireAdmin();
                                            return create(body);
                                        }))),
                                delete(() -> parameterMap(query -> answer(() -> {
                                    caller.requireAdmin();
                                    return delete(query);
                                }))))),
                path(
                        PathMatchers.segment("configs").slash(PathMatchers.longSegment()),
                        id -> concat(
                                get(() -> answer(() ->
                                        Answers.json(shape(configs.find(id).orElseThrow(() -> unknown(id)))))),
                                delete(() -> answer(() -> {
                                    caller.requireAdmin();
                                    if (!configs.delete(id)) {
                                        throw unknown(id);
                                    }
                                    return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
                                })))),
                path("cloud_configs", () -> older(caller, "cloud")),
                path("runtime_configs", () -> older(caller, "runtime")),
                path("cpi_configs", () -> older(caller, "cpi")));
    }

    private Route older(Caller caller, String type) {
        return concat(
                get(() -> parameterMap(query -> answer(() -> {
                    String name = query.getOrDefault("name", "default");
                    int limit = numberOf(query.getOrDefault("limit", "1"));
                    return Answers.json(configs.list(type, name, limit).stream()
                            .map(row -> Answers.map(
                                    "name", row.name(), "properties", row.content(), "created_at", createdAt(row)))
                            .toList());
                }))),
                post(() -> parameterMap(query -> entity(
                        Unmarshaller.entityToString(),
                        body -> answer(() -> {
                            caller.requireAdmin();
                            check(type, body);
                            configs.put(type, query.getOrDefault("name", "default"), body);
                            return HttpResponse.create().withStatus(StatusCodes.CREATED);
                        })))));
    }

    private HttpResponse list(Map<String, String> query) {
        boolean isLatest = !"false".equals(query.getOrDefault("latest", "true"));
        int limit = query.containsKey("limit")
                ? numberOf(query.getOrDefault("limit", "1"))
                : isLatest ? 1 : Integer.MAX_VALUE;
        return Answers.json(configs.list(query.getOrDefault("type", ""), query.getOrDefault("name", ""), limit).stream()
                .map(ConfigRoutes::shape)
                .toList());
    }

    private HttpResponse create(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw new RequestRefused(400, 40000, "the body must be a JSON object with type, name and content");
        }
        String type = text(json, "type");
        String name = text(json, "name");
        String content = text(json, "content");
        check(type, content);
        return Answers.json(StatusCodes.CREATED, shape(configs.put(type, name, content)));
    }

    private HttpResponse delete(Map<String, String> query) {
        String type = query.getOrDefault("type", "");
        String name = query.getOrDefault("name", "");
        if (type.isEmpty() || name.isEmpty()) {
            throw new RequestRefused(400, 40001, "'type' and 'name' are both needed");
        }
        if (!configs.delete(type, name)) {
            throw new RequestRefused(404, 440011, "there is no " + type + " config named '" + name + "'");
        }
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    /** A config that cannot be used is refused now, not at the next deploy. */
    private static void check(String type, String content) {
        var tree = Yaml.parseMap(content, type + " config");
        if (type.equals("cloud")) {
            CloudConfig.parse(tree);
        }
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw new RequestRefused(400, 40001, "'" + field + "' is missing: expected a string that is not empty");
        }
        return value.asText();
    }

    private static int numberOf(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notNumber) {
            throw new RequestRefused(400, 40000, "limit is '" + text + "': expected a number");
        }
    }

    private static RequestRefused unknown(long id) {
        return new RequestRefused(404, 440011, "Config " + id + " not found");
    }

    private static String createdAt(ConfigRow row) {
        return CREATED_AT.format(Instant.ofEpochMilli(row.createdAt()));
    }

    private static Map<String, Object> shape(ConfigRow row) {
        return Answers.map(
                "id", Long.toString(row.id()),
                "type", row.type(),
                "name", row.name(),
                "content", row.content(),
                "created_at", createdAt(row),
                "team", null,
                "current", row.isCurrent());
    }
}
