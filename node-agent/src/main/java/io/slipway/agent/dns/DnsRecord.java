package io.slipway.agent.dns;

import java.util.List;

/** One address of one instance, as records.json has it. Empty strings stand for what is not known. */
record DnsRecord(
        String instanceId,
        String number,
        String group,
        List<String> groupIds,
        String azId,
        String network,
        String networkId,
        String deployment,
        String ip,
        String domain,
        String agentId,
        String index) {

    /** The name of just this instance in this network, without the final dot. */
    String fullName() {
        return instanceId + "." + group + "." + network + "." + deployment + "." + domain;
    }
}
