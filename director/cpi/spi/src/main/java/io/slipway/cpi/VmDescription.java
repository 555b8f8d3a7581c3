package io.slipway.cpi;

import java.util.List;
import java.util.Map;

/** A VM as its infrastructure knows it. */
public record VmDescription(
        String cid, String agentId, boolean isRunning, List<VmNetwork> networks, Map<String, String> metadata) {
    public VmDescription {
        networks = List.copyOf(networks);
        metadata = Map.copyOf(metadata);
    }
}
