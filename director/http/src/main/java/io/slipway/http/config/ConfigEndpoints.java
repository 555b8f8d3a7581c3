package io.slipway.http.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.config.ConfigService;
import io.slipway.engine.config.ConfigService.Config;
import io.slipway.engine.config.ConfigService.Put;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** Configs by type and name, in BOSH's newer and older forms. */
public final class ConfigEndpoints extends Feature {
    private static final int BAD_REQUEST = 440010;
    private static final int BAD_CONFIG = 440011;
    private static final int NOT_FOUND = 440012;
    private static final DateTimeFormatter CREATED_AT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final ConfigService configs;
    private final ConfigDiffs diffs;

    public ConfigEndpoints(ConfigService configs, Executor blocking) {
        super(blocking);
        this.configs = configs;
        this.diffs = new ConfigDiffs(configs);
    }

    @Override
    public List<Endpoint> endpoints() {
        var endpoints = new ArrayList<>(List.of(
                Endpoint.get("/configs", answer(this::list)),
                Endpoint.post("/configs", changeWithBody((call, body) -> done(create(call, body)))),
                Endpoint.delete("/configs", change(this::delete)),
                Endpoint.post("/configs/diff", changeWithBody((call, body) -> done(diffs.answer(body)))),
                Endpoint.get("/configs/{id}", answer(this::show)),
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
                    configs.put(call.requester(), type, named(call), body, Optional.empty());
                    return done(HttpResponse.create().withStatus(StatusCodes.CREATED));
                })),
                Endpoint.post(
                        path + "/diff",
                        changeWithBody((call, body) -> done(
                                diffs.older(type, named(call), body, !"false".equals(call.query("redact", "")))))));
    }

    /** Without a name, or with an empty one, it is the default. */
    private static String named(Call call) {
        String name = call.query("name", "");
        return name.isEmpty() ? "default" : ConfigBody.requireName("name", name);
    }

    private HttpResponse olderList(Call call, String type) {
        requireSight(call, type);
        return Answers.json(configs.list(type, named(call), call.queryNumber("limit", 1)).stream()
                .map(row -> Answers.map("name", row.name(), "properties", row.content(), "created_at", createdAt(row)))
                .toList());
    }

    /** Those that the caller may see, as BOSH leaves out what is another team's. */
    private HttpResponse list(Call call) {
        return Answers.json(configs.list(call.query("type", ""), call.query("name", ""), limit(call)).stream()
                .filter(row -> call.caller().maySeeConfigs(row.type()))
                .map(ConfigEndpoints::shape)
                .toList());
    }

    private HttpResponse show(Call call) {
        var row = require(configs, call.path("id"));
        requireSight(call, row.type());
        return Answers.json(shape(row));
    }

    private static void requireSight(Call call, String type) {
        if (!call.caller().maySeeConfigs(type)) {
            call.caller().requireAdmin();
        }
    }

    /** Versions of each name. */
    private static int limit(Call call) {
        String latest = call.query("latest", "true");
        if (!latest.equals("true") && !latest.equals("false")) {
            throw refused("'latest' must be 'true' or 'false'");
        }
        if (!call.hasQuery("limit")) {
            return latest.equals("true") ? 1 : Integer.MAX_VALUE;
        }
        String limit = call.query("limit", "");
        if (!limit.matches("[0-9]{1,9}")) {
            throw refused("'limit' must be a number");
        }
        if (Integer.parseInt(limit) < 1) {
            throw refused("'limit' must be larger than zero");
        }
        return Integer.parseInt(limit);
    }

    static Config require(ConfigService configs, String id) {
        if (!id.matches("[0-9]{1,18}")) {
            throw unknown(id);
        }
        return configs.find(Long.parseLong(id)).orElseThrow(() -> unknown(id));
    }

    private HttpResponse deleteOne(Call call) {
        String id = call.path("id");
        var row = require(configs, id);
        if (!configs.delete(call.requester(), row)) {
            throw unknown(id);
        }
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    private HttpResponse create(Call call, String body) {
        JsonNode json = ConfigBody.object(body);
        String type = ConfigBody.requireName("type", ConfigBody.text(json, "type"));
        String name = ConfigBody.requireName("name", ConfigBody.text(json, "name"));
        String content = ConfigBody.text(json, "content");
        var expected = json.hasNonNull("expected_latest_id")
                ? Optional.of(json.path("expected_latest_id").asText())
                : Optional.<String>empty();
        return switch (configs.put(call.requester(), type, name, content, expected)) {
            case Put.Stored stored -> Answers.json(StatusCodes.CREATED, shape(stored.config()));
            case Put.Outdated outdated -> {
                String latest = Long.toString(outdated.latest());
                yield Answers.json(
                        StatusCodes.PRECONDITION_FAILED,
                        Answers.map(
                                "latest_id",
                                latest,
                                "expected_latest_id",
                                expected.orElse(""),
                                "description",
                                "Latest Id: '" + latest + "' does not match expected latest id"));
            }
        };
    }

    private HttpResponse delete(Call call) {
        String type = call.query("type", "");
        String name = call.query("name", "");
        for (String key : List.of("type", "name")) {
            if (call.query(key, "").isEmpty()) {
                throw refused("'" + key + "' is required");
            }
        }
        if (!configs.delete(call.requester(), type, name)) {
            throw RequestRefused.notFound(NOT_FOUND, "there is no " + type + " config named '" + name + "'");
        }
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    static RequestRefused refused(String message) {
        return RequestRefused.invalid(BAD_REQUEST, message);
    }

    static RequestRefused badConfig(String message) {
        return RequestRefused.invalid(BAD_CONFIG, message);
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private static RequestRefused unknown(String id) {
        return RequestRefused.notFound(NOT_FOUND, "Config " + id + " not found");
    }

    private static String createdAt(Config row) {
        return CREATED_AT.format(Instant.ofEpochMilli(row.createdAt()));
    }

    private static Map<String, Object> shape(Config row) {
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
