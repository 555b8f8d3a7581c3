package io.slipway.engine;

import io.slipway.engine.agent.AgentResult;
import io.slipway.protocol.agent.v1.Command;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Asks the agents of instances for something that belongs to no goal: logs, an errand, an account. */
public interface Agents {

    /**
     * Has one command carried out, at most once, and blocks until it ended. A stream that breaks meanwhile does no harm.
     *
     * @param command without id and timeout
     * @param isCancelled asked now and then; once true, the agent is told to stop the command
     * @throws RequestRefused 450002 where the agent cannot be reached or does not answer in time
     */
    AgentResult call(String instanceId, Command.Builder command, Duration timeout, BooleanSupplier isCancelled);
}
