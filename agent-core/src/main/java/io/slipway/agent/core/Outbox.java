package io.slipway.agent.core;

import io.slipway.protocol.agent.v1.FromAgent;

/** Takes messages for the director. What cannot be sent now is dropped: results are repeated from the journal. */
@FunctionalInterface
public interface Outbox {
    void send(FromAgent message);
}
