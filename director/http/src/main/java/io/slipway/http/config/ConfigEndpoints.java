package io.slipway.http.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.Audit;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.deployment.DeploymentEndpoints;
import io.slipway.model.addon.Addons;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.config.CpiConfig;
import io.slipway.model.diff.TreeDiff;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Configs by type and name, in BOSH's newer and older forms. */
public final class ConfigEndpoints extends Feature {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int INVALID_JSON = 710001;
    private static final int LONGEST_NAME = 255;
    private static final DateTimeFormatter CREATED_AT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final ConfigStore configs;
    private final ConfigAudit audit;

    public ConfigEndpoints(ConfigStore configs, Audit audit, Executor blocking) {
        super(blocking);
        this.configs = configs;
        this.audit = new ConfigAudit(audit);
    }

    @Override
    public List<Endpoint> endpoints() {
        var endpoints = new ArrayList<>(List.of(
                Endpoint.get("/configs", answer(this::list)),
                Endpoint.post("/configs", changeWithBody((call, body) -> done(create(call, body)))),
                Endpoint.delete("/configs", change(this::delete)),
                Endpoint.post("/configs/diff", changeWithBody((call, body) -> done(diff(body)))),
                Endpoint.get("/configs/{id}", answer(call -> Answers.json(shape(require(call.pathNumber("id")))))),
                Endpoint.delete("/configs/{id}", change(this::deleteOne))));
        endpoints.addAll(older("/cloud_configs", "cloud"));
        endpoints.addAll(older("/runtime_configs", "runtime"));
        endpoints.addAll(older("/cpi_configs", "cpi"));
        return endpoints;
    }

    /** The forms from before configs had types. */
    private List<Endpoint> older(String path, String type) {
        return List.of(
                Endpoint.get(path, answer(call -> olderList(call, type))),
                Endpoint.post(path, changeWithBody((call, body) -> {
                    String name = named(call);
                    audit.created(call.requester(), type, name, () -> put(type, name, body));
                    return done(HttpResponse.create().withStatus(StatusCodes.CREATED));
                })),
                Endpoint.post(path + "/diff", changeWithBody((call, body) -> done(olderDiff(call, type, body)))));
    }

    private HttpResponse olderDiff(Call call, String type, String body) {
        boolean isRedacted = !"false".equals(call.query("redact", "true"));
        return Answers.json(Answers.map(
                "diff",
                DeploymentEndpoints.lines(TreeDiff.of(current(type, named(call)), tree(body), isRedacted))));
    }

    /** Without a name, or with an empty one, it is the default. */
    private static String named(Call call) {
        String name = call.query("name", "");
        if (name.length() > LONGEST_NAME) {
            throw new RequestRefused(
                    400,
                    40003,
                    "name is '" + Fields.shown(name) + "': expected at most " + LONGEST_NAME + " characters");
        }
        return name.isEmpty() ? "default" : name;
    }

    private ConfigRow put(String type, String name, String content) {
        check(type, name, content);
        return configs.put(type, name, content);
    }

    private HttpResponse olderList(Call call, String type) {
        return Answers.json(configs.list(type, named(call), call.queryNumber("limit", 1)).stream()
                .map(row -> Answers.map("name", row.name(), "properties", row.content(), "created_at", createdAt(row)))
                .toList());
    }

    private HttpResponse list(Call call) {
        boolean isLatest = !"false".equals(call.query("latest", "true"));
        int limit = call.queryNumber("limit", isLatest ? 1 : Integer.MAX_VALUE);
        return Answers.json(configs.list(call.query("type", ""), call.query("name", ""), limit).stream()
                .map(ConfigEndpoints::shape)
                .toList());
    }

    private ConfigRow require(long id) {
        return configs.find(id).orElseThrow(() -> unknown(id));
    }

