package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.Fence;
import io.slipway.engine.JournaledEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An instance as its journal tells it.
 *
 * @param failure of the present goal, or empty
 * @param generation of the newest VM, counted from one
 * @param pending the agent's command whose end is not known yet
 * @param next the VM that is to take over from the present one, while there are two
 */
public record InstanceState(
        @Nullable InstanceGoal goal,
        boolean isReached,
        String failure,
        @Nullable Vm vm,
        List<PersistentDisk> disks,
        int generation,
        int commands,
        @Nullable Pending pending,
        @Nullable Vm next)
        implements JournaledEvent {

    static final InstanceState NEW = new InstanceState(null, false, "", null, List.of(), 0, 0, null, null);

    /**
     * A VM, or the intent to make one.
     *
     * @param cid empty while the outcome of its creation is not known
     * @param bornFor the key of the goal for which it was made
     * @param cpi that makes it; empty for the built-in one
     * @param tags that the infrastructure knows of it; null where an earlier version made it, and did not journal them
     */
    public record Vm(
            String agentId,
            String cid,
            String fingerprint,
            String bornFor,
            String createdAt,
            List<VmNetwork> networks,
            Jobs jobs,
            String cpi,
            @Nullable Map<String, String> tags) {
        public Vm {
            // Journals of earlier versions have none.
            cpi = cpi == null ? "" : cpi;
        }

        boolean isCreated() {
            return !cid.isEmpty();
        }

        static Vm intended(InstanceEvent.VmIntended vm) {
            return new Vm(
                    vm.agentId(), "", vm.fingerprint(), vm.bornFor(), "", List.of(), Jobs.NONE, vm.cpi(), vm.tags());
        }

        static Vm intended(InstanceEvent.ReplacementIntended vm) {
            return new Vm(
                    vm.agentId(), "", vm.fingerprint(), vm.bornFor(), "", List.of(), Jobs.NONE, vm.cpi(), vm.tags());
        }

        Vm with(Jobs newJobs) {
            return new Vm(agentId, cid, fingerprint, bornFor, createdAt, networks, newJobs, cpi, tags);
        }

        Vm created(InstanceEvent.VmCreated created) {
            return new Vm(
                    agentId, created.cid(), fingerprint, bornFor, created.at(), created.networks(), jobs, cpi, tags);
        }

        Vm bornFor(String goalKey) {
            return new Vm(agentId, cid, fingerprint, goalKey, createdAt, networks, jobs, cpi, tags);
        }

        Vm tagged(Map<String, String> newTags) {
            return new Vm(agentId, cid, fingerprint, bornFor, createdAt, networks, jobs, cpi, newTags);
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

    /** An agent's command that was issued. */
    public record Pending(String commandId, AgentAct act, String subject, String specHash) {}

    /** Whether a run that is older than one which was heard of asks for something; what is no run's is never older. */
    boolean isSuperseded(Fence fence) {
        return goal != null
                && fence.epoch() > 0
                && fence.isOlderThan(goal.fence().epoch());
    }

    boolean isWorking() {
        return goal != null && !isReached && failure.isEmpty();
    }

    /** All of it was deleted, as it was asked for. */
    boolean isGone() {
        return goal != null && isReached && goal.kind() == InstanceGoal.Kind.DELETED;
    }

    /** The disk that is mounted at the store, or is to be, or was. */
    Optional<PersistentDisk> disk(PersistentDisk.Role role) {
        return disk(role, "");
    }

    Optional<PersistentDisk> disk(PersistentDisk.Role role, String name) {
        return disks.stream()
                .filter(disk -> disk.role() == role && disk.name().equals(name))
                .findFirst();
    }

    InstanceState apply(InstanceEvent event) {
        return switch (event) {
            case InstanceEvent.GoalSet set ->
                new InstanceState(set.goal(), false, "", vm, disks, generation, commands, pending, next);
            case InstanceEvent.GoalRenewed renewed ->
                goal == null
                        ? this
                        : new InstanceState(
                                goal.with(renewed.fence()),
                                isReached,
                                failure,
                                vm,
                                disks,
                                generation,
                                commands,
                                pending,
                                next);
            case InstanceEvent.GoalReached reached -> ended("", true);
            case InstanceEvent.GoalFailed failed -> ended(failed.message(), false);
            case InstanceEvent.VmIntended intended -> withVm(Vm.intended(intended), intended.generation());
            case InstanceEvent.ReplacementIntended intended -> withNext(Vm.intended(intended), intended.generation());
            case InstanceEvent.VmCreated created -> vmCreated(created);
            case InstanceEvent.VmDeleted deleted ->
                isNext(deleted.agentId()) ? withNext(null, generation) : without(deleted);
            case InstanceEvent.VmOrphaned orphaned -> isPresent(orphaned.agentId()) ? withoutVm() : this;
            case InstanceEvent.VmTagged tagged -> vm == null ? this : withVm(vm.tagged(tagged.tags()), generation);
            case InstanceEvent.ReplacementElected elected ->
                next == null
                        ? this
                        : withVm(next.bornFor(elected.bornFor()), generation).withNext(null, generation);
            case InstanceEvent.DiskIntended intended -> withDisk(intended);
            case InstanceEvent.DiskCreated created ->
                withDisks(disk -> disk.key().equals(created.key()) ? disk.known(created.cid()) : disk);
            case InstanceEvent.DiskAttached attached ->
                withDisk(attached.cid(), disk -> disk.at(attached.vmCid(), attached.device()));
            case InstanceEvent.DiskDetached gone -> withDisk(gone.cid(), InstanceState::detached);
            case InstanceEvent.DiskAdopted adopted -> withDisk(PersistentDisk.adopted(adopted));
            case InstanceEvent.DiskGrown grown ->
                withDisk(grown.cid(), disk -> disk.sized(grown.sizeMb(), grown.fingerprint(), ""));
            case InstanceEvent.DiskGrowthRefused refused ->
                withDisk(refused.cid(), disk -> disk.sized(disk.sizeMb(), disk.fingerprint(), refused.fingerprint()));
            case InstanceEvent.DiskActivated active ->
                withDisk(active.cid(), disk -> disk.seen(disk.addedBy(), disk.mountedBy(), PersistentDisk.Role.ACTIVE));
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
                        new Pending(issued.commandId(), issued.act(), issued.subject(), issued.specHash()),
                        next);
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

    InstanceState withPending(@Nullable Pending newPending) {
        return new InstanceState(goal, isReached, failure, vm, disks, generation, commands, newPending, next);
    }

    InstanceState withJobs(UnaryOperator<Jobs> change) {
        return vm == null ? this : withVm(vm.with(change.apply(vm.jobs())), generation);
    }

    InstanceState withNext(@Nullable Vm newNext, int nextGeneration) {
        return new InstanceState(goal, isReached, failure, vm, disks, nextGeneration, commands, pending, newNext);
    }

    InstanceState withDisks(UnaryOperator<PersistentDisk> change) {
        return with(disks.stream().map(change).toList());
    }

    boolean isNext(String agentId) {
        return next != null && next.agentId().equals(agentId);
    }

    /** Whether a command is for the VM that is to take over: what is prepared there names its agent. */
    boolean isForNext(Pending command) {
        return command.act() == AgentAct.PREPARE && isNext(command.subject());
    }

    /** The VM with this cid, if it is one of this instance. */
    Optional<Vm> vmWithCid(String cid) {
        return Stream.of(Optional.ofNullable(vm), Optional.ofNullable(next))
                .flatMap(Optional::stream)
                .filter(one -> one.cid().equals(cid))
                .findFirst();
    }

    private InstanceState with(List<PersistentDisk> newDisks) {
        return new InstanceState(goal, isReached, failure, vm, newDisks, generation, commands, pending, next);
    }

    private InstanceState ended(String withFailure, boolean reached) {
        return new InstanceState(goal, reached, withFailure, vm, disks, generation, commands, pending, next);
    }

    private InstanceState withVm(Vm newVm, int newGeneration) {
        return new InstanceState(goal, isReached, failure, newVm, disks, newGeneration, commands, pending, next);
    }

    private InstanceState vmCreated(InstanceEvent.VmCreated created) {
        if (next != null && isNext(created.agentId())) {
            return withNext(next.created(created), generation);
        }
        return vm == null || !isPresent(created.agentId()) ? this : withVm(vm.created(created), generation);
    }

    private boolean isPresent(String agentId) {
        return vm != null && vm.agentId().equals(agentId);
    }

    private InstanceState without(InstanceEvent.VmDeleted deleted) {
        return isPresent(deleted.agentId()) ? withoutVm() : this;
    }

    private InstanceState withoutVm() {
        return new InstanceState(
                goal,
                isReached,
                failure,
                null,
                disks.stream().map(InstanceState::detached).toList(),
                generation,
                commands,
                null,
                next);
    }

    private InstanceState withDisk(InstanceEvent.DiskIntended intended) {
        var role = disk(PersistentDisk.Role.ACTIVE, intended.name()).isPresent()
                ? PersistentDisk.Role.INCOMING
                : PersistentDisk.Role.ACTIVE;
        return withDisk(PersistentDisk.intended(intended, role));
    }

    private InstanceState withDisk(PersistentDisk disk) {
        var grown = new ArrayList<>(disks);
        grown.add(disk);
        return with(List.copyOf(grown));
    }

    private InstanceState withDisk(String cid, UnaryOperator<PersistentDisk> change) {
        return withDisks(disk -> disk.cid().equals(cid) ? change.apply(disk) : disk);
    }

    private InstanceState without(String diskCid) {
        return with(disks.stream().filter(disk -> !disk.cid().equals(diskCid)).toList());
    }

    private static PersistentDisk detached(PersistentDisk disk) {
        return disk.at("", "");
    }
}
