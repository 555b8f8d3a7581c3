package io.slipway.engine.instance;

import io.slipway.engine.instance.NextStep.Reach;

/**
 * The exchange of an instance's VM for one that is made beside it while the old one still works. {@link NextStep} says
 * when each part of it is due.
 */
final class HotSwap {
    private final String instanceId;
    private final AgentLinks agents;
    private final Waits waits;

    HotSwap(String instanceId, AgentLinks agents, Waits waits) {
        this.instanceId = instanceId;
        this.agents = agents;
        this.waits = waits;
    }

    /** Whether the agent of the VM that is to take over answers. */
    Reach reach() {
        return agents.next().isConnected() ? Reach.CONNECTED : Reach.AWAITED;
    }

    /** To be journaled before the other VM is made. */
    InstanceEvent intend(InstanceState state, InstanceGoal goal) {
        agents.next().forget();
        waits.replacementCame();
        return InstanceEvent.ReplacementIntended.of(instanceId, state, goal);
    }

    InstanceEvent elect(InstanceStep.ElectReplacement elect, InstanceGoal goal) {
        return new InstanceEvent.ReplacementElected(elect.agentId(), goal.key());
    }

    /** To be called when the election is journaled: the other VM is the present one now. */
    void elected() {
        agents.present().takeOver(agents.next());
        waits.reset();
    }
}
