package io.slipway.engine.disk;

import io.slipway.engine.Cpis;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.plan.Member;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.render.SpecBuilder;
import io.slipway.engine.request.DeploymentRequest.AttachDisk;
import io.slipway.engine.request.DeploymentRequest.InstanceDisk;
import io.slipway.engine.request.DeploymentRequest.OrphanDisk;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import java.util.Map;

/** Has an instance whose jobs are stopped take a disk that exists, or let one go. */
public final class DiskChanger {
    static final int INVALID_INSTANCE_STATE = 520003;
    private static final int UNKNOWN_INSTANCE = 520001;
    private static final int DISK_MISSING = 390002;
    private static final int STEP_FAILED = 450001;
    private static final int UNKNOWN_SIZE_MB = 1;

    private final Planner planner;
    private final Cpis cpis;

    public DiskChanger(Planner planner, Cpis cpis) {
        this.planner = planner;
        this.cpis = cpis;
    }

    public RunOutcome attach(Run run, AttachDisk request) throws RunFailed {
        var disk = request.disk();
        requireRest(run, disk);
        var instances = planner.services(run).instances();
        String cpi = instances.inspect(disk.instanceId()).cpi();
        if (!cpis.of(cpi, run.log()).hasDisk(disk.cid())) {
            throw new RunFailed(DISK_MISSING, "Disk '" + disk.cid() + "' does not exist in the infrastructure");
        }
        var known = request.known();
        change(run, disk, DiskOrder.adopt(known == null ? unknown(request, instances) : known), instances);
        return RunOutcome.told("attached disk '" + disk.cid() + "' to '" + disk.instance() + "' in deployment '"
                + run.deployment() + "'");
    }

    public RunOutcome orphan(Run run, OrphanDisk request) throws Exception {
        var disk = request.disk();
        requireRest(run, disk);
        var instances = planner.services(run).instances();
        run.log()
                .stage("Orphan disk", 1)
                .step(disk.cid(), () -> change(run, disk, DiskOrder.letGo(disk.cid()), instances));
        return RunOutcome.told("disk " + disk.cid() + " orphaned");
    }

    /** As BOSH: of no size to speak of, so that the next start moves its data to a disk as the manifest wants it. */
    private static DiskOrder.Adopted unknown(AttachDisk request, Instances instances) {
        var disk = request.disk();
        var present = instances.inspect(disk.instanceId()).storeDisk();
        return request.isLikePresent() && present.isPresent()
                ? new DiskOrder.Adopted(
                        disk.cid(),
                        present.get().sizeMb(),
                        present.get().cloudProperties(),
                        present.get().fingerprint())
                : adopted(disk.cid(), UNKNOWN_SIZE_MB, Map.of());
    }

    private static void requireRest(Run run, InstanceDisk disk) throws RunFailed {
        String instance = "Instance '" + disk.instance() + "' in deployment '" + run.deployment() + "'";
        Member member = run.start().members().stream()
                .filter(each -> each.instanceId().equals(disk.instanceId())
                        && each.group().equals(disk.group()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(UNKNOWN_INSTANCE, instance + " was not found"));
        if (member.isIgnored()) {
            throw new RunFailed(
                    INVALID_INSTANCE_STATE,
                    instance + " is in 'ignore' state. Attaching disks to ignored instances is not allowed.");
        }
        if (member.isStarted()) {
            throw new RunFailed(INVALID_INSTANCE_STATE, instance + " must be in 'bosh stopped' state");
        }
    }

    private static void change(Run run, InstanceDisk disk, DiskOrder order, Instances instances) throws RunFailed {
        var ended = instances.changeDisks(disk.instanceId(), run.key(), run.task(), run.fence(), order);
        if (!ended.succeeded()) {
            run.check();
            throw new RunFailed(STEP_FAILED, ended.failure());
        }
    }

    static DiskOrder.Adopted adopted(String cid, long sizeMb, Map<String, Object> cloudProperties) {
        return new DiskOrder.Adopted(
                cid, sizeMb, cloudProperties, SpecBuilder.diskFingerprint(sizeMb, cloudProperties));
    }
}
