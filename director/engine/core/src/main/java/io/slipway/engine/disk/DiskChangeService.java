package io.slipway.engine.disk;

import io.slipway.engine.Deployments;
import io.slipway.engine.DiskChanges;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.request.DeploymentRequest.InstanceDisk;
import io.slipway.engine.request.RequestQueue;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds whose disk is meant, and queues what is to be done with it behind what its deployment is doing. */
public final class DiskChangeService implements DiskChanges {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final RequestQueue queue;
    private final OrphanDisks orphans;

    public DiskChangeService(TaskRunner tasks, Deployments deployments, RequestQueue queue, OrphanDisks orphans) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.queue = queue;
        this.orphans = orphans;
    }

    /** An instance that has a disk. */
    private record Owner(String deployment, InstanceDisk disk) {}

    @Override
    public CompletionStage<Long> attach(Attachment attachment, Requester requester) {
        String cid = attachment.diskCid();
        if (deployments.find(attachment.deployment()).isEmpty()) {
            throw RequestRefused.notFound(
                    DEPLOYMENT_NOT_FOUND, "Deployment '" + attachment.deployment() + "' doesn't exist");
        }
        var owner = ownerOf(cid);
        if (owner.isPresent() && !owner.get().disk().instanceId().equals(attachment.instanceId())) {
            throw RequestRefused.invalid(
                    DiskChanger.INVALID_INSTANCE_STATE,
                    "Disk '" + cid + "' is of instance '" + owner.get().disk().instance() + "' in deployment '"
                            + owner.get().deployment() + "': orphan it first");
        }
        var disk = new InstanceDisk(cid, attachment.instanceGroup(), attachment.instanceId());
        var known = known(cid);
        return queue.submit(
                attachment.deployment(),
                requester,
                "",
                head -> new DeploymentRequest.AttachDisk(head, disk, attachment.isLikePresent(), known));
    }

    @Override
    public CompletionStage<Long> orphan(String diskCid, Requester requester) {
        var owner = ownerOf(diskCid);
        if (owner.isEmpty()) {
            return tasks.run(TaskKind.ORPHAN_DISK, "orphan disk", "", requester, log -> {
                log.stage("Orphan disk", 1)
                        .step(diskCid, () -> log.debug("Disk " + diskCid + " does not exist. Orphaning is skipped"));
                return "disk " + diskCid + " orphaned";
            });
        }
        return queue.submit(
                owner.get().deployment(),
                requester,
                "",
                head -> new DeploymentRequest.OrphanDisk(head, owner.get().disk()));
    }

    private DiskOrder.@Nullable Adopted known(String diskCid) {
        return orphans.list().stream()
                .filter(orphan -> orphan.cid().equals(diskCid))
                .map(orphan -> DiskChanger.adopted(orphan.cid(), orphan.sizeMb(), orphan.cloudProperties()))
                .findFirst()
                .orElse(null);
    }

    private Optional<Owner> ownerOf(String diskCid) {
        return deployments.list().stream()
                .flatMap(deployment -> deployments.instances(deployment.name()).stream())
                .filter(row -> row.diskCids().contains(diskCid))
                .map(row -> new Owner(row.deployment(), new InstanceDisk(diskCid, row.group(), row.id())))
                .findFirst();
    }
}
