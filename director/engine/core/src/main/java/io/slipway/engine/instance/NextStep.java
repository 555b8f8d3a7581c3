package io.slipway.engine.instance;

import io.slipway.engine.instance.InstanceState.Disk;
import io.slipway.engine.instance.InstanceState.Vm;
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
    private final DiskSteps disks;

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
        this.disks = new DiskSteps(state, goal, reach);
    }

    static InstanceStep of(InstanceState state, InstanceGoal goal, Reach reach) {
        return new NextStep(state, goal, reach).decide();
    }

    private InstanceStep decide() {
        Vm vm = state.vm();
        if (goal.kind() == InstanceGoal.Kind.DELETED) {
            return vm == null ? reachedAfter(disks.delete()) : removeVm(vm);
        }
        if (goal.kind() == InstanceGoal.Kind.DETACHED) {
            return vm == null ? reachedAfter(disks.ordered(null)) : removeVm(vm);
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
            return stop != null ? stop : reachedAfter(disks.ordered(vm));
        }
        return keepVm(vm);
    }

    private static InstanceStep reachedAfter(@Nullable InstanceStep step) {
        return step != null ? step : new InstanceStep.Reached();
    }

    private boolean isToBeReplaced(Vm vm) {
        boolean isMadeForThis = vm.bornFor().equals(goal.key());
        return !vm.fingerprint().equals(spec.vm().fingerprint())
                || (goal.recreate() && !isMadeForThis)
                || (goal.fix() && reach == Reach.GIVEN_UP && !isMadeForThis);
    }

    private InstanceStep keepVm(Vm vm) {
        boolean isChanged = !vm.jobs().applied().equals(spec.hash()) || disks.isAnyToChange();
        if (!vm.jobs().prepared().equals(spec.hash())) {
            return new InstanceStep.Act(AgentAct.PREPARE, "");
        }
        boolean isAtRest = vm.jobs().started().isEmpty() && vm.jobs().stopPhase() == 0;
        var disk = disks.first(vm, isAtRest);
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
        var change = disks.change(vm);
        return change != null ? change : startJobs(vm);
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
}
