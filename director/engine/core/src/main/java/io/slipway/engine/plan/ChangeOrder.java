package io.slipway.engine.plan;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.Fence;
import java.util.Optional;

/**
 * What a request asks of a deployment's instances, and by whose authority.
 *
 * @param recreate VMs, even if they are as they should be
 * @param fix replaces VMs whose agents do not answer
 */
public record ChangeOrder(long task, Fence fence, boolean recreate, boolean fix, DeployOptions options) {
    /** The key of all goals of a task: goals that are asked for again are the same. */
    public static String keyOf(long task) {
        return "task-" + task;
    }

    public String key() {
        return keyOf(task);
    }

    /** Other addresses that this leads to are leased under it. */
    public String slot() {
        return "t" + task;
    }

    Optional<Action> actionOn(Member member) {
        return options.actionOn(member.group(), member.index(), member.instanceId());
    }
}
