package io.slipway.engine;

import java.util.concurrent.CompletionStage;

/** Runs short-lived work, such as an import, as a task: queued, logged, its end recorded. */
public interface TaskRunner {
    /**
     * Journals a task and starts its work in the background. Work of a director that dies is not resumed: its task ends
     * in error, saying so. What is to go on elsewhere is one of the {@link OrderedTasks}.
     *
     * @param deployment that the task belongs to, or empty
     * @return the task's number
     */
    CompletionStage<Long> run(TaskKind kind, String description, String deployment, Requester requester, TaskWork work);

    /** As {@link #run}, and without waiting for tasks that take long: for what is short and somebody waits for. */
    CompletionStage<Long> runUrgent(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work);

    /** Work of a task; what it returns becomes the task's result line. */
    @FunctionalInterface
    interface TaskWork {
        /**
         * Runs on a virtual thread and may block. Any exception ends the task in error with the exception's message, but for
         * one that says that the database is away: then it is run again when that is back, and must find what it did done.
         */
        String run(TaskLog log) throws Exception;

        /** The work is not run any more, or was never: it gives back what it holds. Done twice, it does no harm. */
        default void giveBack() {}
    }
}
