package io.slipway.engine.deployment;

import io.slipway.engine.DiskChanges;
import io.slipway.engine.OrphanDisks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.deployment.DeploymentRequest.DiskRequest;
import io.slipway.engine.deployment.DeploymentRequest.Kind;
import io.slipway.engine.instance.DiskOrder;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds whose disk is meant, and queues what is to be done with it behind what its deployment is doing. */
public final class DiskChangeService implements DiskChanges {
    private static final int DEPLOYMENT_NOT_FOUND = 70000;

    private final TaskRunner tasks;
    private final DeploymentService deployments;
    private final OrphanDisks orphans;

    public DiskChangeService(TaskRunner tasks, DeploymentService deployments, OrphanDisks orphans) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.orphans = orphans;
    }

    /** An instance that has a disk. */
    private record Owner(String deployment, String group, String instanceId) {}

    @Override
    public CompletionStage<Long> attach(Attachment attachment, Requester requester) {
        String cid = attachment.diskCid();
        if (deployments.find(attachment.deployment()).isEmpty()) {
            throw new RequestRefused(
                    404, DEPLOYMENT_NOT_FOUND, "Deployment '" + attachment.deployment() + "' doesn't exist");
        }
        var owner = ownerOf(cid);
        if (owner.isPresent() && !owner.get().instanceId().equals(attachment.instanceId())) {
            throw new RequestRefused(
                    400,
                    DiskChanger.INVALID_INSTANCE_STATE,
                    "Disk '" + cid + "' is of instance '" + owner.get().group() + "/"
                            + owner.get().instanceId() + "' in deployment '"
                            + owner.get().deployment() + "': orphan it first");
        }
        var disk = new DiskRequest(
                cid, attachment.instanceGroup(), attachment.instanceId(), attachment.isLikePresent(), known(cid));
        return deployments.changeDisk(attachment.deployment(), Kind.ATTACH_DISK, disk, requester);
    }

    @Override
    public CompletionStage<Long> orphan(String diskCid, Requester requester) {
        var owner = ownerOf(diskCid);
        if (owner.isEmpty()) {
            return tasks.run("orphan disk", "", requester, log -> {
                log.stage("Orphan disk", 1)
                        .step(diskCid, () -> log.debug("Disk " + diskCid + " does not exist. Orphaning is skipped"));
                return "disk " + diskCid + " orphaned";
            });
        }
        var disk = new DiskRequest(diskCid, owner.get().group(), owner.get().instanceId(), false, null);
        return deployments.changeDisk(owner.get().deployment(), Kind.ORPHAN_DISK, disk, requester);
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
                .map(row -> new Owner(row.deployment(), row.group(), row.id()))
                .findFirst();
    }
}
