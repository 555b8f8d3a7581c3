package io.slipway.engine.deployment;

import io.slipway.engine.Tasks.State;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.request.DeploymentRequest;
import org.jspecify.annotations.Nullable;

/**
 * The end of a request, of which others are still to be told.
 *
 * @param wasRun false where it was given up before its run began
 * @param failure empty where it went well
 * @param result a line for people; empty for the usual one
 * @param output of the task's result output
 * @param before what the deployment was made from; null for nothing
 * @param after what it is made from now; null where that did not change
 */
public record Ending(
        DeploymentRequest request,
        boolean wasRun,
        String failure,
        boolean wasCancelled,
        String result,
        String output,
        @Nullable PinnedInputs before,
        @Nullable PinnedInputs after) {
    private static final String UNBEGUN = "cancelled while it was queued";

    static Ending dropped(DeploymentRequest request) {
        return new Ending(request, false, UNBEGUN, true, "", "", null, null);
    }

    long task() {
        return request.task();
    }

    State taskState() {
        if (wasCancelled) {
            return State.CANCELLED;
        }
        return failure.isEmpty() ? State.DONE : State.ERROR;
    }

    /** For people. */
    String taskResult(String deployment) {
        if (!failure.isEmpty()) {
            return failure;
        }
        return result.isEmpty() ? "/deployments/" + deployment : result;
    }
}
