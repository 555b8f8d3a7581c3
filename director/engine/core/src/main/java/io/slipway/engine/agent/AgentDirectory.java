package io.slipway.engine.agent;

/** Finds the entity that owns an agent's VM, wherever in the cluster it lives. */
@FunctionalInterface
public interface AgentDirectory {
    void deliver(AgentId agent, AgentEvent event);
}
