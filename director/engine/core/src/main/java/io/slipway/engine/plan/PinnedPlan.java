package io.slipway.engine.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a run of a deploy has decided, before anything is done for it. A run that begins again goes by it.
 *
 * @param members that the deployment is to have, in the order of groups and indices
 * @param obsolete ids of those that go
 * @param former those of {@code members} that there were before and that are other now, as they were
 */
public record PinnedPlan(PinnedInputs inputs, List<Member> members, List<String> obsolete, List<Member> former) {
    public PinnedPlan {
        members = List.copyOf(members);
        obsolete = List.copyOf(obsolete);
        former = List.copyOf(former);
    }

    /** @param before the members that the deployment has */
    public static PinnedPlan of(PinnedInputs inputs, MemberPlan plan, List<Member> before) {
        var planned = plan.members();
        var known = planned.stream().map(Member::instanceId).collect(Collectors.toSet());
        return new PinnedPlan(
                inputs,
                planned,
                plan.obsolete().stream().map(Member::instanceId).toList(),
                before.stream()
                        .filter(member -> known.contains(member.instanceId()) && !planned.contains(member))
                        .toList());
    }

    /** Ids of members that this plan was the first to have, of those that there are now. */
    public Set<String> fresh(List<Member> before) {
        var ids = new LinkedHashSet<String>();
        members.forEach(member -> ids.add(member.instanceId()));
        before.forEach(member -> ids.remove(member.instanceId()));
        return ids;
    }
}
