package io.slipway.engine.deployment;

import io.slipway.engine.RemoteMessage;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of, or told to, a deployment. */
public sealed interface DeploymentCommand {

    /** Queue a request behind what is being done. The reply comes when it is journaled and its task exists. */
    record Submit(DeploymentRequest request, ActorRef<SubmitReply> replyTo)
            implements DeploymentCommand, RemoteMessage {}

    /** Ask the run of this task to stop at its next safe point, or drop it from the queue. */
    record CancelTask(long task) implements DeploymentCommand, RemoteMessage {}

    /** Recover, and go on with what was begun. */
    record Wake() implements DeploymentCommand, RemoteMessage {}

    /** From the run: journal these members before anything is made for them. */
    record RecordMembers(List<DeploymentState.Member> members, ActorRef<Recorded> replyTo)
            implements DeploymentCommand, RemoteMessage {}

    /** From the run: this member is gone, all of it. */
    record RecordRemoval(String instanceId, ActorRef<Recorded> replyTo) implements DeploymentCommand, RemoteMessage {}

    /** Leave an instance alone from now on, or not any more. */
    record RecordIgnored(String instanceId, boolean isIgnored, ActorRef<Recorded> replyTo)
            implements DeploymentCommand, RemoteMessage {}

    /** From the run: how it ended. Empty failure means well. */
    record RunEnded(long task, RunOutcome outcome) implements DeploymentCommand, RemoteMessage {}

    /** Start the next request's run. */
    record Proceed() implements DeploymentCommand {}

    /** There is a worker for this task. */
    record Granted(long task) implements DeploymentCommand {}

    /** The end of a run is in the task's row. */
    record EndRecorded(long task) implements DeploymentCommand {}

    /** The answer to {@link Submit}. */
    record SubmitReply(long task, String refusal) implements RemoteMessage {}

    record Recorded() implements RemoteMessage {}

    /**
     * How a run ended.
     *
     * @param failure empty when it went well
     * @param result a line for people; empty for the usual one
     * @param accepted what the deployment is made from now; null where that did not change
     */
    record RunOutcome(
            String failure,
            boolean wasCancelled,
            DeploymentState.@org.jspecify.annotations.Nullable Accepted accepted,
            boolean isDeleted,
            String result)
            implements RemoteMessage {

        static RunOutcome failed(String failure, boolean wasCancelled) {
            return new RunOutcome(failure, wasCancelled, null, false, "");
        }
    }
}
