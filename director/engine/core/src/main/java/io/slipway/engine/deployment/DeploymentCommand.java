package io.slipway.engine.deployment;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.run.RunOutcome;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What may be asked of, or told to, a deployment. */
public sealed interface DeploymentCommand {

    /**
     * Queue a request behind what is being done. The reply comes when it is journaled and its task exists; asked again with
     * the same task, it is queued once.
     */
    record Submit(DeploymentRequest request, ActorRef<SubmitReply> replyTo)
            implements DeploymentCommand, RemoteMessage {}

    /** Ask the run of this task to stop at its next safe point, or drop it from the queue. */
    record CancelTask(long task) implements DeploymentCommand, RemoteMessage {}

    /** Recover, and go on with what was begun. */
    record Wake() implements DeploymentCommand, RemoteMessage {}

    /** There is an open task of this deployment: if nobody here knows it, end it. */
    record Resume(long task) implements DeploymentCommand, RemoteMessage {}

    /** The reply is what the deployment is, once all that was asked for before this task is done. */
    record Look(long beforeTask, ActorRef<LookReply> replyTo) implements DeploymentCommand, RemoteMessage {}

    /** Leave an instance alone from now on, or not any more. The reply comes when the row shows it. */
    record RecordIgnored(String instanceId, boolean isIgnored, ActorRef<RunReply> replyTo)
            implements DeploymentCommand, RemoteMessage {}

    /** From the run of this epoch. */
    sealed interface FromRun extends DeploymentCommand, RemoteMessage {
        long epoch();

        ActorRef<RunReply> replyTo();
    }

    /** This is what the run goes by, also when it begins again. The reply is the plan that counts: the first. */
    record PinPlan(long epoch, PinnedPlan plan, ActorRef<RunReply> replyTo) implements FromRun {}

    /** Journal these members before anything is made for them. */
    record RecordMembers(long epoch, List<Member> members, ActorRef<RunReply> replyTo) implements FromRun {}

    /** This member is gone, all of it. */
    record RecordRemoval(long epoch, String instanceId, ActorRef<RunReply> replyTo) implements FromRun {}

    /** Something is done that is not to be done again. */
    record RecordNote(long epoch, String what, String outcome, ActorRef<RunReply> replyTo) implements FromRun {}

    /** How the run of this epoch ended. */
    record RunEnded(long epoch, RunOutcome outcome) implements DeploymentCommand, LocalMessage {}

    /** The run of this epoch was cut off by something that passes: begin it again. */
    record RunCutOff(long epoch) implements DeploymentCommand, LocalMessage {}

    /** Start the next request's run. */
    record Proceed() implements DeploymentCommand, LocalMessage {}

    /** There is a worker for this task. */
    record Granted(long task) implements DeploymentCommand, LocalMessage {}

    /** All who are to know of the end of this task do. */
    record EndTold(long task) implements DeploymentCommand, LocalMessage {}

    /** Nothing was heard for a while. */
    record Idle() implements DeploymentCommand, LocalMessage {}

    /** Leave the memory. */
    record Leave() implements DeploymentCommand, RemoteMessage {}

    /** The answer to {@link Submit}. */
    sealed interface SubmitReply extends RemoteMessage {}

    /** It is queued, or was before: this is its task. */
    record Queued(long task) implements SubmitReply {}

    /** There is no such deployment, and the request needs one. Nothing was journaled. */
    record Unknown(String deployment) implements SubmitReply {}

    /** The deployment of that name is just being forgotten: ask again at once. Nothing was journaled. */
    record Leaving(String deployment) implements SubmitReply {}

    /** The answer to {@link Look}. */
    sealed interface LookReply extends RemoteMessage {}

    /** What the deployment is now. */
    record Standing(@Nullable Accepted accepted, List<Member> members) implements LookReply {}

    /** Something that was asked for before is not done yet; the last of it is this task. Ask again. */
    record Busy(long lastTask) implements LookReply {}

    /** The answer to what a run has journaled. */
    sealed interface RunReply extends RemoteMessage {}

    record Recorded() implements RunReply {}

    record Pinned(PinnedPlan plan) implements RunReply {}

    /** Another run has begun since: nothing was journaled. */
    record Superseded(String deployment) implements RunReply {}
}
