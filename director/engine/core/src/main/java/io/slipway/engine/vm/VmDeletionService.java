package io.slipway.engine.vm;

import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Fence;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.instance.Instances;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Deletes VMs by cid: through the instance that has one, else straight in the infrastructure. */
public final class VmDeletionService {
    private static final int BUSY = 100;

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final Instances instances;
    private final Cpis cpis;
    private final Audit audit;

    public VmDeletionService(TaskRunner tasks, Deployments deployments, Instances instances, Cpis cpis, Audit audit) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.instances = instances;
        this.cpis = cpis;
        this.audit = audit;
    }

    /** Deletes a VM as it is, as a task; an instance that has it has none afterwards. Absent is success. */
    public CompletionStage<Long> delete(String cid, Requester requester) {
        return tasks.run(TaskKind.DELETE_VM, "delete vm " + cid, "", requester, log -> {
            var owner = ownerOf(cid);
            String failure = "";
            try {
                log.stage("Delete VM", 1).step(cid, () -> delete(cid, owner, log));
            } catch (Exception failed) {
                failure = String.valueOf(failed.getMessage());
                throw failed;
            } finally {
                record(cid, owner, requester, failure);
            }
            return "vm " + cid + " deleted";
        });
    }

    private void delete(String cid, Optional<InstanceRow> owner, TaskLog log) {
        if (owner.isPresent()) {
            String failure = instances.loseVm(owner.get().id(), cid, false, Fence.NONE);
            if (!failure.isEmpty()) {
                throw RequestRefused.conflict(BUSY, failure);
            }
            return;
        }
        for (String name : cpis.names()) {
            var cpi = cpis.of(name, log);
            if (cpi.hasVm(cid)) {
                cpi.deleteVm(cid);
                return;
            }
        }
        log.warning("VM " + cid + " does not exist. Deletion is skipped");
    }

    private Optional<InstanceRow> ownerOf(String cid) {
        for (DeploymentRow deployment : deployments.list()) {
            for (InstanceRow row : deployments.instances(deployment.name())) {
                if (row.vmCid().equals(cid)) {
                    return Optional.of(row);
                }
            }
        }
        return Optional.empty();
    }

    private void record(String cid, Optional<InstanceRow> owner, Requester requester, String failure) {
        audit.record(new Audit.Fact(
                "delete-vm/" + UUID.randomUUID(),
                requester.user(),
                requester.client(),
                "delete",
                "vm",
                cid,
                "",
                owner.map(InstanceRow::deployment).orElse(""),
                owner.map(row -> row.group() + "/" + row.id()).orElse(""),
                failure,
                Map.of()));
    }
}
