package io.slipway.agent.command;

import io.slipway.protocol.agent.v1.FromAgent;

/** Takes messages for the director. What cannot be sent now is dropped: results are repeated from the journal. */
public interface Outbox {
    void send(FromAgent message);
}
