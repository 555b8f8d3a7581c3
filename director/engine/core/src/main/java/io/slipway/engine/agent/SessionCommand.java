package io.slipway.engine.agent;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.slipway.engine.RemoteMessage;

/** What may be asked of an agent's open stream. */
public sealed interface SessionCommand extends RemoteMessage {

    /** Sends a {@code Command} message of the protocol, serialized. */
    @JsonTypeName("send")
    record Send(byte[] command) implements SessionCommand {}

    /** Tells the agent that a result is journaled. */
    @JsonTypeName("acknowledge")
    record Acknowledge(String commandId) implements SessionCommand {}

    /** Gives the agent a renewed certificate. */
    @JsonTypeName("renew")
    record Renew(String certificatePem, String caPem) implements SessionCommand {}

    /** Ends the stream. */
    @JsonTypeName("close")
    record Close(String reason) implements SessionCommand {}
}
