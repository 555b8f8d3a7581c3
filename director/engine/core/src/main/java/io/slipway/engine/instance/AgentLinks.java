package io.slipway.engine.instance;

import io.slipway.engine.EngineServices;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentResult;
import org.jspecify.annotations.Nullable;

/**
 * The streams of an instance's agents: that of the present VM, and that of the VM that is to take over, while there is
 * one. Not journaled.
 */
final class AgentLinks {
    private final AgentLink present;
    private final AgentLink next;
    private final AgentCalls calls;

    AgentLinks(EngineServices services) {
        present = new AgentLink(services);
        next = new AgentLink(services);
        calls = new AgentCalls(present, services.clock()::millis);
    }

    AgentLink present() {
        return present;
    }

    AgentLink next() {
        return next;
    }

    /** What is asked of the present VM's agent, and belongs to no goal. */
    AgentCalls calls() {
        return calls;
    }

    /** The link to this agent; null if it is of no VM of the instance. */
    @Nullable
    AgentLink of(InstanceState state, String agentId) {
        var vm = state.vm();
        if (vm != null && vm.agentId().equals(agentId)) {
            return present;
        }
        return state.isNext(agentId) ? next : null;
    }

    /** The link to the agent that this command is for. */
    AgentLink of(InstanceState state, InstanceState.Pending pending) {
        return state.isForNext(pending) ? next : present;
    }

    void send(InstanceState state, InstanceState.Pending pending) {
        of(state, pending).send(state, pending);
    }

    /** Takes the agent's new stream; returns the result that is awaited, if the agent has it, and settles all others. */
    @Nullable
    AgentResult connected(AgentLink link, AgentEvent.Connected connected, InstanceState.@Nullable Pending pending) {
        link.connected(connected);
        AgentResult awaited = null;
        for (AgentResult result : connected.results()) {
            if (pending != null && result.commandId().equals(pending.commandId())) {
                awaited = result;
            } else if (!calls.answered(result)) {
                link.acknowledge(result.commandId());
            }
        }
        if (link == present) {
            calls.connected();
        }
        return awaited;
    }
}
