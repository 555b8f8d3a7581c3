package io.slipway.engine.deployment;

import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.ResolvedLinks;
import java.util.List;
import java.util.Map;

/**
 * A plan, ready to be rolled out.
 *
 * @param obsolete members that the manifest has no place for
 */
record PreparedDeployment(
        List<PreparedGroup> groups,
        List<DeploymentState.Member> obsolete,
        DeploymentState.Accepted accepted,
        ResolvedLinks links,
        Map<String, Long> variableIds,
        DnsTopology topology) {

    List<PreparedInstance> instances() {
        return groups.stream().flatMap(group -> group.instances().stream()).toList();
    }

    /** Of a group that the manifest still has. */
    List<DeploymentState.Member> obsoleteOf(PreparedGroup group) {
        return obsolete.stream()
                .filter(member -> member.group().equals(group.name()))
                .toList();
    }

    List<DeploymentState.Member> membersOfGoneGroups() {
        return obsolete.stream()
                .filter(member ->
                        groups.stream().noneMatch(group -> group.name().equals(member.group())))
                .toList();
    }
}
