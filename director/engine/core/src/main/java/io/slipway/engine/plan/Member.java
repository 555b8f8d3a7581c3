package io.slipway.engine.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance as its deployment knows it. It stays as long as anything of the instance may exist.
 *
 * @param leases addresses that it holds, as {@link io.slipway.engine.address.Lease} writes them
 * @param lastingState "started", "stopped" or "detached": what it was asked to be last
 * @param isIgnored deploys and repairs leave it alone
 * @param staticIps those that it was given, by network
 * @param slot part of the lease keys of its addresses: the task that gave it others than its first; empty for those
 * @param next addresses of a VM that is to take over from the present one; null where there is none
 */
public record Member(
        String instanceId,
        String group,
        int index,
        String az,
        boolean bootstrap,
        List<String> leases,
        String lastingState,
        boolean isIgnored,
        Map<String, String> staticIps,
        String slot,
        @Nullable NextAddresses next) {
    public static final String STARTED = "started";
    public static final String STOPPED = "stopped";
    public static final String DETACHED = "detached";

    public Member {
        staticIps = staticIps == null ? Map.of() : Map.copyOf(staticIps);
        // Members in journals of earlier versions have none.
        lastingState = lastingState == null ? STARTED : lastingState;
        slot = slot == null ? "" : slot;
    }

    /** Addresses of a VM that is to take over: as {@link Member#leases} and {@link Member#slot}. */
    public record NextAddresses(String slot, List<String> leases) {
        public NextAddresses {
            leases = List.copyOf(leases);
        }
    }

    /** All leases, also those of a VM that is to take over. */
    public List<String> allLeases() {
        var all = new ArrayList<>(leases);
        if (next != null) {
            all.addAll(next.leases());
        }
        return all;
    }

    /** As BOSH shows it: {@code group/id (index)}. */
    public String name() {
        return group + "/" + instanceId + " (" + index + ")";
    }

    public boolean isStarted() {
        return lastingState.equals(STARTED);
    }

    /** With these addresses for a VM that is to take over, or with none. */
    public Member with(@Nullable NextAddresses others) {
        return new Member(
                instanceId, group, index, az, bootstrap, leases, lastingState, isIgnored, staticIps, slot, others);
    }

    /** The VM that was to take over has done so. */
    public Member promoted() {
        return next == null ? this : holding(next.slot(), next.leases()).with(null);
    }

    public Member ignored(boolean nowIgnored) {
        return new Member(
                instanceId, group, index, az, bootstrap, leases, lastingState, nowIgnored, staticIps, slot, next);
    }

    /** With what it holds besides what this one is to have: leases of a former place go when it has moved. */
    public Member keepingLeasesOf(@Nullable Member former) {
        if (former == null) {
            return this;
        }
        var all = new LinkedHashSet<>(leases);
        all.addAll(former.leases());
        return holding(slot, List.copyOf(all));
    }

    private Member holding(String inSlot, List<String> others) {
        return new Member(
                instanceId, group, index, az, bootstrap, others, lastingState, isIgnored, staticIps, inSlot, next);
    }
}
