package io.slipway.engine.instance;

import java.util.Optional;

/**
 * What a forced deletion takes for done where the infrastructure refuses to do it. (A disk that cannot be deleted is
 * not among it: it becomes an orphan.)
 */
final class PassedOver {
    private PassedOver() {}

    static Optional<InstanceEvent> by(InstanceGoal goal, InstanceStep refused) {
        if (!goal.force() || goal.kind() != InstanceGoal.Kind.DELETED) {
            return Optional.empty();
        }
        return switch (refused) {
            case InstanceStep.DeleteVm delete -> Optional.of(new InstanceEvent.VmDeleted(delete.agentId()));
            case InstanceStep.DetachDisk detach -> Optional.of(new InstanceEvent.DiskDetached(detach.diskCid()));
            case InstanceStep.FinishDisk finish ->
                Optional.of(new InstanceEvent.DiskDeleted(finish.disk().cid()));
            case InstanceStep.Outside x -> Optional.empty();
            case InstanceStep.Decided x -> Optional.empty();
            case InstanceStep.Awaited x -> Optional.empty();
        };
    }
}
