package io.slipway.engine.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.pekko.serialization.jackson.JacksonMigration;

/**
 * Reads journals of deployments of versions before 2: requests were one record with a field for whatever any kind of them
 * needs, and what was deployed did not say what its versions had stood for.
 */
public final class FormerDeployments extends JacksonMigration {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Override
    public int currentVersion() {
        return 2;
    }

    @Override
    public JsonNode transform(int fromVersion, JsonNode json) {
        if (fromVersion >= 2 || !(json instanceof ObjectNode object)) {
            return json;
        }
        if (object.get("request") instanceof ObjectNode request) {
            object.set("request", request(request));
        }
        if (object.get("accepted") instanceof ObjectNode accepted) {
            object.set("accepted", accepted(accepted));
        }
        if (object.get("queue") instanceof ArrayNode queue) {
            state(object, queue);
        }
        return object;
    }

    private static void state(ObjectNode state, ArrayNode queue) {
        var requests = NODES.arrayNode();
        queue.forEach(request -> requests.add(request((ObjectNode) request)));
        state.set("queue", requests);
        state.set("endings", NODES.arrayNode());
        long running = state.path("running").asLong();
        var fresh = state.get("fresh");
        if (running != 0) {
            state.set(
                    "run",
                    NODES.objectNode()
                            .put("task", running)
                            .put("epoch", 0)
                            .<ObjectNode>set("fresh", fresh == null ? NODES.arrayNode() : fresh)
                            .set("notes", NODES.objectNode()));
        }
        state.remove(List.of("running", "fresh"));
    }

    private static ObjectNode accepted(ObjectNode former) {
        var inputs = NODES.objectNode();
        inputs.set("configs", configs(former));
        inputs.set("releases", versions(former.path("releases"), "asked"));
        inputs.set("stemcells", versions(former.path("stemcells"), "alias"));
        inputs.set("variables", NODES.objectNode());
        inputs.set("vmProperties", NODES.objectNode());
        return NODES.objectNode()
                .<ObjectNode>set("manifest", former.get("manifest"))
                .set("inputs", inputs);
    }

    private static JsonNode configs(ObjectNode accepted) {
        var known = accepted.get("configs");
        return known instanceof ObjectNode
                ? known
                : NODES.objectNode().<ObjectNode>set("cloud", NODES.arrayNode()).set("runtime", NODES.arrayNode());
    }

    private static ArrayNode versions(JsonNode former, String besides) {
        var versions = NODES.arrayNode();
        former.forEach(one -> versions.add(NODES.objectNode()
                .put("name", one.path("name").asText())
                .put("version", one.path("version").asText())
                .put(besides, "")));
        return versions;
    }

    private static ObjectNode request(ObjectNode former) {
        var request = NODES.objectNode();
        request.set("head", head(former));
        switch (former.path("kind").asText()) {
            case "DEPLOY" -> deploy(former, request);
            case "DELETE" -> {
                request.put("@type", "delete");
                copy(former, request, "force", "deleteDisks");
            }
            case "ERRAND" -> {
                request.put("@type", "run-errand");
                copy(former, request, "errand");
            }
            case "RESOLVE" -> {
                request.put("@type", "resolve-problems");
                copy(former, request, "resolving");
                request.set("maxInFlight", map(former.get("maxInFlightOverrides")));
            }
            case "EXPORT" -> {
                request.put("@type", "export-release");
                copy(former, request, "export");
            }
            case "ATTACH_DISK" -> {
                request.put("@type", "attach-disk");
                request.set("disk", disk(former));
                copy((ObjectNode) former.get("disk"), request, "isLikePresent", "known");
            }
            case "ORPHAN_DISK" -> {
                request.put("@type", "orphan-disk");
                request.set("disk", disk(former));
            }
            default -> {
                request.put("@type", "scan-and-fix");
                copy(former, request, "instanceIds");
            }
        }
        return request;
    }

    private static ObjectNode head(ObjectNode former) {
        return NODES.objectNode()
                .put("task", former.path("task").asLong())
                .put("user", former.path("user").asText())
                .put("contextId", former.path("contextId").asText())
                .put("key", former.path("requestKey").asText());
    }

    /** A dry run, of which nothing is to be done, becomes a look at no instance. */
    private static void deploy(ObjectNode former, ObjectNode request) {
        var options = former.path("options");
        String only = options.path("only").asText("");
        if (former.path("dryRun").asBoolean()) {
            request.put("@type", "scan-and-fix").set("instanceIds", NODES.arrayNode());
        } else if (!only.isEmpty()) {
            var changes = options.path("changes");
            request.put("@type", "change-instance")
                    .put("instanceId", only)
                    .put(
                            "action",
                            changes.path(changes.size() - 1).path("action").asText())
                    .put("skipDrain", !options.path("skipDrain").asText("").isEmpty());
            copy(former, request, "fix");
        } else {
            request.put("@type", "deploy");
            copy(former, request, "manifest", "recreate", "fix", "options");
            if (!(request.get("options") instanceof ObjectNode)) {
                request.set("options", noOptions());
            }
        }
    }

    private static ObjectNode noOptions() {
        var options = NODES.objectNode()
                .put("skipDrain", "")
                .put("canaries", "")
                .put("maxInFlight", "")
                .put("createdBefore", "")
                .put("recreatePersistentDisks", false)
                .put("forceLatestVariables", false);
        options.set("changes", NODES.arrayNode());
        return options;
    }

    private static ObjectNode disk(ObjectNode former) {
        var disk = NODES.objectNode();
        copy((ObjectNode) former.get("disk"), disk, "cid", "group", "instanceId");
        return disk;
    }

    private static JsonNode map(JsonNode former) {
        return former instanceof ObjectNode ? former : NODES.objectNode();
    }

    private static void copy(ObjectNode from, ObjectNode to, String... fields) {
        for (String field : fields) {
            var value = from.get(field);
            if (value != null && !value.isNull()) {
                to.set(field, value);
            } else if (field.equals("resolving") || field.equals("instanceIds")) {
                to.set(field, NODES.arrayNode());
            }
        }
    }
}
