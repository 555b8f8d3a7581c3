package io.slipway.engine.instance;

import io.slipway.engine.Audit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the audit trail which VMs and disks were made and removed, and which could not be. Who asked is known by
 * the goal's task. A trail that cannot be written stops no deploy.
 */
final class InfrastructureAudit {
    private static final Logger LOG = LoggerFactory.getLogger(InfrastructureAudit.class);

    private final String instanceId;
    private final Audit audit;

    /** What is told of a step: the key makes it one fact however often it is told. */
    private record Happening(String action, String type, String name, String key) {}

    InfrastructureAudit(String instanceId, Audit audit) {
        this.instanceId = instanceId;
        this.audit = audit;
    }

    void done(InstanceStep step, InstanceEvent event, InstanceGoal goal) {
        told(step, event).ifPresent(fact -> record(fact, goal, fact.key(), ""));
    }

    void failed(InstanceStep step, InstanceGoal goal, RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        attempted(step).ifPresent(fact -> record(fact, goal, goal.key() + fact.key() + message.hashCode(), message));
    }

    /** What a goal made of the instance. That jobs were prepared or post-deployed is part of another goal. */
    void ended(InstanceGoal goal, InstanceState state, String failure) {
        var vm = state.vm();
        boolean isNewVm = vm != null && vm.bornFor().equals(goal.key());
        String action =
                switch (goal.kind()) {
                    case DELETED -> "delete";
                    case DETACHED, STOPPED -> "stop";
                    case STARTED, RUNNING ->
                        isNewVm && state.generation() == 1 ? "create" : isNewVm ? "recreate" : "update";
                    case PREPARED, POST_DEPLOYED -> failure.isEmpty() ? "" : "update";
                };
        if (!action.isEmpty()) {
            String name = goal.spec().nameOf(instanceId);
            var told =
                    new Happening(action, "instance", name, "instance-" + action + "/" + instanceId + "/" + goal.key());
            record(told, goal, told.key(), failure);
        }
    }

    private static Optional<Happening> told(InstanceStep step, InstanceEvent event) {
        return switch (event) {
            case InstanceEvent.VmCreated vm ->
                Optional.of(new Happening("create", "vm", vm.cid(), "vm-created/" + vm.agentId()));
            case InstanceEvent.VmDeleted vm ->
                Optional.of(new Happening("delete", "vm", nameOf(step, vm.agentId()), "vm-deleted/" + vm.agentId()));
            case InstanceEvent.VmOrphaned vm ->
                Optional.of(new Happening("orphan", "vm", nameOf(step, vm.agentId()), "vm-orphaned/" + vm.agentId()));
            case InstanceEvent.DiskCreated disk ->
                Optional.of(new Happening("create", "disk", disk.cid(), "disk-created/" + disk.key()));
            case InstanceEvent.DiskDeleted disk ->
                Optional.of(new Happening("delete", "disk", disk.cid(), "disk-deleted/" + disk.cid()));
            case InstanceEvent.DiskOrphaned disk ->
                Optional.of(new Happening("orphan", "disk", disk.cid(), "disk-orphaned/" + disk.cid()));
            default -> Optional.empty();
        };
    }

    /** By its cid, where that was learnt. */
    private static String nameOf(InstanceStep step, String agentId) {
        String cid = step instanceof InstanceStep.DeleteVm delete
                ? delete.cid()
                : step instanceof InstanceStep.OrphanVm orphan ? orphan.cid() : "";
        return cid.isEmpty() ? agentId : cid;
    }

    private static Optional<Happening> attempted(InstanceStep step) {
        return switch (step) {
            case InstanceStep.CreateVm create -> Optional.of(new Happening("create", "vm", "", "/create-vm"));
            case InstanceStep.CreateReplacement create -> Optional.of(new Happening("create", "vm", "", "/create-vm"));
            case InstanceStep.DeleteVm delete ->
                Optional.of(new Happening("delete", "vm", nameOf(step, delete.agentId()), "/delete-vm"));
            case InstanceStep.FinishDisk finish -> Optional.of(new Happening("create", "disk", "", "/create-disk"));
            case InstanceStep.DeleteDisk delete ->
                Optional.of(new Happening("delete", "disk", delete.diskCid(), "/delete-disk"));
            default -> Optional.empty();
        };
    }

    private void record(Happening told, InstanceGoal goal, String key, String error) {
        String instance = goal.spec().nameOf(instanceId);
        try {
            audit.record(new Audit.Fact(
                    key,
                    "",
                    "",
                    told.action(),
                    told.type(),
                    told.name(),
                    goal.task() == 0 ? "" : Long.toString(goal.task()),
                    goal.spec().deployment(),
                    instance,
                    error,
                    Map.of()));
        } catch (RuntimeException unwritten) {
            LOG.warn("the audit trail lacks '{} {} {}' of {}", told.action(), told.type(), told.name(), instance);
            LOG.debug("it cannot be written", unwritten);
        }
    }
}
