package io.slipway.engine.deployment;

import io.slipway.engine.RemoteMessage;

/**
 * A request that changes a deployment.
 *
 * @param task its number
 * @param manifest YAML; empty for a deletion
 * @param requestKey the same key is the same request; empty for none
 */
public record DeploymentRequest(
        long task,
        Kind kind,
        String manifest,
        boolean recreate,
        boolean fix,
        boolean dryRun,
        boolean force,
        String user,
        String contextId,
        String requestKey)
        implements RemoteMessage {

    /** What is asked. */
    public enum Kind {
        DEPLOY,
        DELETE
    }

    String description() {
        return switch (kind) {
            case DEPLOY -> dryRun ? "create deployment (dry run)" : "create deployment";
            case DELETE -> "delete deployment";
        };
    }
}
