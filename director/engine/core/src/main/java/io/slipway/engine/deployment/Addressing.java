package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Rows;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.deployment.InstanceChange.Wish;
import io.slipway.engine.deployment.Preparation.Placed;
import io.slipway.model.plan.GroupSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Gives members their addresses. A member whose VM is to be swapped gets other ones, which are recorded with it before
 * they are leased.
 */
final class Addressing {
    private final Entities entities;
    private final NetworkPlanner networks;
    private final Members members;
    private final ActorRef<DeploymentCommand> deployment;
    private final Rows rows;
    private final Wish wish;
    private final List<Member> begun = new ArrayList<>();

    Addressing(Entities entities, Members members, ActorRef<DeploymentCommand> deployment, Rows rows, Wish wish) {
        this.entities = entities;
        this.networks = new NetworkPlanner(entities);
        this.members = members;
        this.deployment = deployment;
        this.rows = rows;
        this.wish = wish;
    }

    NetworkPlanner networks() {
        return networks;
    }

    Placed place(GroupSpec group, Member member, AzCpis cpis) throws RunFailed {
        boolean isSwappable = SwapPlan.isPossible(group);
        if (member.next() == null && !isSwappable) {
            return new Placed(group, member, networks.bind(group, member, member.slot()), null);
        }
        var status = entities.inspect(member.instanceId());
        var settled = SwapPlan.settled(member, status, nextIps(group, member));
        var present = networks.bind(group, settled, settled.slot());
        boolean isToChange =
                isSwappable && wish.isOther(status, SpecBuilder.vmFingerprint(cpis, group, settled, present), settled);
        var plan = SwapPlan.of(
                settled,
                status,
                isToChange,
                wish.slot(),
                slot -> NetworkPlanner.leasesOf(group, member.instanceId(), member.az(), member.staticIps(), slot));
        boolean isNextIdle = plan.swap() == null && !status.hasReplacement();
        var planned = isNextIdle ? plan.member().with(null) : plan.member();
        if (!planned.equals(member)) {
            letGo(member, planned);
            entities.recordMembers(deployment, List.of(members.keepingLeases(planned)));
        }
        if (planned.next() != null && member.next() == null) {
            begun.add(planned);
        }
        var bound = plan.swap() == null ? present : networks.bind(group, planned, plan.slot());
        return new Placed(group, planned, bound, plan.swap());
    }

    private List<String> nextIps(GroupSpec group, Member member) throws RunFailed {
        var next = member.next();
        return next == null
                ? List.of()
                : networks.bind(group, member, next.slot()).stream()
                        .map(VmNetwork::ip)
                        .filter(ip -> !ip.isEmpty())
                        .toList();
    }

    /** An orphaned VM keeps its addresses until it is deleted. */
    private void letGo(Member before, Member after) {
        for (String lease : before.allLeases()) {
            if (!after.allLeases().contains(lease) && !rows.isHeldByOrphan(lease)) {
                NetworkPlanner.release(entities, List.of(lease));
            }
        }
    }

    /** Takes back the addresses of VMs that were to take over and were never made. */
    void undo() {
        for (Member member : begun) {
            var next = member.next();
            if (next != null && !entities.inspect(member.instanceId()).hasReplacement()) {
                NetworkPlanner.release(entities, next.leases());
                entities.recordMembers(deployment, List.of(members.asBefore(member)));
            }
        }
    }
}
