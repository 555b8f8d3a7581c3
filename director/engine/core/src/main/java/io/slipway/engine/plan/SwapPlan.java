package io.slipway.engine.plan;

import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal.Swap;
import io.slipway.engine.plan.Member.NextAddresses;
import io.slipway.model.manifest.Lifecycle;
import io.slipway.model.plan.GroupSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses an instance is to have: those that it has, or others, under another slot, for a VM that takes over from
 * the present one.
 *
 * @param member with the addresses of both while there are two
 * @param swap what is let go when the VM is swapped; null where it is not
 */
public record SwapPlan(Member member, @Nullable Swap swap) {
    /** As BOSH: with static addresses there cannot be two VMs. */
    public static boolean isPossible(GroupSpec group) {
        return group.update().swapsVms()
                && group.lifecycle() != Lifecycle.ERRAND
                && group.networks().stream()
                        .allMatch(network -> network.staticIps().isEmpty());
    }

    /** Where the VM that was to take over has done so, its addresses are the instance's. */
    public static Member settled(Member member, InstanceStatus status, List<String> nextIps) {
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
    public static SwapPlan of(
            Member member,
            InstanceStatus status,
            boolean isToChange,
            String slot,
            Function<String, List<String>> leases) {
        boolean isSwappable = member.isStarted() && !member.isIgnored() && status.hasVm();
        if (!isToChange || !isSwappable || member.slot().equals(slot)) {
            return new SwapPlan(member, null);
        }
        var planned = member.next() == null ? member.with(new NextAddresses(slot, leases.apply(slot))) : member;
        return new SwapPlan(planned, new Swap(planned.leases()));
    }

    /** The slot of the addresses that the instance is to have. */
    public String slot() {
        return Optional.ofNullable(swap == null ? null : member.next())
                .map(NextAddresses::slot)
                .orElse(member.slot());
    }
}
