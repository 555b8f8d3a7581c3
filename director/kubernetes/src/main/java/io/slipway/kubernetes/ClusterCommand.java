package io.slipway.kubernetes;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.RequestRefused.Reason;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;

/** What a cluster is told. */
sealed interface ClusterCommand {

    /**
     * Accept this cluster. Replied to once it is journaled and the lists show it; refused where it is there already, unless by
     * the same request, which may be asked more than once.
     *
     * @param request is one of its own for each that somebody makes
     */
    record Create(ClusterSpec spec, String user, String request, ActorRef<Reply> replyTo)
            implements ClusterCommand, RemoteMessage {
        public Create {
            request = Objects.requireNonNullElse(request, "");
        }
    }

    /** Delete this cluster. Replied to once that is journaled and the lists show it; may be asked more than once, too. */
    record Delete(String user, String request, ActorRef<Reply> replyTo) implements ClusterCommand, RemoteMessage {
        public Delete {
            request = Objects.requireNonNullElse(request, "");
        }
    }

    /** Go on with what was begun before the director ended; sent to all clusters when one starts. */
    record Wake() implements ClusterCommand, RemoteMessage {}

    // What follows is what the entity tells itself.

    record Proceed() implements ClusterCommand, LocalMessage {}

    record StepDone(ClusterState.Step step, ClusterEvent event) implements ClusterCommand, LocalMessage {}

    /** The awaited task goes on. */
    record StillRunning(ClusterState.Step step) implements ClusterCommand, LocalMessage {}

    record StepFailed(ClusterState.Step step, String reason, boolean mayRetry)
            implements ClusterCommand, LocalMessage {}

    /** Nobody answered: the step is done again until somebody does. */
    record Unanswered(ClusterState.Step step, String reason) implements ClusterCommand, LocalMessage {}

    /** Nothing was heard for a while. */
    record Idle() implements ClusterCommand, LocalMessage {}

    /** Nothing is left of the cluster: leave the memory. */
    record Leave() implements ClusterCommand, RemoteMessage {}

    /** The answer to a request. */
    sealed interface Reply extends RemoteMessage {}

    record Accepted(Cluster cluster) implements Reply {}

    record Refused(Reason reason, int code, String message) implements Reply {}
}
