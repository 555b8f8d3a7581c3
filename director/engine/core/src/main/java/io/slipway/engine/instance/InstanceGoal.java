package io.slipway.engine.instance;

import io.slipway.engine.Fence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an instance should come to. A goal with the key of the present one is the same goal, asked for again.
 *
 * @param recreate the VM, even if it is as it should be, unless it was made for this very goal
 * @param fix replaces a VM whose agent does not answer
 * @param skipDrain neither pre-stop nor drain scripts run before jobs are stopped
 * @param deleteDisks with {@link Kind#DELETED}: delete the disks too, instead of keeping them as orphans
 * @param force with {@link Kind#DELETED}: what the infrastructure refuses to do is passed over
 * @param fence of the run that asks; goals of older runs are refused
 * @param swap where the VM is to be replaced, the new one is made before the old one is let go; null for the other order
 */
public record InstanceGoal(
        String key,
        long task,
        Kind kind,
        InstanceSpec spec,
        boolean recreate,
        boolean fix,
        boolean deleteDisks,
        boolean skipDrain,
        boolean force,
        DiskOrder disks,
        @Nullable Swap swap,
        Fence fence) {
    public InstanceGoal {
        // Goals in journals of earlier versions have none.
        disks = disks == null ? DiskOrder.NONE : disks;
        fence = fence == null ? Fence.NONE : fence;
    }

    /**
     * How a VM is swapped.
     *
     * @param leases of the old VM's addresses, as {@link io.slipway.engine.address.Lease} writes them: they end with it
     */
    public record Swap(List<String> leases) {
        public Swap {
            leases = List.copyOf(leases);
        }
    }

    /** A goal of which nothing else is said. */
    public static InstanceGoal of(String key, long task, Fence fence, Kind kind, InstanceSpec spec) {
        return new InstanceGoal(key, task, kind, spec, false, false, false, false, false, DiskOrder.NONE, null, fence);
    }

    public InstanceGoal recreating(boolean isTo) {
        return new InstanceGoal(key, task, kind, spec, isTo, fix, deleteDisks, skipDrain, force, disks, swap, fence);
    }

    public InstanceGoal fixing(boolean isTo) {
        return new InstanceGoal(
                key, task, kind, spec, recreate, isTo, deleteDisks, skipDrain, force, disks, swap, fence);
    }

    public InstanceGoal deletingDisks(boolean isTo) {
        return new InstanceGoal(key, task, kind, spec, recreate, fix, isTo, skipDrain, force, disks, swap, fence);
    }

    public InstanceGoal skippingDrain(boolean isTo) {
        return new InstanceGoal(key, task, kind, spec, recreate, fix, deleteDisks, isTo, force, disks, swap, fence);
    }

    public InstanceGoal forced(boolean isTo) {
        return new InstanceGoal(key, task, kind, spec, recreate, fix, deleteDisks, skipDrain, isTo, disks, swap, fence);
    }

    public InstanceGoal with(DiskOrder order) {
        return new InstanceGoal(
                key, task, kind, spec, recreate, fix, deleteDisks, skipDrain, force, order, swap, fence);
    }

    public InstanceGoal swapping(@Nullable Swap how) {
        return new InstanceGoal(key, task, kind, spec, recreate, fix, deleteDisks, skipDrain, force, disks, how, fence);
    }

    private InstanceGoal with(InstanceSpec other) {
        return new InstanceGoal(
                key, task, kind, other, recreate, fix, deleteDisks, skipDrain, force, disks, swap, fence);
    }

    InstanceGoal with(Fence newer) {
        return new InstanceGoal(
                key, task, kind, spec, recreate, fix, deleteDisks, skipDrain, force, disks, swap, newer);
    }

    /**
     * The goal as it is for an instance that had another before. One that is to go names no infrastructure: what is left of
     * it is where the goal before said. Scripts that run at the end of a task run on what the task has made, whatever a
     * run that was begun again makes of the templates now.
     */
    InstanceGoal after(@Nullable InstanceGoal before) {
        if (before == null) {
            return this;
        }
        if (kind == Kind.DELETED) {
            return with(spec.after(before.spec()));
        }
        boolean isSameTask = before.key().equals(key);
        return kind == Kind.POST_DEPLOYED && isSameTask ? with(before.spec()) : this;
    }

    /** The same, for a change of disks. */
    InstanceGoal forDisks(String newKey, long newTask, Fence newer, DiskOrder order) {
        return of(newKey, newTask, newer, kind, spec).skippingDrain(true).with(order);
    }

    /** No job is to run, and the disks stay. */
    boolean isForRest() {
        return kind == Kind.STOPPED || kind == Kind.DETACHED;
    }

    /** No VM is to be left. */
    boolean removesVm() {
        return kind == Kind.DELETED || kind == Kind.DETACHED;
    }

    /** The VM is to be replaced by another, or to go. */
    boolean endsVm(InstanceState.Vm vm) {
        return removesVm()
                || !vm.fingerprint().equals(spec.vm().fingerprint())
                || (recreate && !vm.bornFor().equals(key));
    }

    /** A VM is to be left, with jobs on it. */
    boolean keepsVm() {
        return switch (kind) {
            case PREPARED, STARTED, RUNNING, POST_DEPLOYED -> true;
            case STOPPED, DETACHED, DELETED -> false;
        };
    }

    /** Kinds of goals; the first four include all before them. */
    public enum Kind {
        /** The VM exists, its agent answers, and has fetched what the spec needs. */
        PREPARED,
        /** All jobs are started; whether they run is not waited for. */
        STARTED,
        /** All jobs run. */
        RUNNING,
        /** And their post-deploy scripts ran for this goal. */
        POST_DEPLOYED,
        /** The jobs are stopped, the VM stays. */
        STOPPED,
        /** The jobs are stopped and the VM is gone, the disks stay. */
        DETACHED,
        /** Nothing is left. */
        DELETED
    }
}
