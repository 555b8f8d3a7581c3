package io.slipway.health.liveness;

import io.slipway.model.resurrection.ResurrectionRules;
import java.util.List;

/**
 * A deployment as it was seen when its rows were read.
 *
 * @param isLocked a task works on it
 * @param isRepairQueued its repair was asked for already, and has not ended
 * @param isPaused resurrection is paused for all
 * @param rules of resurrection
 */
public record DeploymentSight(
        String name,
        boolean isLocked,
        boolean isRepairQueued,
        boolean isPaused,
        ResurrectionRules rules,
        List<InstanceSight> instances) {}
