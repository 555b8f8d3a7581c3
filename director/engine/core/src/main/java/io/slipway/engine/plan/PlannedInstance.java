package io.slipway.engine.plan;

import io.slipway.engine.instance.InstanceGoal.Swap;
import io.slipway.engine.instance.InstanceSpec;
import io.slipway.model.manifest.WatchTime;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a plan: who it is, and what it should be.
 *
 * @param isErrand it has no VM until its errand runs
 * @param swap how its VM is swapped for another; null where it is not
 */
public record PlannedInstance(
        Member member,
        InstanceSpec spec,
        boolean isErrand,
        @Nullable Swap swap) {
    public String id() {
        return member.instanceId();
    }

    public String name() {
        return member.name();
    }

    /** The member once it has one VM only. */
    public Member settledMember() {
        return swap == null ? member.with(null) : member.promoted();
    }

    /** The same, with another time to watch its jobs. */
    public PlannedInstance watchedAs(WatchTime watch) {
        return new PlannedInstance(
                member, spec.watchedFor(watch.min().toMillis(), watch.max().toMillis()), isErrand, swap);
    }
}
