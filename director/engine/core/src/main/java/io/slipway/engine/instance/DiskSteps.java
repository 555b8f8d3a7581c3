package io.slipway.engine.instance;

import io.slipway.engine.instance.InstanceSpec.DiskPlan;
import io.slipway.engine.instance.InstanceState.Vm;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link NextStep} that is about persistent disks. One of them, without a name, is mounted at the store, and
 * its data moves along when it is replaced; those with names are attached, and jobs do with them what they want.
 */
final class DiskSteps {
    private final InstanceState state;
    private final InstanceGoal goal;
    private final InstanceSpec spec;
    private final Reach reach;

    DiskSteps(InstanceState state, InstanceGoal goal, Reach reach) {
        this.state = state;
        this.goal = goal;
        this.spec = goal.spec();
        this.reach = reach;
    }

    /**
     * Creates, attaches and mounts the disks of a VM that has not all of them yet.
     *
     * @param isAtRest no job of the VM runs
     */
    @Nullable
    InstanceStep first(Vm vm, boolean isAtRest) {
        boolean isLeftDetached = isAtRest && growing().isPresent();
        var store = isLeftDetached ? null : store(vm);
        return store != null ? store : named(vm, isAtRest);
    }

    private @Nullable InstanceStep store(Vm vm) {
        var active = state.disk(PersistentDisk.Role.ACTIVE);
        if (active.isEmpty()) {
            return spec.disk() == null ? null : new InstanceStep.IntendDisk(spec.disk());
        }
        return mounted(vm, active.get());
    }

    private @Nullable InstanceStep mounted(Vm vm, PersistentDisk disk) {
        var bind = bind(vm, disk);
        if (bind != null) {
            return bind;
        }
        return disk.mountedBy().equals(vm.agentId()) ? null : new InstanceStep.Act(AgentAct.MOUNT_DISK, disk.cid());
    }

    private @Nullable InstanceStep named(Vm vm, boolean isAtRest) {
        for (DiskPlan plan : spec.namedDisks()) {
            var active = state.disk(PersistentDisk.Role.ACTIVE, plan.name());
            boolean isGoing = isAtRest && active.filter(this::isToChange).isPresent();
            if (isGoing) {
                continue;
            }
            if (active.isEmpty()) {
                return new InstanceStep.IntendDisk(plan);
            }
            var bind = bind(vm, active.get());
            if (bind != null) {
                return bind;
            }
            if (!active.get().addedBy().equals(vm.agentId())) {
                return new InstanceStep.Act(AgentAct.ADD_DISK, active.get().cid());
            }
        }
        return null;
    }

    private @Nullable InstanceStep bind(Vm vm, PersistentDisk disk) {
        if (disk.cid().isEmpty()) {
            return new InstanceStep.FinishDisk(disk);
        }
        return disk.attachedTo().equals(vm.cid()) ? null : new InstanceStep.AttachDisk(vm.cid(), disk.cid());
    }

    boolean isAnyToChange() {
        return state.disks().stream().anyMatch(this::isToChange);
    }

    private boolean isToChange(PersistentDisk disk) {
        return disk.role() == PersistentDisk.Role.ACTIVE
                && spec.diskNamed(disk.name())
                        .map(plan -> !plan.fingerprint().equals(disk.fingerprint()) || isOutlived(disk))
                        .orElse(true);
    }

    private boolean isOutlived(PersistentDisk disk) {
        return goal.disks().anew() && !disk.bornFor().equals(goal.key());
    }

    /** With the jobs stopped: moves the data to a disk of the wanted kind, and lets the old one go. */
    @Nullable
    InstanceStep change(Vm vm) {
        for (PersistentDisk disk : state.disks()) {
            if (!disk.name().isEmpty() && isToChange(disk)) {
                return letGo(vm, disk);
            }
        }
        var named = named(vm, true);
        return named != null ? named : changeStore(vm);
    }

