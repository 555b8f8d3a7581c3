package io.slipway.engine.agent;

import io.slipway.cpi.AgentSettings;

/** Mints what a new VM's agent needs to find and trust its director, and to be trusted. */
@FunctionalInterface
public interface AgentIdentities {
    AgentSettings mint(String agentId, String environmentJson);
}
