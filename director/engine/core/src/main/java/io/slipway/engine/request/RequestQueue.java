package io.slipway.engine.request;

import io.slipway.engine.Requester;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Where requests wait behind what their deployment is doing. */
@FunctionalInterface
public interface RequestQueue {
    /**
     * Queues a request.
     *
     * @param key a caller's idempotency key; empty for none
     * @param request is made once its task has a number
     * @return the task's number, once the request is journaled and its task exists; fails with {@link
     *     io.slipway.engine.RequestRefused}
     */
    CompletionStage<Long> submit(
            String deployment, Requester requester, String key, Function<RequestHead, DeploymentRequest> request);
}
