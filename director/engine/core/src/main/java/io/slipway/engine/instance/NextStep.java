package io.slipway.engine.instance;

import io.slipway.engine.instance.InstanceState.Disk;
import io.slipway.engine.instance.InstanceState.Vm;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an instance does next: a pure function of its journal and of whether its agent can be reached. Asked
 * after every outcome, and after every recovery, it leads from wherever the instance is to its goal.
 */
final class NextStep {
    private final InstanceState state;
    private final InstanceGoal goal;
    private final InstanceSpec spec;
    private final Reach reach;

    /** Whether the agent of the VM answers. */
    enum Reach {
        CONNECTED,
        AWAITED,
        GIVEN_UP
    }

    private NextStep(InstanceState state, InstanceGoal goal, Reach reach) {
        this.state = state;
        this.goal = goal;
        this.spec = goal.spec();
        this.reach = reach;
    }

    static InstanceStep of(InstanceState state, InstanceGoal goal, Reach reach) {
        return new NextStep(state, goal, reach).decide();
    }

    private InstanceStep decide() {
        Vm vm = state.vm();
        if (goal.kind() == InstanceGoal.Kind.DELETED) {
            return vm == null ? deleteDisks() : removeVm(vm);
        }
        if (goal.kind() == InstanceGoal.Kind.DETACHED) {
            return vm == null ? new InstanceStep.Reached() : removeVm(vm);
        }
        if (vm == null || !vm.isCreated()) {
            return new InstanceStep.CreateVm();
        }
        if (isToBeReplaced(vm)) {
            return removeVm(vm);
        }
        if (reach != Reach.CONNECTED) {
            return new InstanceStep.AwaitAgent();
        }
        if (state.pending() != null) {
            return new InstanceStep.AwaitResult(state.pending());
        }
        if (goal.kind() == InstanceGoal.Kind.STOPPED) {
            var stop = stopJobs(vm);
            return stop != null ? stop : new InstanceStep.Reached();
        }
        return keepVm(vm);
    }

    private boolean isToBeReplaced(Vm vm) {
        boolean isMadeForThis = vm.bornFor().equals(goal.key());
        return !vm.fingerprint().equals(spec.vm().fingerprint())
                || (goal.recreate() && !isMadeForThis)
                || (goal.fix() && reach == Reach.GIVEN_UP && !isMadeForThis);
    }

    private InstanceStep keepVm(Vm vm) {
        boolean isChanged = !vm.jobs().applied().equals(spec.hash()) || isDiskToChange();
        if (!vm.jobs().prepared().equals(spec.hash())) {
            return new InstanceStep.Act(AgentAct.PREPARE, "");
        }
        var disk = firstDisk(vm);
        if (disk != null) {
            return disk;
        }
        if (goal.kind() == InstanceGoal.Kind.PREPARED) {
            return new InstanceStep.Reached();
        }
        if (isChanged || vm.jobs().stopPhase() > 0) {
            var stop = stopJobs(vm);
            if (stop != null) {
                return stop;
            }
        }
        var change = changeDisk(vm);
        return change != null ? change : startJobs(vm);
    }

    /** Creates, attaches and mounts the disk of a VM that has none mounted yet. */
    private @Nullable InstanceStep firstDisk(Vm vm) {
        var active = state.disk(Disk.Role.ACTIVE);
        if (active.isEmpty()) {
            return spec.disk() == null ? null : new InstanceStep.CreateDisk(spec.disk());
        }
        Disk disk = active.get();
        var bind = bind(vm, disk);
        if (bind != null) {
            return bind;
        }
        return disk.mountedBy().equals(vm.agentId()) ? null : new InstanceStep.Act(AgentAct.MOUNT_DISK, disk.cid());
    }

    private @Nullable InstanceStep bind(Vm vm, Disk disk) {
        if (disk.cid().isEmpty()) {
            return new InstanceStep.FinishDisk(disk);
        }
        return disk.attachedTo().equals(vm.cid()) ? null : new InstanceStep.AttachDisk(vm.cid(), disk.cid());
    }

    private boolean isDiskToChange() {
        Optional<Disk> active = state.disk(Disk.Role.ACTIVE);
        if (active.isEmpty()) {
            return false;
        }
        return spec.disk() == null
                || !active.get().fingerprint().equals(spec.disk().fingerprint());
    }

