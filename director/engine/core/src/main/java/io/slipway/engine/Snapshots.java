package io.slipway.engine;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Snapshots of instances' persistent disks. They stay with an orphan disk, and go with a disk that is deleted.
 *
 * <p>Calls block, and throw {@link RequestRefused} where there is no such deployment, instance or snapshot.
 */
public interface Snapshots {

    /** Those of the disks that a deployment has. */
    List<Snapshot> list(String deployment);

    /** Takes one of every disk of a deployment's instances that have a VM, as a task. */
    CompletionStage<Long> take(String deployment, Requester requester);

    /** Takes one of every disk of one instance, as a task. */
    CompletionStage<Long> take(String deployment, InstanceFilter instance, Requester requester);

    /** Deletes all of a deployment, as a task. */
    CompletionStage<Long> delete(String deployment, Requester requester);

    /** Deletes one, as a task. */
    CompletionStage<Long> delete(String deployment, String snapshotCid, Requester requester);

    /**
     * One snapshot.
     *
     * @param isClean no job of the instance was running when it was taken
     */
    record Snapshot(
            String cid, String instanceGroup, int index, String instanceId, Instant createdAt, boolean isClean) {}
}
