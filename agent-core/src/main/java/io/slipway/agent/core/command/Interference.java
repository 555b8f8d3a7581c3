package io.slipway.agent.core.command;

import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;

/** What goes wrong with commands, in simulations. A real VM needs no help with that. */
public interface Interference {
    Interference NONE = new Interference() {};

    /** Called in the command's thread when the command was begun and nothing of it done: may fail, wait, or crash the agent. */
    default void before(Command command) throws CommandFailure, InterruptedException {}

    /** How often a result that was journaled is sent. */
    default int deliveries(CommandResult result) {
        return 1;
    }
}