    /** With the jobs stopped: moves the data to a disk of the wanted kind, and lets the old one go. */
    private @Nullable InstanceStep changeDisk(Vm vm) {
        var retired = state.disk(Disk.Role.RETIRED);
        if (retired.isPresent()) {
            return letGo(vm, retired.get());
        }
        if (!isDiskToChange()) {
            return null;
        }
        if (spec.disk() == null) {
            return letGo(vm, state.disk(Disk.Role.ACTIVE).orElseThrow());
        }
        var incoming = state.disk(Disk.Role.INCOMING);
        if (incoming.isEmpty()) {
            return new InstanceStep.CreateDisk(spec.disk());
        }
        var bind = bind(vm, incoming.get());
        if (bind != null) {
            return bind;
        }
        return incoming.get().addedBy().equals(vm.agentId())
                ? new InstanceStep.Act(AgentAct.MIGRATE_DISK, incoming.get().cid())
                : new InstanceStep.Act(AgentAct.ADD_DISK, incoming.get().cid());
    }

    private InstanceStep letGo(Vm vm, Disk disk) {
        if (disk.mountedBy().equals(vm.agentId()) && reach == Reach.CONNECTED) {
            return new InstanceStep.Act(AgentAct.UNMOUNT_DISK, disk.cid());
        }
        if (!disk.attachedTo().isEmpty()) {
            return new InstanceStep.DetachDisk(vm.cid(), disk.cid());
        }
        return new InstanceStep.OrphanDisk(disk.cid());
    }

    private InstanceStep startJobs(Vm vm) {
        var jobs = vm.jobs();
        String hash = spec.hash();
        if (!jobs.applied().equals(hash)) {
            return new InstanceStep.Act(AgentAct.APPLY, "");
        }
        if (!jobs.preStarted().equals(hash)) {
            return new InstanceStep.Act(AgentAct.PRE_START, "");
        }
        if (!jobs.started().equals(hash)) {
            return new InstanceStep.Act(AgentAct.START, "");
        }
        if (!jobs.running().equals(hash)) {
            return new InstanceStep.AwaitRunning();
        }
        if (!jobs.postStarted().equals(hash)) {
            return new InstanceStep.Act(AgentAct.POST_START, "");
        }
        if (goal.kind() == InstanceGoal.Kind.POST_DEPLOYED
                && !jobs.postDeployedFor().equals(goal.key())) {
            return new InstanceStep.Act(AgentAct.POST_DEPLOY, "");
        }
        return new InstanceStep.Reached();
    }

    private @Nullable InstanceStep stopJobs(Vm vm) {
        var jobs = vm.jobs();
        if (jobs.started().isEmpty() && jobs.stopPhase() == 0) {
            return null;
        }
        if (goal.skipDrain() && jobs.stopPhase() < 2) {
            return new InstanceStep.Act(AgentAct.STOP, "");
        }
        return switch (jobs.stopPhase()) {
            case 0 -> new InstanceStep.Act(AgentAct.PRE_STOP, "");
            case 1 -> new InstanceStep.Act(AgentAct.DRAIN, "");
            case 2 -> new InstanceStep.Act(AgentAct.STOP, "");
            default -> new InstanceStep.Act(AgentAct.POST_STOP, "");
        };
    }

    /** Stops what runs where the agent still answers, detaches the disks, deletes the VM. */
    private InstanceStep removeVm(Vm vm) {
        boolean isWorthStopping = vm.isCreated() && (!vm.jobs().started().isEmpty() || state.pending() != null);
        if (isWorthStopping && reach == Reach.AWAITED) {
            return new InstanceStep.AwaitAgent();
        }
        if (reach == Reach.CONNECTED && vm.isCreated()) {
            if (state.pending() != null) {
                return new InstanceStep.AwaitResult(state.pending());
            }
            var stop = stopJobs(vm);
            if (stop != null) {
                return stop;
            }
            for (Disk disk : state.disks()) {
                if (disk.mountedBy().equals(vm.agentId())) {
                    return new InstanceStep.Act(AgentAct.UNMOUNT_DISK, disk.cid());
                }
            }
        }
        for (Disk disk : state.disks()) {
            if (!disk.attachedTo().isEmpty() && disk.attachedTo().equals(vm.cid())) {
                return new InstanceStep.DetachDisk(vm.cid(), disk.cid());
            }
        }
        return new InstanceStep.DeleteVm(vm.agentId(), vm.cid());
    }

    private InstanceStep deleteDisks() {
        for (Disk disk : state.disks()) {
            if (disk.cid().isEmpty()) {
                return new InstanceStep.FinishDisk(disk);
            }
            return goal.deleteDisks()
                    ? new InstanceStep.DeleteDisk(disk.cid())
                    : new InstanceStep.OrphanDisk(disk.cid());
        }
        return new InstanceStep.Reached();
    }
}
