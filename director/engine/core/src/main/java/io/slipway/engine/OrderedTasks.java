package io.slipway.engine;

import io.slipway.store.member.Turn;
import java.util.concurrent.CompletionStage;

/**
 * Runs work as tasks that end with no director: where the one that is at it dies, another one begins again by the same
 * order.
 */
public interface OrderedTasks {

    /** From now on tasks of this kind can be begun here, and gone on with where another director died. */
    void perform(TaskKind kind, OrderedWork work);

    /**
     * Journals a task of a kind that is {@linkplain #perform performed}, and starts its work in the background. The order is
     * kept, sealed, until the task has ended.
     *
     * @param order as the work reads it, on a director of a later version too
     * @return the task's number
     */
    CompletionStage<Long> order(TaskKind kind, String description, Requester requester, String order);

    /** How tasks of a kind are done. */
    interface OrderedWork {
        /**
         * As {@link TaskRunner.TaskWork#run}. A former run may have come to any point of it, and may even be under way still in
         * a process that was taken for dead: what must not be done twice is done in the turn.
         */
        String run(String order, TaskLog log, Turn turn) throws Exception;

        /** The work is not run any more, whoever dies, or was never: what the order holds is given back. Done twice, it does no harm. */
        default void giveBack(String order) {}
    }
}
