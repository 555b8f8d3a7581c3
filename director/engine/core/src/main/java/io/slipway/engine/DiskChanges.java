package io.slipway.engine;

import java.util.concurrent.CompletionStage;

/** What operators do to disks of instances whose jobs are stopped. */
public interface DiskChanges {

    /** Attaches a disk that exists to an instance, in the place of its present one, as a task of the deployment. */
    CompletionStage<Long> attach(Attachment attachment, Requester requester);

    /** Has the instance that a disk is of let it go, as a task. A disk that is no instance's is left alone. */
    CompletionStage<Long> orphan(String diskCid, Requester requester);

    /**
     * What is attached to what.
     *
     * @param isLikePresent a disk that nothing is known of is taken to be as the present one is
     */
    record Attachment(
            String diskCid, String deployment, String instanceGroup, String instanceId, boolean isLikePresent) {}
}
