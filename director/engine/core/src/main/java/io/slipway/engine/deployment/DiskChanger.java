package io.slipway.engine.deployment;

import io.slipway.engine.Cpis;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.DeploymentRequest.DiskRequest;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.instance.DiskOrder;
import java.util.Map;
import java.util.Objects;

/** Has an instance whose jobs are stopped take a disk that exists, or let one go. */
final class DiskChanger {
    static final int INVALID_INSTANCE_STATE = 520003;
    private static final int UNKNOWN_INSTANCE = 520001;
    private static final int DISK_MISSING = 390002;
    private static final int STEP_FAILED = 450001;
    private static final int UNKNOWN_SIZE_MB = 1;

    private final Entities entities;
    private final Cpis cpis;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final DiskRequest disk;

    DiskChanger(Entities entities, Cpis cpis, TaskLog log, DeploymentRequest request) {
        this.entities = entities;
        this.cpis = cpis;
        this.log = log;
        this.request = request;
        this.disk = Objects.requireNonNull(request.disk());
    }

    /** Returns a line for people. */
    String attach(String deployment, DeploymentState state) throws RunFailed {
        requireRest(deployment, state);
        String cpi = entities.inspect(disk.instanceId()).cpi();
        if (!cpis.of(cpi, log).hasDisk(disk.cid())) {
            throw new RunFailed(DISK_MISSING, "Disk '" + disk.cid() + "' does not exist in the infrastructure");
        }
        var known = disk.known();
        change(DiskOrder.adopt(known == null ? unknown() : known));
        return "attached disk '" + disk.cid() + "' to '" + name() + "' in deployment '" + deployment + "'";
    }

    /** Returns a line for people. */
    String orphan(String deployment, DeploymentState state) throws Exception {
        requireRest(deployment, state);
        log.stage("Orphan disk", 1).step(disk.cid(), () -> change(DiskOrder.letGo(disk.cid())));
        return "disk " + disk.cid() + " orphaned";
    }

    /** As BOSH: of no size to speak of, so that the next start moves its data to a disk as the manifest wants it. */
    private DiskOrder.Adopted unknown() {
        var present = entities.inspect(disk.instanceId()).storeDisk();
        return disk.isLikePresent() && present.isPresent()
                ? new DiskOrder.Adopted(
                        disk.cid(),
                        present.get().sizeMb(),
                        present.get().cloudProperties(),
                        present.get().fingerprint())
                : adopted(disk.cid(), UNKNOWN_SIZE_MB, Map.of());
    }

    private void requireRest(String deployment, DeploymentState state) throws RunFailed {
        String instance = "Instance '" + name() + "' in deployment '" + deployment + "'";
        Member member = state.members().stream()
                .filter(each -> each.instanceId().equals(disk.instanceId())
                        && each.group().equals(disk.group()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(UNKNOWN_INSTANCE, instance + " was not found"));
        if (member.isIgnored()) {
            throw new RunFailed(
                    INVALID_INSTANCE_STATE,
                    instance + " is in 'ignore' state. Attaching disks to ignored instances is not allowed.");
        }
        if (member.lastingState().equals(Member.STARTED)) {
            throw new RunFailed(INVALID_INSTANCE_STATE, instance + " must be in 'bosh stopped' state");
        }
    }

    private void change(DiskOrder order) throws RunFailed {
        var ended = entities.changeDisks(disk.instanceId(), "task-" + request.task(), request.task(), order);
        if (!ended.succeeded()) {
            throw new RunFailed(STEP_FAILED, ended.failure());
        }
    }

    private String name() {
        return disk.group() + "/" + disk.instanceId();
    }

    static DiskOrder.Adopted adopted(String cid, long sizeMb, Map<String, Object> cloudProperties) {
        return new DiskOrder.Adopted(
                cid, sizeMb, cloudProperties, SpecBuilder.diskFingerprint(sizeMb, cloudProperties));
    }
}
