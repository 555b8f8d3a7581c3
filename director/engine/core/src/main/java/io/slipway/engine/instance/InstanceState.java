package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.JournaledEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An instance as its journal tells it.
 *
 * @param failure of the present goal, or empty
 * @param generation of the newest VM, counted from one
 * @param pending the agent's command whose end is not known yet
 */
public record InstanceState(
        @Nullable InstanceGoal goal,
        boolean isReached,
        String failure,
        @Nullable Vm vm,
        List<Disk> disks,
        int generation,
        int commands,
        @Nullable Pending pending)
        implements JournaledEvent {

    static final InstanceState NEW = new InstanceState(null, false, "", null, List.of(), 0, 0, null);

    /**
     * A VM, or the intent to make one.
     *
     * @param cid empty while the outcome of its creation is not known
     * @param bornFor the key of the goal for which it was made
     * @param cpi that makes it; empty for the built-in one
     */
    public record Vm(
            String agentId,
            String cid,
            String fingerprint,
            String bornFor,
            String createdAt,
            List<VmNetwork> networks,
            Jobs jobs,
            String cpi) {
        public Vm {
            // Journals of earlier versions have none.
            cpi = cpi == null ? "" : cpi;
        }

        boolean isCreated() {
            return !cid.isEmpty();
        }

        Vm with(Jobs newJobs) {
            return new Vm(agentId, cid, fingerprint, bornFor, createdAt, networks, newJobs, cpi);
        }
    }

    /** How far each phase got on the VM: the hash of the spec for which it was last done, or empty. */
    public record Jobs(
            String prepared,
            String applied,
            String preStarted,
            String started,
            String running,
            String postStarted,
            String postDeployedFor,
            int stopPhase) {
        static final Jobs NONE = new Jobs("", "", "", "", "", "", "", 0);
    }

    /**
     * A persistent disk, or the intent to make one.
     *
     * @param attachedTo a VM's cid, or empty
     * @param mountedBy an agent id, or empty
     */
    public record Disk(
            String key,
            String cid,
            long sizeMb,
            String fingerprint,
            String attachedTo,
            String device,
            String addedBy,
            String mountedBy,
            Role role) {

        /** An incoming disk takes over from the active one, which is then retired. */
        public enum Role {
            INCOMING,
            ACTIVE,
            RETIRED
        }
    }

    /** An agent's command that was issued. */
    public record Pending(String commandId, AgentAct act, String subject, String specHash) {}

    boolean isWorking() {
        return goal != null && !isReached && failure.isEmpty();
    }

    Optional<Disk> disk(Disk.Role role) {
        return disks.stream().filter(disk -> disk.role() == role).findFirst();
    }

    InstanceState apply(InstanceEvent event) {
        return switch (event) {
            case InstanceEvent.GoalSet set ->
                new InstanceState(set.goal(), false, "", vm, disks, generation, commands, pending);
            case InstanceEvent.GoalReached reached -> ended("", true);
            case InstanceEvent.GoalFailed failed -> ended(failed.message(), false);
            case InstanceEvent.VmIntended intended ->
                withVm(
                        new Vm(
                                intended.agentId(),
                                "",
                                intended.fingerprint(),
                                intended.bornFor(),
                                "",
                                List.of(),
                                Jobs.NONE,
                                intended.cpi()),
                        intended.generation());
            case InstanceEvent.VmCreated created ->
                vm == null
                        ? this
                        : withVm(
                                new Vm(
                                        vm.agentId(),
                                        created.cid(),
                                        vm.fingerprint(),
                                        vm.bornFor(),
                                        created.at(),
                                        created.networks(),
                                        vm.jobs(),
                                        vm.cpi()),
                                generation);
            case InstanceEvent.VmDeleted deleted ->
                new InstanceState(
                        goal,
                        isReached,
                        failure,
                        null,
                        disks.stream().map(InstanceState::detached).toList(),
                        generation,
                        commands,
                        null);
            case InstanceEvent.DiskIntended intended -> withDisk(intended);
            case InstanceEvent.DiskCreated created ->
                withDisks(disk -> disk.key().equals(created.key()) ? withCid(disk, created.cid()) : disk);
            case InstanceEvent.DiskAttached attached ->
                withDisks(disk -> disk.cid().equals(attached.cid()) ? attached(disk, attached) : disk);
            case InstanceEvent.DiskDetached gone ->
                withDisks(disk -> disk.cid().equals(gone.cid()) ? detached(disk) : disk);
            case InstanceEvent.DiskDeleted gone -> without(gone.cid());
            case InstanceEvent.DiskOrphaned gone -> without(gone.cid());
            case InstanceEvent.CommandIssued issued ->
                new InstanceState(
                        goal,
                        isReached,
                        failure,
                        vm,
                        disks,
                        generation,
                        commands + 1,
                        new Pending(issued.commandId(), issued.act(), issued.subject(), issued.specHash()));
            case InstanceEvent.CommandSucceeded succeeded -> pending == null ? this : CommandEffect.of(this, pending);
            case InstanceEvent.CommandFailed failed -> withPending(null);
            case InstanceEvent.CommandLost lost -> withPending(null);
            case InstanceEvent.JobsSeenRunning seen ->
                withJobs(jobs -> new Jobs(
                        jobs.prepared(),
                        jobs.applied(),
                        jobs.preStarted(),
                        jobs.started(),
                        seen.specHash(),
                        jobs.postStarted(),
                        jobs.postDeployedFor(),
                        0));
        };
    }

    InstanceState withPending(@Nullable Pending next) {
        return new InstanceState(goal, isReached, failure, vm, disks, generation, commands, next);
    }

    InstanceState withJobs(UnaryOperator<Jobs> change) {
        return vm == null ? this : withVm(vm.with(change.apply(vm.jobs())), generation);
    }

    InstanceState withDisks(UnaryOperator<Disk> change) {
        return new InstanceState(
                goal, isReached, failure, vm, disks.stream().map(change).toList(), generation, commands, pending);
    }

    private InstanceState ended(String withFailure, boolean reached) {
        return new InstanceState(goal, reached, withFailure, vm, disks, generation, commands, pending);
    }

    private InstanceState withVm(Vm next, int nextGeneration) {
        return new InstanceState(goal, isReached, failure, next, disks, nextGeneration, commands, pending);
    }

    private InstanceState withDisk(InstanceEvent.DiskIntended intended) {
        var role = disk(Disk.Role.ACTIVE).isPresent() ? Disk.Role.INCOMING : Disk.Role.ACTIVE;
        var grown = new ArrayList<>(disks);
        grown.add(new Disk(intended.key(), "", intended.sizeMb(), intended.fingerprint(), "", "", "", "", role));
        return new InstanceState(goal, isReached, failure, vm, List.copyOf(grown), generation, commands, pending);
    }

    private InstanceState without(String diskCid) {
        return new InstanceState(
                goal,
                isReached,
                failure,
                vm,
                disks.stream().filter(disk -> !disk.cid().equals(diskCid)).toList(),
                generation,
                commands,
                pending);
    }

    private static Disk withCid(Disk disk, String cid) {
        return new Disk(disk.key(), cid, disk.sizeMb(), disk.fingerprint(), "", "", "", "", disk.role());
    }

    private static Disk attached(Disk disk, InstanceEvent.DiskAttached attached) {
        return new Disk(
                disk.key(),
                disk.cid(),
                disk.sizeMb(),
                disk.fingerprint(),
                attached.vmCid(),
                attached.device(),
                "",
                "",
                disk.role());
    }

    private static Disk detached(Disk disk) {
        return new Disk(disk.key(), disk.cid(), disk.sizeMb(), disk.fingerprint(), "", "", "", "", disk.role());
    }
}
