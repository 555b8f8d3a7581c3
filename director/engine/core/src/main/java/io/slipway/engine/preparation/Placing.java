package io.slipway.engine.preparation;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.ask.Parallel;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.InstanceChange;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.MemberPlan;
import io.slipway.engine.plan.NetworkChoice;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.plan.Placed;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.plan.SwapPlan;
import io.slipway.engine.render.SpecBuilder;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.plan.GroupSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gives members their addresses. What a member is to hold is recorded with it before it is leased, so that it can always be
 * given back; what it held before stays recorded until its VM has moved.
 */
final class Placing {
    private static final int THREADS = 32;

    private final RunServices services;
    private final Run run;
    private final ChangeOrder order;
    private final Mode mode;
    private final Addressing addressing;
    /** What is recorded of each member, by id. */
    private final Map<String, Member> recorded = new HashMap<>();

    /** Why members are placed. */
    enum Mode {
        /** Addresses follow what the cloud config says now, and VMs may be swapped. */
        DEPLOY,
        /** What is held stays. */
        AS_DEPLOYED,
        /** As a deploy, but nothing is journaled. */
        PREVIEW
    }

    Placing(RunServices services, Run run, ChangeOrder order, Mode mode) {
        this.services = services;
        this.run = run;
        this.order = order;
        this.mode = mode;
        this.addressing = new Addressing(services.leases());
        run.start().members().forEach(member -> recorded.put(member.instanceId(), member));
    }

    /** A plan was pinned: its members are journaled. */
    void pinned(PinnedPlan plan) {
        plan.members()
                .forEach(member -> recorded.merge(
                        member.instanceId(), member, (before, planned) -> planned.keepingLeasesOf(before)));
    }

    /** By instance group. */
    Map<String, List<Placed>> place(Inputs inputs, MemberPlan members) throws RunFailed {
        addressing.leaseTogether(inputs.spec(), members);
        var byGroup = new LinkedHashMap<String, List<Placed>>();
        for (GroupSpec group : inputs.spec().groups()) {
            var placed = new ArrayList<Placed>();
            for (Member member : members.of(group)) {
                placed.add(place(group, member, inputs));
            }
            byGroup.put(group.name(), placed);
        }
        return byGroup;
    }

    private Placed place(GroupSpec group, Member member, Inputs inputs) throws RunFailed {
        boolean isSwappable = SwapPlan.isPossible(group);
        boolean isFit = mode == Mode.AS_DEPLOYED || addressing.fits(group, member, member.slot());
        if (member.next() == null && !isSwappable) {
            var fitting = isFit ? member : moved(group, member);
            return new Placed(group, fitting, addressing.bind(group, fitting, fitting.slot()), null);
        }
        var status = services.instances().inspect(member.instanceId());
        var settled = SwapPlan.settled(member, status, nextIps(group, member));
        var present = addressing.bind(group, settled, settled.slot());
        boolean isToChange = isSwappable && (!isFit || isOther(inputs, group, settled, status, present));
        var plan = SwapPlan.of(
                settled,
                status,
                isToChange,
                order.slot(),
                slot -> NetworkChoice.leasesOf(group, member.instanceId(), member.az(), member.staticIps(), slot));
        boolean isNextIdle = plan.swap() == null && !status.hasReplacement();
        var planned = isNextIdle ? plan.member().with(null) : plan.member();
        if (!planned.equals(member)) {
            letGo(member, planned);
            recordOne(planned);
        }
        var bound = plan.swap() == null ? present : addressing.bind(group, planned, plan.slot());
        return new Placed(group, planned, bound, plan.swap());
    }

    /** To addresses that its networks still offer, under the slot of this task. */
    private Member moved(GroupSpec group, Member member) {
        String slot = order.slot();
        var moved = new Member(
                member.instanceId(),
                member.group(),
                member.index(),
                member.az(),
                member.bootstrap(),
                NetworkChoice.leasesOf(group, member.instanceId(), member.az(), member.staticIps(), slot),
                member.lastingState(),
                member.isIgnored(),
                member.staticIps(),
                slot,
                member.next());
        recordOne(moved);
        return moved;
    }

    private void recordOne(Member planned) {
        if (mode != Mode.PREVIEW) {
            var kept = planned.keepingLeasesOf(recorded.get(planned.instanceId()));
            run.journal().record(List.of(kept));
            recorded.put(kept.instanceId(), kept);
        }
    }

    /** Whether a VM is to become another, if it may keep its addresses. Only a deploy swaps VMs. */
    private boolean isOther(
            Inputs inputs, GroupSpec group, Member member, InstanceStatus status, List<VmNetwork> networks) {
        if (mode != Mode.DEPLOY || !status.hasVm()) {
            return false;
        }
        String fingerprint = SpecBuilder.vmFingerprint(inputs.cpis(), group, member, networks);
        return !status.vmFingerprint().equals(fingerprint) || InstanceChange.isToBeRecreated(order, status, member);
    }

    private List<String> nextIps(GroupSpec group, Member member) throws RunFailed {
        var next = member.next();
        return next == null
                ? List.of()
                : addressing.bind(group, member, next.slot()).stream()
                        .map(VmNetwork::ip)
                        .filter(ip -> !ip.isEmpty())
                        .toList();
    }

    /** An orphaned VM keeps its addresses until it is deleted. */
    private void letGo(Member before, Member after) {
        services.release(before.allLeases(), after.allLeases());
    }

    /** Gives back what an instance held before, once it is as planned. */
    void settle(PlannedInstance instance) {
        var known = recorded.get(instance.id());
        var member = instance.member();
        if (known == null || member.allLeases().containsAll(known.leases())) {
            return;
        }
        var status = services.instances().inspect(instance.id());
        boolean isAsPlanned = !status.hasVm()
                || status.vmFingerprint().equals(instance.spec().vm().fingerprint());
        if (isAsPlanned) {
            services.release(known.leases(), member.allLeases());
            run.journal().record(List.of(instance.settledMember()));
        }
    }

    /** Of a run that came to nothing: who is new goes, unless something was made of it; who was there is as before. */
    void undo(PinnedPlan plan) throws Exception {
        var former = plan.former().stream().collect(Collectors.toMap(Member::instanceId, Function.identity()));
        Parallel.each(plan.members(), THREADS, member -> {
            if (isFresh(member, plan)) {
                forget(member);
            } else {
                restore(former.getOrDefault(member.instanceId(), member));
            }
        });
    }

    /** With the addresses of a VM that is to take over only where there is, or may be, such a VM. */
    private void restore(Member before) {
        var now = recorded.getOrDefault(before.instanceId(), before);
        if (now.equals(before)) {
            return;
        }
        boolean isTakingOver = now.next() != null
                && services.instances().inspect(before.instanceId()).hasReplacement();
        var restored = isTakingOver ? before.with(now.next()) : before;
        services.release(now.allLeases(), restored.allLeases());
        run.journal().record(List.of(restored));
    }

    private boolean isFresh(Member member, PinnedPlan plan) {
        return run.start().fresh().contains(member.instanceId())
                || run.start().plan() == null
                        && plan.fresh(run.start().members()).contains(member.instanceId());
    }

    private void forget(Member member) {
        var known = recorded.getOrDefault(member.instanceId(), member);
        if (!services.instances().inspect(member.instanceId()).isOfSubstance()) {
            services.release(known.allLeases(), List.of());
            services.release(member.allLeases(), List.of());
            run.journal().recordRemoval(member.instanceId());
        }
    }
}
