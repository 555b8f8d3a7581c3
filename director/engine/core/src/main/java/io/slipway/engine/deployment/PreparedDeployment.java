package io.slipway.engine.deployment;

import io.slipway.model.dns.DnsTopology;
import java.util.List;

/**
 * A plan, ready to be rolled out.
 *
 * @param obsolete members that the manifest has no place for
 */
record PreparedDeployment(
        List<PreparedGroup> groups,
        List<DeploymentState.Member> obsolete,
        DeploymentState.Accepted accepted,
        DnsTopology topology) {

    List<PreparedInstance> instances() {
        return groups.stream().flatMap(group -> group.instances().stream()).toList();
    }
}
