package io.slipway.engine;

import java.util.concurrent.CompletionStage;

/** Makes archives of releases with their packages compiled. */
public interface ReleaseExports {

    /**
     * Queues an export behind what the deployment is doing. Its task's result output is one JSON object with the blob and
     * its digest.
     */
    CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester);
}
