package io.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cli.output.Table;
import java.util.ArrayList;
import java.util.List;

/** A cluster as the director tells of it, shown as the tkgi command shows it. */
final class ClusterView {
    private ClusterView() {}

    static List<String> details(JsonNode cluster) {
        JsonNode parameters = cluster.path("parameters");
        List<String> masters = new ArrayList<>();
        cluster.path("kubernetes_master_ips").forEach(ip -> masters.add(ip.asText()));
        return Table.properties(
                "Name", cluster.path("name").asText(),
                "K8s Version", cluster.path("k8s_version").asText(""),
                "Plan Name", cluster.path("plan_name").asText(),
                "UUID", cluster.path("uuid").asText(),
                "Last Action", cluster.path("last_action").asText(),
                "Last Action State", cluster.path("last_action_state").asText(),
                "Last Action Description",
                        cluster.path("last_action_description").asText(),
                "Kubernetes Master Host",
                        parameters.path("kubernetes_master_host").asText(""),
                "Kubernetes Master Port",
                        parameters.path("kubernetes_master_port").asText(""),
                "Worker Nodes", parameters.path("kubernetes_worker_instances").asText(""),
                "Kubernetes Master IP(s)", String.join(", ", masters),
                "Task",
                        cluster.path("task_id").asLong() == 0
                                ? "-"
                                : cluster.path("task_id").asText());
    }

    static Table list(JsonNode clusters) {
        var table = new Table("Name", "K8s Version", "Plan Name", "UUID", "Status", "Action");
        for (JsonNode cluster : clusters) {
            table.row(
                    cluster.path("name").asText(),
                    cluster.path("k8s_version").asText(""),
                    cluster.path("plan_name").asText(),
                    cluster.path("uuid").asText(),
                    cluster.path("last_action_state").asText(),
                    cluster.path("last_action").asText());
        }
        return table;
    }
}
