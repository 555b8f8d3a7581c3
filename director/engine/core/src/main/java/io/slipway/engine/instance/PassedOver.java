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
            case InstanceStep.DeleteDisk x -> Optional.empty();
            case InstanceStep.OrphanDisk x -> Optional.empty();
            case InstanceStep.CreateVm x -> Optional.empty();
            case InstanceStep.TagVm x -> Optional.empty();
            case InstanceStep.CreateDisk x -> Optional.empty();
            case InstanceStep.AttachDisk x -> Optional.empty();
            case InstanceStep.AdoptDisk x -> Optional.empty();
            case InstanceStep.GrowDisk x -> Optional.empty();
            case InstanceStep.AwaitAgent x -> Optional.empty();
            case InstanceStep.AwaitResult x -> Optional.empty();
            case InstanceStep.AwaitRunning x -> Optional.empty();
            case InstanceStep.Act x -> Optional.empty();
            case InstanceStep.CreateReplacement x -> Optional.empty();
            case InstanceStep.AwaitReplacement x -> Optional.empty();
            case InstanceStep.ElectReplacement x -> Optional.empty();
            case InstanceStep.OrphanVm x -> Optional.empty();
            case InstanceStep.Reached x -> Optional.empty();
        };
    }
}
