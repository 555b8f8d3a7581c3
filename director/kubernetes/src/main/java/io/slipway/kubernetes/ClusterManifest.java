package io.slipway.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renders a cluster's BOSH manifest from the one that comes with the Kubernetes release. What stands there in double
 * parentheses is filled in; the names of generated variables are left for the director.
 */
final class ClusterManifest {
    private static final String BASE = "/io/slipway/kubernetes/manifests/cluster.yml";
    private static final Pattern PLACE = Pattern.compile("\\(\\(([-/A-Za-z0-9_.]+)\\)\\)");
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode base;

    private ClusterManifest(JsonNode base) {
        this.base = base;
    }

    /** With the manifest that is packed into this module. */
    static ClusterManifest load() {
        try (InputStream in = ClusterManifest.class.getResourceAsStream(BASE)) {
            if (in == null) {
                throw new IllegalStateException(BASE + " is not in the class path");
            }
            return new ClusterManifest(YAML.readTree(in));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The manifest of a cluster.
     *
     * @param isNew whether the cluster does not exist yet
     */
    String render(String uuid, ClusterSpec spec, String vip, boolean isNew) {
        JsonNode tree = base.deepCopy();
        Map<String, Object> values = values(uuid, spec, vip, isNew);
        tree = filled(tree, values);
        requireFilled(tree);
        try {
            return YAML.writeValueAsString(tree);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Map<String, Object> values(String uuid, ClusterSpec spec, String vip, boolean isNew) {
        Plan plan = spec.plan();
        ClusterDefaults defaults = spec.defaults();
        Cidr services = Cidr.parse(defaults.serviceCidr()).orElseThrow();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("deployment_name", Cluster.deployment(uuid));
        values.put("release_version", defaults.releaseVersion());
        values.put("stemcell_os", defaults.stemcellOs());
        values.put("stemcell_version", defaults.stemcellVersion());
        values.put("network", defaults.network());
        values.put("node_network_cidr", spec.nodeNetworkCidr());
        values.put("azs", plan.masters().azs());
        values.put("master_instances", plan.masters().instances());
        values.put("master_vm_type", plan.masters().vmType());
        values.put("master_persistent_disk_type", plan.masters().persistentDiskType());
        values.put("worker_azs", plan.workers().azs());
        values.put("worker_instances", spec.workers());
        values.put("worker_vm_type", plan.workers().vmType());
        values.put("update_serial", !isNew);
        values.put("api_vip", vip);
        values.put("api_vip_router_id", spec.routerId());
        values.put("api_hostname", spec.externalHostname().isEmpty() ? vip : spec.externalHostname());
        values.put("pod_cidr", defaults.podCidr());
        values.put("service_cidr", defaults.serviceCidr());
        values.put("kubernetes_service_ip", services.address(1));
        values.put("dns_service_ip", services.address(2));
        return values;
    }

    private static JsonNode filled(JsonNode node, Map<String, Object> values) {
        return switch (node) {
            case ObjectNode object -> {
                boolean isWorker = object.path("name").asText().equals("worker") && object.has("jobs");
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    // Workers may live in other zones than masters do.
                    JsonNode value = isWorker && field.getKey().equals("azs")
                            ? JSON.valueToTree(values.get("worker_azs"))
                            : filled(field.getValue(), values);
                    field.setValue(value);
                }
                yield object;
            }
            case ArrayNode array -> filledArray(array, values);
            default -> node.isTextual() ? filledText(node, values) : node;
        };
    }

    /** Without entries that became the same, such as an address that is also the host name. */
    private static JsonNode filledArray(ArrayNode array, Map<String, Object> values) {
        ArrayNode result = JSON.createArrayNode();
        Set<JsonNode> seen = new HashSet<>();
        for (JsonNode entry : array) {
            JsonNode value = filled(entry, values);
            if (!value.isTextual() || seen.add(value)) {
                result.add(value);
            }
        }
        return result;
    }

    private static JsonNode filledText(JsonNode node, Map<String, Object> values) {
        Matcher place = PLACE.matcher(node.asText());
        if (place.matches()) {
            Object value = values.get(place.group(1));
            return value == null ? node : JSON.valueToTree(value);
        }
        String text = PLACE.matcher(node.asText()).replaceAll(found -> {
            Object value = values.get(found.group(1));
            return Matcher.quoteReplacement(value == null ? found.group() : String.valueOf(value));
        });
        return JSON.getNodeFactory().textNode(text);
    }

    /** What is left in double parentheses must be a variable that the director generates. */
    private static void requireFilled(JsonNode tree) {
        Set<String> variables = new HashSet<>();
        tree.path("variables")
                .forEach(variable -> variables.add(variable.path("name").asText()));
        Matcher place = PLACE.matcher(tree.toString());
        while (place.find()) {
            String name = place.group(1);
            int dot = name.indexOf('.');
            if (!variables.contains(dot < 0 ? name : name.substring(0, dot))) {
                throw new IllegalStateException("the base manifest asks for ((" + name
                        + ")), which is neither filled in nor one of its variables");
            }
        }
    }
}
