package io.slipway.http.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.engine.RequestRefused;
import io.slipway.kubernetes.Cluster;
import io.slipway.kubernetes.ClusterRequest;
import io.slipway.kubernetes.Plan;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clusters, plans and requests as TKGI's API writes them, with task_id besides. */
final class ClusterJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** BOSH's code for a body that cannot be read. */
    private static final int BAD_BODY = 440_001;

    private ClusterJson() {}

    static JsonNode clusters(List<Cluster> clusters) {
        ArrayNode array = NODES.arrayNode();
        clusters.forEach(cluster -> array.add(cluster(cluster)));
        return array;
    }

    static JsonNode plans(List<Plan> plans) {
        ArrayNode array = NODES.arrayNode();
        for (Plan plan : plans) {
            array.addObject()
                    .put("id", plan.id())
                    .put("name", plan.name())
                    .put("description", plan.description())
                    .put("master_instances", plan.masters().instances())
                    .put("worker_instances", plan.workers().instances())
                    .put("max_worker_instances", plan.workers().maximum());
        }
        return array;
    }

    static JsonNode cluster(Cluster cluster) {
        ObjectNode node = NODES.objectNode();
        node.put("name", cluster.name());
        node.put("uuid", cluster.uuid());
        node.put("plan_name", cluster.planName());
        node.put("last_action", cluster.lastAction().name());
        node.put("last_action_state", cluster.lastActionState().text());
        node.put("last_action_description", cluster.lastActionDescription());
        node.put("k8s_version", cluster.kubernetesVersion());
        ArrayNode masters = node.putArray("kubernetes_master_ips");
        cluster.masterIps().forEach(masters::add);
        ObjectNode parameters = node.putObject("parameters");
        parameters.put("kubernetes_master_host", cluster.host());
        parameters.put("kubernetes_master_port", cluster.port());
        parameters.put("kubernetes_worker_instances", cluster.workers());
        node.put("task_id", cluster.taskId());
        return node;
    }

    /** A request for a cluster; what it may hold is the cluster service's to say, what shape it has is told here. */
    static ClusterRequest request(String body) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (IOException notJson) {
            throw refused("the body is not JSON");
        }
        if (tree == null || !tree.isObject()) {
            throw refused("the body must be a JSON object with name and plan_name");
        }
        JsonNode parameters = tree.path("parameters");
        if (!parameters.isMissingNode() && !parameters.isNull() && !parameters.isObject()) {
            throw refused("parameters must be a JSON object");
        }
        JsonNode port = parameters.path("kubernetes_master_port");
        if (port.isValueNode() && !port.isNull() && port.asInt() != Cluster.API_PORT) {
            throw refused("parameters.kubernetes_master_port must be " + Cluster.API_PORT);
        }
        return new ClusterRequest(
                text(tree, "name", ""),
                text(tree, "plan_name", ""),
                optionalText(parameters, "kubernetes_master_host"),
                number(parameters, "kubernetes_worker_instances"));
    }

    private static String text(JsonNode tree, String field, String missing) {
        String value = optionalText(tree, field);
        return value == null ? missing : value;
    }

    private static @Nullable String optionalText(JsonNode tree, String field) {
        JsonNode value = tree.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw refused(field + " must be a string");
        }
        return value.asText();
    }

    private static @Nullable Integer number(JsonNode tree, String field) {
        JsonNode value = tree.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isInt()) {
            throw refused(field + " must be a number");
        }
        return value.asInt();
    }

    private static RequestRefused refused(String message) {
        return RequestRefused.invalid(BAD_BODY, message);
    }
}
