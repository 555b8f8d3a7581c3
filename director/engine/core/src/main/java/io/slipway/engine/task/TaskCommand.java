package io.slipway.engine.task;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.Tasks.State;
import org.apache.pekko.actor.typed.ActorRef;

/** What may be asked of a task. Each reply comes when the task's row shows the change. */
public sealed interface TaskCommand extends RemoteMessage {
    /** Create the task, queued. Creating it again changes nothing. */
    record Create(TaskEvent.Created created, ActorRef<TaskReply> replyTo) implements TaskCommand {}

    /** Its work begins, perhaps again. One that was asked to stop stays so: look at the reply. */
    record Start(ActorRef<TaskReply> replyTo) implements TaskCommand {}

    /** Record how it ended; a task that ended keeps its first end. */
    record End(State state, String result, ActorRef<TaskReply> replyTo) implements TaskCommand {}

    /** Mark it as to be cancelled; who runs it looks at its next safe point. */
    record Cancel(ActorRef<TaskReply> replyTo) implements TaskCommand {}

    /** Leave the memory of this node: the task goes on, where it is open, on another. */
    record Leave() implements TaskCommand {}

    /** Nothing was heard for a while. */
    record Idle() implements TaskCommand, LocalMessage {}

    /** The answer to all of them. */
    sealed interface TaskReply extends RemoteMessage {}

    /**
     * There is such a task.
     *
     * @param state of the task now
     * @param deployment that it belongs to, or empty
     */
    record Known(long id, State state, String deployment) implements TaskReply {}

    /** There is no such task: nothing was changed. */
    record Unknown(long id) implements TaskReply {}
}
