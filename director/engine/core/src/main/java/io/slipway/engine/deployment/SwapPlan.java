package io.slipway.engine.deployment;

import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.deployment.DeploymentState.NextAddresses;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal.Swap;
import io.slipway.model.plan.GroupSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses an instance is to have: those that it has, or others, under another slot, for a VM that takes over from
 * the present one.
 *
 * @param member with the addresses of both while there are two
 * @param swap what is let go when the VM is swapped; null where it is not
 */
record SwapPlan(Member member, @Nullable Swap swap) {

    /** As BOSH: with static addresses there cannot be two VMs. */
    static boolean isPossible(GroupSpec group) {
        return group.update().swapsVms()
                && !Preparation.isErrand(group)
                && group.networks().stream()
                        .allMatch(network -> network.staticIps().isEmpty());
    }

    /** Where the VM that was to take over has done so, its addresses are the instance's. */
    static Member settled(Member member, InstanceStatus status, List<String> nextIps) {
        boolean hasTakenOver = member.next() != null
                && status.hasVm()
                && !nextIps.isEmpty()
                && status.vmIps().containsAll(nextIps);
        return hasTakenOver ? member.promoted() : member;
    }

    /**
     * Decides for an instance whose group swaps VMs.
     *
     * @param isToChange its VM is to become another, for a reason other than its addresses
     * @param slot of the task that asks; what it swapped already it does not swap again
     * @param leases of the addresses under a slot
     */
    static SwapPlan of(Member member, InstanceStatus status, boolean isToChange, String slot, LeasesOf leases)
            throws RunFailed {
        boolean isStarted = member.lastingState().equals(Member.STARTED) && !member.isIgnored();
        if (!isToChange || !isStarted || !status.hasVm() || member.slot().equals(slot)) {
            return new SwapPlan(member, null);
        }
        var planned = member.next() == null ? member.with(new NextAddresses(slot, leases.under(slot))) : member;
        return new SwapPlan(planned, new Swap(planned.leases()));
    }

    /** The slot of the addresses that the instance is to have. */
    String slot() {
        return Optional.ofNullable(swap == null ? null : member.next())
                .map(NextAddresses::slot)
                .orElse(member.slot());
    }

    /** Tells what is to be leased. */
    @FunctionalInterface
    interface LeasesOf {
        List<String> under(String slot) throws RunFailed;
    }
}
