package io.slipway.engine.agent;

import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Hello;
import org.apache.pekko.actor.typed.ActorRef;

/** Hears of agents' streams as they come and go, on the node that holds them. Calls must be quick. */
public interface AgentWatch {

    /** Comes before anything is sent to the agent. */
    void connected(AgentId agent, Hello hello, ActorRef<SessionCommand> session);

    /** A command goes to the agent; what the watch tells the session now goes after it. */
    void ordered(ActorRef<SessionCommand> session, Command command);

    /** True if the result is of a command that the watch sent itself; nobody else hears of it then. */
    boolean answered(ActorRef<SessionCommand> session, CommandResult result);

    void left(ActorRef<SessionCommand> session);
}
