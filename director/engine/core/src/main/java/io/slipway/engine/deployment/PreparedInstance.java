package io.slipway.engine.deployment;

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
record PreparedInstance(
        DeploymentState.Member member,
        InstanceSpec spec,
        boolean isErrand,
        @Nullable Swap swap) {
    String name() {
        return member.name();
    }

    /** The member once it has one VM only. */
    DeploymentState.Member settledMember() {
        return swap == null ? member.with(null) : member.promoted();
    }

    /** The same, with another time to watch its jobs. */
    PreparedInstance watchedAs(WatchTime watch) {
        return new PreparedInstance(
                member, spec.watchedFor(watch.min().toMillis(), watch.max().toMillis()), isErrand, swap);
    }
}
