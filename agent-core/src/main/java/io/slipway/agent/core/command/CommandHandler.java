package io.slipway.agent.core.command;

import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;

/** Carries out one command, in the calling thread; an interrupt means that it is to give up. */
@FunctionalInterface
public interface CommandHandler {
    Success handle(Command command) throws CommandFailure, IOException, InterruptedException;
}