    private @Nullable InstanceStep changeStore(Vm vm) {
        var retired = state.disk(PersistentDisk.Role.RETIRED);
        if (retired.isPresent()) {
            return letGo(vm, retired.get());
        }
        var active = state.disk(PersistentDisk.Role.ACTIVE);
        if (active.isEmpty() || !isToChange(active.get())) {
            return null;
        }
        var plan = spec.disk();
        if (plan == null) {
            return letGo(vm, active.get());
        }
        return growing().isPresent() ? grow(vm, active.get(), plan) : replace(vm, plan);
    }

    private InstanceStep replace(Vm vm, DiskPlan plan) {
        var incoming = state.disk(PersistentDisk.Role.INCOMING);
        if (incoming.isEmpty()) {
            return new InstanceStep.IntendDisk(plan);
        }
        var bind = bind(vm, incoming.get());
        if (bind != null) {
            return bind;
        }
        return incoming.get().addedBy().equals(vm.agentId())
                ? new InstanceStep.Act(AgentAct.MIGRATE_DISK, incoming.get().cid())
                : new InstanceStep.Act(AgentAct.ADD_DISK, incoming.get().cid());
    }

    /** The disk that only has to become larger, where the infrastructure may do that and has not refused it. */
    private Optional<PersistentDisk> growing() {
        var plan = spec.disk();
        boolean isMoving = state.disk(PersistentDisk.Role.INCOMING).isPresent()
                || state.disk(PersistentDisk.Role.RETIRED).isPresent();
        if (plan == null || isMoving || !goal.disks().growInPlace()) {
            return Optional.empty();
        }
        return state.disk(PersistentDisk.Role.ACTIVE)
                .filter(disk -> !disk.cid().isEmpty()
                        && !isOutlived(disk)
                        && disk.sizeMb() < plan.sizeMb()
                        && disk.cloudProperties().equals(plan.cloudProperties())
                        && !disk.copiedFor().equals(plan.fingerprint()));
    }

    private InstanceStep grow(Vm vm, PersistentDisk disk, DiskPlan plan) {
        var detach = detach(vm, disk);
        return detach != null ? detach : new InstanceStep.GrowDisk(disk.cid(), plan);
    }

    private InstanceStep letGo(@Nullable Vm vm, PersistentDisk disk) {
        if (disk.cid().isEmpty()) {
            return new InstanceStep.FinishDisk(disk);
        }
        var detach = vm == null ? null : detach(vm, disk);
        return detach != null ? detach : new InstanceStep.OrphanDisk(disk.cid());
    }

    private @Nullable InstanceStep detach(Vm vm, PersistentDisk disk) {
        if (disk.mountedBy().equals(vm.agentId()) && reach == Reach.CONNECTED) {
            return new InstanceStep.Act(AgentAct.UNMOUNT_DISK, disk.cid());
        }
        boolean isKnownByName = !disk.name().isEmpty() && disk.addedBy().equals(vm.agentId());
        if (isKnownByName && reach == Reach.CONNECTED) {
            return new InstanceStep.Act(AgentAct.REMOVE_DISK, disk.cid());
        }
        return disk.attachedTo().isEmpty() ? null : new InstanceStep.DetachDisk(vm.cid(), disk.cid());
    }

    /** With the jobs stopped: what the goal says of single disks. */
    @Nullable
    InstanceStep ordered(@Nullable Vm vm) {
        for (PersistentDisk disk : state.disks()) {
            if (goal.disks().isUnwanted(disk)) {
                return letGo(vm, disk);
            }
        }
        var adopted = goal.disks().adopt();
        if (adopted == null) {
            return null;
        }
        var present = state.disks().stream()
                .filter(disk -> disk.cid().equals(adopted.cid()))
                .findFirst();
        if (present.isEmpty()) {
            return new InstanceStep.AdoptDisk(adopted);
        }
        return vm == null ? null : mounted(vm, present.get());
    }

    /** Without a VM: lets all disks go. */
    @Nullable
    InstanceStep delete() {
        for (PersistentDisk disk : state.disks()) {
            return goal.deleteDisks() && !disk.cid().isEmpty()
                    ? new InstanceStep.DeleteDisk(disk.cid())
                    : letGo(null, disk);
        }
        return null;
    }
}
