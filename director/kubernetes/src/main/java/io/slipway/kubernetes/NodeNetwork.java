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
        String yaml = source.latest()
                .orElseThrow(
                        () -> refused("no cloud config was uploaded: upload one with the network '" + network + "'"));
        try {
            for (JsonNode candidate : YAML.readTree(yaml).path("networks")) {
                if (candidate.path("name").asText().equals(network)) {
                    List<Cidr> ranges = new ArrayList<>();
                    for (JsonNode subnet : candidate.path("subnets")) {
                        Cidr.parse(subnet.path("range").asText("")).ifPresent(ranges::add);
                    }
                    if (ranges.isEmpty()) {
                        throw refused("network '" + network + "' of the cloud config has no subnet with an IPv4 range");
                    }
                    return Cidr.around(ranges).toString();
                }
            }
        } catch (IOException invalid) {
            throw refused("the cloud config is not valid YAML: upload a valid one");
        }
        throw refused("the cloud config has no network '" + network + "', which plans.yml names: "
                + "add it, or change cluster_defaults.network");
    }

    private static RequestRefused refused(String message) {
        return new RequestRefused(ClusterRules.BAD_REQUEST, ClusterRules.UNKNOWN_NETWORK, message);
    }
}
