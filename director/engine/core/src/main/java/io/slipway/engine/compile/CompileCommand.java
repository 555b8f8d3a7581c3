package io.slipway.engine.compile;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.agent.AgentEvent;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of, or told to, the compilation of one package. */
public sealed interface CompileCommand {

    /** Compile, unless that was done already. The reply comes when it is done. */
    record Compile(CompileRequest request, ActorRef<CompileEnded> replyTo) implements CompileCommand, RemoteMessage {}

    record FromAgent(AgentEvent event) implements CompileCommand, RemoteMessage {}

    /** Recover, and go on with what was begun. */
    record Wake() implements CompileCommand, RemoteMessage {}

    record StepDone(CompileEvent event) implements CompileCommand, LocalMessage {}

    record StepFailed(String message, boolean retryable, boolean isForWantOfDatabase)
            implements CompileCommand, LocalMessage {}

    /** Whether the compilation VM was made is not known, and will not be. */
    record VmLost(String message) implements CompileCommand, LocalMessage {}

    /** What was compiled was looked up; it may have been deleted since. */
    record LookedUp(CompileRequest request, boolean isThere) implements CompileCommand, LocalMessage {}

    record Proceed() implements CompileCommand, LocalMessage {}

    record DeadlinePassed() implements CompileCommand, LocalMessage {}

    /** Nothing was heard for a while. */
    record Idle() implements CompileCommand, LocalMessage {}

    /** Nothing is left to be done here: leave the memory. */
    record Leave() implements CompileCommand, RemoteMessage {}

    /**
     * How it ended.
     *
     * @param sha256 of the compiled package; empty where it failed
     */
    record CompileEnded(String sha256, String failure) implements RemoteMessage {}
}
