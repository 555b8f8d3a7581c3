package io.slipway.engine.deployment;

import io.slipway.engine.instance.InstanceSpec;

/**
 * An instance of a plan: who it is, and what it should be.
 *
 * @param isErrand it has no VM until its errand runs
 */
record PreparedInstance(DeploymentState.Member member, InstanceSpec spec, boolean isErrand) {
    String name() {
        return spec.group() + "/" + member.instanceId() + " (" + member.index() + ")";
    }
}
