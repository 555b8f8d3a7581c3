package io.slipway.cpi.simulated;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmNetwork;
import java.util.List;
import java.util.Map;

/** {@code vm.json}: a VM, with the settings of its agent, which are secret. */
record VmRecord(
        String cid,
        String agentId,
        String stemcellCid,
        List<VmNetwork> networks,
        Map<String, String> metadata,
        AgentSettings settings,
        boolean isOn) {

    VmRecord withMetadata(Map<String, String> next) {
        return new VmRecord(cid, agentId, stemcellCid, networks, Map.copyOf(next), settings, isOn);
    }

    VmRecord powered(boolean on) {
        return new VmRecord(cid, agentId, stemcellCid, networks, metadata, settings, on);
    }

    VmDescription describe() {
        return new VmDescription(cid, agentId, isOn, networks, metadata);
    }
}
