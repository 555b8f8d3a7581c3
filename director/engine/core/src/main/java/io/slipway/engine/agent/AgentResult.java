package io.slipway.engine.agent;

import io.slipway.engine.RemoteMessage;

/**
 * How an agent's command ended.
 *
 * @param failure empty on success, else for people
 * @param isRepeatable nothing that the command itself did made it fail, so that it may be sent again under a new id
 * @param success the {@code Success} message of the protocol, serialized; empty on failure
 */
public record AgentResult(String commandId, String failure, boolean isRepeatable, byte[] success)
        implements RemoteMessage {
    public boolean succeeded() {
        return failure.isEmpty();
    }
}
