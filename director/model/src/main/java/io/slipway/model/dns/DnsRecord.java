package io.slipway.model.dns;

import java.util.List;

/**
 * One address of one instance.
 *
 * @param az empty for none
 * @param linkGroups what its group provides, beside the group itself
 */
public record DnsRecord(
        String instanceId,
        String group,
        List<DnsGroup> linkGroups,
        String az,
        String network,
        String deployment,
        String ip,
        String agentId,
        int index) {}
