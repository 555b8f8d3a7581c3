package io.slipway.engine.instance;

import io.slipway.engine.EngineServices;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.SessionCommand;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The stream of an instance's agent, while there is one, and what the agent last said of its jobs. Not journaled. */
final class AgentLink {
    private static final String RUNNING = "running";

    private final AgentCommands commands;
    private @Nullable ActorRef<SessionCommand> session;
    private String jobState = "";

    AgentLink(EngineServices services) {
        commands = new AgentCommands(services.blobs(), services.timeouts().command());
    }

    void connected(AgentEvent.Connected connected) {
        session = connected.session();
        jobState = connected.jobState();
    }

    void beat(AgentEvent.Beat beat) {
        jobState = beat.jobState();
    }

    /** True if this was the present stream; an older one that ends late changes nothing. */
    boolean lost(AgentEvent.Lost lost) {
        boolean isPresent = lost.session().equals(session);
        if (isPresent) {
            session = null;
        }
        return isPresent;
    }

    /** The VM of another link is this instance's now. */
    void takeOver(AgentLink other) {
        session = other.session;
        jobState = other.jobState;
        other.forget();
    }

    /** For a VM that has yet to be made. */
    void forget() {
        session = null;
        jobState = "";
    }

    /** What was said before the jobs were started says nothing about them. */
    void forgetJobState() {
        jobState = "";
    }

    boolean isConnected() {
        return session != null;
    }

    String jobState() {
        return jobState;
    }

    boolean isRunning() {
        return RUNNING.equals(jobState);
    }

    /** Sends, perhaps again: the agent does nothing twice. */
    void send(InstanceState state, InstanceState.Pending pending) {
        var goal = state.goal();
        if (session != null && goal != null) {
            session.tell(
                    new SessionCommand.Send(commands.of(state, pending, goal).toByteArray()));
        }
    }

    /** Sends a command that belongs to no goal. */
    void send(byte[] command) {
        if (session != null) {
            session.tell(new SessionCommand.Send(command));
        }
    }

    void acknowledge(String commandId) {
        if (session != null) {
            session.tell(new SessionCommand.Acknowledge(commandId));
        }
    }
}
