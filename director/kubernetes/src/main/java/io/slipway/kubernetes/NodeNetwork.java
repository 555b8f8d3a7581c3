package io.slipway.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.engine.RequestRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The range of the addresses that a cluster's VMs get, from the cloud config. */
final class NodeNetwork {
    private static final YAMLMapper YAML = new YAMLMapper();

    private NodeNetwork() {}

    /** The smallest range around all subnets of a network. */
    static String range(CloudConfigSource source, String network) {
        List<String> configs = source.current();
        if (configs.isEmpty()) {
            throw refused("no cloud config was uploaded: upload one with the network '" + network + "'");
        }
        for (String yaml : configs) {
            for (JsonNode candidate : networks(yaml)) {
                if (candidate.path("name").asText().equals(network)) {
                    return range(candidate, network);
                }
            }
        }
        throw refused("the cloud config has no network '" + network + "', which plans.yml names: "
                + "add it, or change cluster_defaults.network");
    }

    private static JsonNode networks(String yaml) {
        try {
            return YAML.readTree(yaml).path("networks");
        } catch (IOException invalid) {
            throw refused("the cloud config is not valid YAML: upload a valid one");
        }
    }

    private static String range(JsonNode network, String name) {
        List<Cidr> ranges = new ArrayList<>();
        for (JsonNode subnet : network.path("subnets")) {
            Cidr.parse(subnet.path("range").asText("")).ifPresent(ranges::add);
        }
        if (ranges.isEmpty()) {
            throw refused("network '" + name + "' of the cloud config has no subnet with an IPv4 range");
        }
        return Cidr.around(ranges).toString();
    }

    private static RequestRefused refused(String message) {
        return RequestRefused.invalid(ClusterRules.UNKNOWN_NETWORK, message);
    }
}