    private HttpResponse deleteOne(Call call) {
        long id = call.pathNumber("id");
        var row = require(id);
        if (!configs.delete(id)) {
            throw unknown(id);
        }
        audit.deleted(call.requester(), row.type(), row.name());
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    private HttpResponse create(Call call, String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw new RequestRefused(400, 40000, "the body must be a JSON object with type, name and content");
        }
        String type = shortText(json, "type");
        String name = shortText(json, "name");
        String content = text(json, "content");
        if (json.hasNonNull("expected_latest_id")) {
            String expected = json.path("expected_latest_id").asText();
            String latest = configs.current(type, name)
                    .map(row -> Long.toString(row.id()))
                    .orElse("0");
            if (!expected.equals(latest)) {
                return Answers.json(
                        StatusCodes.PRECONDITION_FAILED,
                        Answers.map(
                                "latest_id", latest,
                                "expected_latest_id", expected,
                                "description", "Latest Id: '" + latest + "' does not match expected latest id"));
            }
        }
        var row = audit.created(call.requester(), type, name, () -> put(type, name, content));
        return Answers.json(StatusCodes.CREATED, shape(row));
    }

    /** From one content or version to another, or from the current version to a content. */
    private HttpResponse diff(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw new RequestRefused(400, INVALID_JSON, "Invalid JSON request body: " + malformed.getOriginalMessage());
        }
        if (json.has("from") && json.has("to")) {
            return Answers.json(Answers.map(
                    "diff", difference(content(json.path("from"), "from"), content(json.path("to"), "to"))));
        }
        String type = text(json, "type");
        String name = text(json, "name");
        var current = configs.current(type, name);
        return Answers.json(Answers.map(
                "from",
                Answers.map("id", Long.toString(current.map(ConfigRow::id).orElse(0L))),
                "diff",
                difference(current(type, name), tree(text(json, "content")))));
    }

    /** Empty where there is none yet. */
    private Map<String, Object> current(String type, String name) {
        return configs.current(type, name).map(row -> tree(row.content())).orElse(Map.of());
    }

    /** A text without anything in it is a config without anything in it. */
    private static Map<String, Object> tree(String content) {
        return content.isBlank() ? Map.of() : Yaml.parseMap(content, "config");
    }

    private Map<String, Object> content(JsonNode side, String name) {
        if (side.has("id")) {
            String id = text(side, "id");
            if (!id.matches("[0-9]{1,18}")) {
                throw new RequestRefused(400, 440010, "'" + name + ".id' is '" + id + "': expected a number");
            }
            return tree(require(Long.parseLong(id)).content());
        }
        return tree(text(side, "content"));
    }

    private static List<List<Object>> difference(Map<String, Object> before, Map<String, Object> after) {
        return DeploymentEndpoints.lines(TreeDiff.of(before, after, true));
    }

    private HttpResponse delete(Call call) {
        String type = call.query("type", "");
        String name = call.query("name", "");
        if (type.isEmpty() || name.isEmpty()) {
            throw new RequestRefused(400, 40001, "'type' and 'name' are both needed");
        }
        if (!configs.delete(type, name)) {
            throw new RequestRefused(404, 440012, "there is no " + type + " config named '" + name + "'");
        }
        audit.deleted(call.requester(), type, name);
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    /** A config that cannot be used is refused now, not at the next deploy. */
    private void check(String type, String name, String content) {
        var tree = Yaml.parseMap(content, type + " config");
        if (type.equals("cloud")) {
            CloudConfig.parse(tree);
        }
        if (type.equals("cpi")) {
            CpiConfig.parse(tree);
            // All of them are one: names are unique over all.
            var all = new ArrayList<>(configs.current(type).stream()
                    .filter(row -> !row.name().equals(name))
                    .map(row -> Yaml.parseMap(row.content(), "cpi config"))
                    .toList());
            all.add(tree);
            CpiConfig.merge(all);
        }
        if (type.equals("runtime")) {
            Addons.applied(Map.of("name", "any"), List.of(tree));
        }
    }

    private static String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw new RequestRefused(400, 40001, "'" + field + "' is missing: expected a string that is not empty");
        }
        return value.asText();
    }

    private static String shortText(JsonNode json, String field) {
        String value = text(json, field);
        if (value.length() > LONGEST_NAME || value.indexOf('\0') >= 0) {
            throw new RequestRefused(
                    400,
                    40003,
                    "'" + field + "' is '" + Fields.shown(value) + "': expected at most " + LONGEST_NAME
                            + " characters");
        }
        return value;
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private static RequestRefused unknown(long id) {
        return new RequestRefused(404, 440012, "Config " + id + " not found");
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
