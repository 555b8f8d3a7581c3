package io.slipway.engine.plan;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.instance.InstanceGoal.Swap;
import io.slipway.model.plan.GroupSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member with its addresses.
 *
 * @param swap how its VM is swapped for another; null where it is not
 */
public record Placed(
        GroupSpec group,
        Member member,
        List<VmNetwork> networks,
        @Nullable Swap swap) {}
