package io.slipway.cpi.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A VM's networks and environment as BOSH writes them. */
final class VmArguments {
    /** Under {@code env.bosh}: what {@link io.slipway.cpi.AgentSettings#toJson()} gives. */
    static final String SETTINGS = "slipway";

    private static final JsonMapper JSON = new JsonMapper();

    private VmArguments() {}

    /** Networks by name. */
    static Map<String, Object> networks(List<VmNetwork> networks) {
        var byName = new LinkedHashMap<String, Object>();
        for (VmNetwork network : networks) {
            var shape = new LinkedHashMap<String, Object>();
            shape.put("type", network.type());
            if (!network.ip().isEmpty()) {
                shape.put("ip", network.ip());
            }
            if (network.prefixLength() > 0) {
                shape.put("netmask", netmask(network.prefixLength()));
            }
            if (!network.gateway().isEmpty()) {
                shape.put("gateway", network.gateway());
            }
            if (!network.type().equals("vip")) {
                shape.put("dns", network.dns());
                shape.put("default", network.defaultFor());
            }
            shape.put("cloud_properties", network.cloudProperties());
            byName.put(network.name(), shape);
        }
        return byName;
    }

    /** The networks that were asked for, with the addresses that the CPI answered, where it did. */
    static List<VmNetwork> answered(List<VmNetwork> asked, JsonNode answer) {
        var networks = new ArrayList<VmNetwork>();
        for (VmNetwork network : asked) {
            JsonNode told = answer.path(network.name());
            networks.add(new VmNetwork(
                    network.name(),
                    network.type(),
                    told.path("ip").asText(network.ip()),
                    told.path("netmask").isTextual()
                            ? prefixLength(told.path("netmask").asText())
                            : network.prefixLength(),
                    told.path("gateway").asText(network.gateway()),
                    network.dns(),
                    network.defaultFor(),
                    network.cloudProperties()));
        }
        return networks;
    }

    /** Networks out of what {@link #networks} gives. */
    static List<VmNetwork> read(JsonNode byName) {
        var networks = new ArrayList<VmNetwork>();
        byName.properties().forEach(entry -> {
            JsonNode shape = entry.getValue();
            networks.add(new VmNetwork(
                    entry.getKey(),
                    shape.path("type").asText("manual"),
                    shape.path("ip").asText(""),
                    shape.has("netmask") ? prefixLength(shape.path("netmask").asText()) : 0,
                    shape.path("gateway").asText(""),
                    texts(shape.path("dns")),
                    texts(shape.path("default")),
                    map(shape.path("cloud_properties"))));
        });
        return networks;
    }

    /**
     * The environment of the manifest, with what BOSH's director adds under {@code bosh}, and what the agent has to
     * know.
     */
    static JsonNode environment(VmRequest request) {
        var environment = object(request.settings().environmentJson());
        ObjectNode bosh = environment.path("bosh") instanceof ObjectNode given ? given : environment.putObject("bosh");
        var tags = request.metadata();
        String deployment = tags.getOrDefault("deployment", "");
        String group = tags.getOrDefault("instance_group", "");
        if (!deployment.isEmpty() && !group.isEmpty()) {
            bosh.put("group", "slipway-" + deployment + "-" + group);
            var groups = bosh.putArray("groups");
            for (String name : List.of(
                    "slipway",
                    deployment,
                    group,
                    "slipway-" + deployment,
                    deployment + "-" + group,
                    "slipway-" + deployment + "-" + group)) {
                groups.add(name);
            }
        }
        bosh.set("tags", JSON.valueToTree(tags));
        bosh.set(SETTINGS, object(request.settings().toJson()));
        return environment;
    }

    static ObjectNode object(String json) {
        try {
            return !json.isBlank() && JSON.readTree(json) instanceof ObjectNode found ? found : JSON.createObjectNode();
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("a VM's environment must be a JSON object", broken);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(JsonNode node) {
        return node.isObject() ? JSON.convertValue(node, Map.class) : Map.of();
    }

    static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        if (list instanceof ArrayNode) {
            list.forEach(one -> texts.add(one.asText()));
        }
        return texts;
    }

    private static String netmask(int prefixLength) {
        long mask = 0xFFFFFFFFL << (32 - prefixLength) & 0xFFFFFFFFL;
        return (mask >> 24 & 255) + "." + (mask >> 16 & 255) + "." + (mask >> 8 & 255) + "." + (mask & 255);
    }

    private static int prefixLength(String netmask) {
        return Arrays.stream(netmask.split("\\.", -1))
                .mapToInt(part -> part.matches("[0-9]{1,3}") ? Integer.bitCount(Integer.parseInt(part)) : 0)
                .sum();
    }
}
