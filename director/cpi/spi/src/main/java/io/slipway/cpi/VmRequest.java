package io.slipway.cpi;

import java.util.List;
import java.util.Map;

/**
 * A VM to be made.
 *
 * @param agentId minted by the caller before the call: the key by which the VM is found again
 * @param stemcellCid from {@link Cpi#createStemcell}
 * @param cloudProperties of the VM type, its extensions and the AZ, merged; what they mean is the CPI's
 * @param networks in manifest order
 * @param diskCids disks that will be attached later, as a hint for placement
 * @param settings what the agent needs to find and trust its director; secret
 * @param metadata tags such as deployment, instance group and name
 * @param stemcellApiVersion what the stemcell's agent can do, as BOSH counts it: from 2 on it needs no registry
 */
public record VmRequest(
        String agentId,
        String stemcellCid,
        Map<String, Object> cloudProperties,
        List<VmNetwork> networks,
        List<String> diskCids,
        AgentSettings settings,
        Map<String, String> metadata,
        int stemcellApiVersion) {
    /** Of a stemcell that does not say what its agent can do. */
    public static final int OLDEST_STEMCELL = 1;

    public VmRequest {
        cloudProperties = Map.copyOf(cloudProperties);
        networks = List.copyOf(networks);
        diskCids = List.copyOf(diskCids);
        metadata = Map.copyOf(metadata);
    }

    public VmRequest(
            String agentId,
            String stemcellCid,
            Map<String, Object> cloudProperties,
            List<VmNetwork> networks,
            List<String> diskCids,
            AgentSettings settings,
            Map<String, String> metadata) {
        this(agentId, stemcellCid, cloudProperties, networks, diskCids, settings, metadata, OLDEST_STEMCELL);
    }
}
