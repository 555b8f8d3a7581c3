package io.slipway.engine.plan;

import io.slipway.model.dns.DnsTopology;
import io.slipway.model.link.ResolvedLinks;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment should be, ready to be rolled out.
 *
 * @param obsolete members that the manifest has no place for
 */
public record DeploymentPlan(
        List<PlannedGroup> groups, List<Member> obsolete, ResolvedLinks links, DnsTopology topology) {
    public List<PlannedInstance> instances() {
        return groups.stream().flatMap(group -> group.instances().stream()).toList();
    }

    public Optional<PlannedInstance> instance(String id) {
        return instances().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /** Of a group that the manifest still has. */
    public List<Member> obsoleteOf(PlannedGroup group) {
        return obsolete.stream()
                .filter(member -> member.group().equals(group.name()))
                .toList();
    }

    public List<Member> membersOfGoneGroups() {
        return obsolete.stream()
                .filter(member ->
                        groups.stream().noneMatch(group -> group.name().equals(member.group())))
                .toList();
    }
}
