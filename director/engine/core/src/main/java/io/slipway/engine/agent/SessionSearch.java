package io.slipway.engine.agent;

/** Finds the streams of an entity's agents again, on whichever nodes they are: the entity may have moved, the agents have not. */
@FunctionalInterface
public interface SessionSearch {
    /** Each stream that is found is told to the entity by {@link AgentEvent.Connected}, as if its agent had just said hello. */
    void find(AgentId.Owner owner, String entityId);
}
