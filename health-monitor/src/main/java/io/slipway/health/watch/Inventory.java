package io.slipway.health.watch;

import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Repairs;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks;
import io.slipway.health.liveness.DeploymentSight;
import io.slipway.health.liveness.InstanceSight;
import io.slipway.model.resurrection.ResurrectionRules;
import java.util.List;
import java.util.Optional;

/** Reads what there is from rows. Calls block. */
final class Inventory {
    private static final List<Tasks.State> OPEN =
            List.of(Tasks.State.QUEUED, Tasks.State.PROCESSING, Tasks.State.CANCELLING);
    private static final int MANY = 100;

    private final Deployments deployments;
    private final Tasks tasks;
    private final Repairs repairs;

    Inventory(Deployments deployments, Tasks tasks, Repairs repairs) {
        this.deployments = deployments;
        this.tasks = tasks;
        this.repairs = repairs;
    }

    /** What is read once for several deployments. */
    record Policy(boolean isPaused, ResurrectionRules rules) {}

    Policy policy() {
        return new Policy(repairs.isPausedForAll(), repairs.rules());
    }

    List<DeploymentRow> deployments() {
        return deployments.list();
    }

    Optional<DeploymentRow> find(String deployment) {
        return deployments.find(deployment);
    }

    DeploymentSight see(DeploymentRow deployment, Policy policy) {
        var instances = deployments.instances(deployment.name()).stream()
                .map(Inventory::see)
                .toList();
        boolean isAnyDown = instances.stream()
                .anyMatch(one -> one.isWatched() && (one.vmCid().isEmpty() || !one.isConnected()));
        return new DeploymentSight(
                deployment.name(),
                !deployment.lockedByTask().isEmpty(),
                isAnyDown && isRepairQueued(deployment.name()),
                policy.isPaused(),
                policy.rules(),
                instances);
    }

    private static InstanceSight see(InstanceRow row) {
        boolean isToRun = row.state().equals("started") && !row.ignored();
        boolean hasFailed = row.activity().equals("failed");
        boolean hasVm = !row.vmCid().isEmpty();
        // One whose VM could not be made is for people to look at.
        boolean isAtRest = row.activity().isEmpty() || (hasFailed && hasVm);
        return new InstanceSight(
                row.id(),
                row.group(),
                row.index(),
                row.vmCid(),
                row.agentId(),
                row.cpi(),
                row.agentConnected(),
                isToRun && isAtRest,
                isToRun && hasFailed && !hasVm,
                row.jobState(),
                row.vitals(),
                row.processes());
    }

    private boolean isRepairQueued(String deployment) {
        return tasks.list(new Tasks.TaskFilter(OPEN, deployment, "", MANY)).stream()
                .anyMatch(task -> task.kind() == TaskKind.SCAN_AND_FIX);
    }
}
