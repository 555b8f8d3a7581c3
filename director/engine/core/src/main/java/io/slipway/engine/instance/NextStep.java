package io.slipway.engine.instance;

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
    private final Reach reachOfNext;

    private NextStep(InstanceState state, InstanceGoal goal, Reach reach, Reach reachOfNext) {
        this.state = state;
        this.goal = goal;
        this.spec = goal.spec();
        this.reach = reach;
        this.disks = new DiskSteps(state, goal, reach);
        this.reachOfNext = reachOfNext;
    }

    /**
     * @param reach of the VM's agent
     * @param reachOfNext of the agent of the VM that is to take over, if there is one
     */
    static InstanceStep of(InstanceState state, InstanceGoal goal, Reach reach, Reach reachOfNext) {
        return new NextStep(state, goal, reach, reachOfNext).decide();
    }

    private InstanceStep decide() {
        Vm vm = state.vm();
        Vm next = state.next();
        if (next != null && vm == null) {
            return new InstanceStep.ElectReplacement(next.agentId());
        }
        if (vm != null && isToBeSwapped(vm)) {
            return swap(vm);
        }
        if (next != null) {
            return new InstanceStep.DeleteVm(next.agentId(), next.cid());
        }
        if (goal.kind() == InstanceGoal.Kind.DELETED) {
            return vm == null ? reachedAfter(disks.delete()) : removeVm(vm);
        }
        if (goal.kind() == InstanceGoal.Kind.DETACHED) {
            return vm == null ? reachedAfter(disks.ordered(null)) : removeVm(vm);
        }
        if (vm == null) {
            return new InstanceStep.IntendVm();
        }
        if (!vm.isCreated()) {
            return new InstanceStep.CreateVm(vm.agentId());
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
        if (!spec.vm().tags().equals(vm.tags())) {
            return new InstanceStep.TagVm(vm.cid());
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

    /** A swap that was begun because the agent does not answer goes on where it answers again. */
    private boolean isToBeSwapped(Vm vm) {
        Vm next = state.next();
        boolean isBegun = next != null && goal.fix() && next.bornFor().equals(goal.key());
        return goal.swap() != null && goal.keepsVm() && vm.isCreated() && (isBegun || isToBeReplaced(vm));
    }

    /** Makes and prepares the VM that takes over while the old one still works; only then the old one is let go. */
    private InstanceStep swap(Vm vm) {
        Vm next = state.next();
        if (next == null) {
            return new InstanceStep.IntendReplacement();
        }
        boolean isOther = !next.fingerprint().equals(spec.vm().fingerprint());
        boolean isLeftOver = !next.bornFor().equals(goal.key()) && reachOfNext != Reach.CONNECTED;
        if (isOther || isLeftOver) {
            return new InstanceStep.DeleteVm(next.agentId(), next.cid());
        }
        if (!next.isCreated()) {
            return new InstanceStep.CreateReplacement(next.agentId());
        }
        if (reachOfNext != Reach.CONNECTED) {
            return new InstanceStep.AwaitReplacement();
        }
        var pending = state.pending();
        if (pending != null && (reach == Reach.CONNECTED || state.isForNext(pending))) {
            return new InstanceStep.AwaitResult(pending);
        }
        if (!next.jobs().prepared().equals(spec.hash())) {
            return new InstanceStep.Act(AgentAct.PREPARE, next.agentId());
        }
        return goal.kind() == InstanceGoal.Kind.PREPARED
                ? new InstanceStep.Reached()
                : removeVm(vm, new InstanceStep.OrphanVm(vm.agentId(), vm.cid()));
    }

    private InstanceStep removeVm(Vm vm) {
        return removeVm(vm, new InstanceStep.DeleteVm(vm.agentId(), vm.cid()));
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
        if (goal.kind() == InstanceGoal.Kind.STARTED) {
            return new InstanceStep.Reached();
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

    /** Stops what runs where the agent still answers, detaches the disks, and lets the VM go. */
    private InstanceStep removeVm(Vm vm, InstanceStep last) {
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
            for (PersistentDisk disk : state.disks()) {
                if (disk.mountedBy().equals(vm.agentId())) {
                    return new InstanceStep.Act(AgentAct.UNMOUNT_DISK, disk.cid());
                }
            }
        }
        for (PersistentDisk disk : state.disks()) {
            if (!disk.attachedTo().isEmpty() && disk.attachedTo().equals(vm.cid())) {
                return new InstanceStep.DetachDisk(vm.cid(), disk.cid());
            }
        }
        return last;
    }
}
