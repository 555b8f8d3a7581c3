package io.slipway.engine.instance;

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
        @Nullable Swap swap) {

    public InstanceGoal {
        // Goals in journals of earlier versions have none.
        disks = disks == null ? DiskOrder.NONE : disks;
    }

    /**
     * How a VM is swapped.
     *
     * @param leases of the old VM's addresses, as {@code subnet id|lease key}: they end with it
     */
    public record Swap(List<String> leases) {
        public Swap {
            leases = List.copyOf(leases);
        }
    }

    public InstanceGoal(
            String key, long task, Kind kind, InstanceSpec spec, boolean recreate, boolean fix, boolean deleteDisks) {
        this(key, task, kind, spec, recreate, fix, deleteDisks, false, false, DiskOrder.NONE, null);
    }

    /** An instance that is to go names no infrastructure: what is left of it is where the goal before said. */
    InstanceGoal after(@Nullable InstanceGoal before) {
        return kind == Kind.DELETED && before != null
                ? new InstanceGoal(
                        key,
                        task,
                        kind,
                        spec.after(before.spec()),
                        recreate,
                        fix,
                        deleteDisks,
                        skipDrain,
                        force,
                        disks,
                        swap)
                : this;
    }

    public InstanceGoal(
            String key,
            long task,
            Kind kind,
            InstanceSpec spec,
            boolean recreate,
            boolean fix,
            boolean deleteDisks,
            boolean skipDrain) {
        this(key, task, kind, spec, recreate, fix, deleteDisks, skipDrain, false, DiskOrder.NONE, null);
    }

    /** The same, for a change of disks. */
    InstanceGoal forDisks(String newKey, long newTask, DiskOrder order) {
        return new InstanceGoal(newKey, newTask, kind, spec, false, false, false, true, false, order, null);
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
