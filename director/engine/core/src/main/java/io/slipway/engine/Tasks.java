package io.slipway.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tasks and their outputs. */
public interface Tasks {

    Optional<TaskRow> find(long id);

    /** Newest first. */
    List<TaskRow> list(TaskFilter filter);

    /** All of one output of a task from a byte offset on; empty when there is none yet. */
    byte[] output(long id, OutputType type, long fromByte);

    /** Asks a task to stop at its next safe point. */
    CompletionStage<Void> cancel(long id, Requester requester);

    enum OutputType {
        EVENT,
        DEBUG,
        CPI,
        RESULT
    }

    enum State {
        QUEUED,
        PROCESSING,
        CANCELLING,
        CANCELLED,
        DONE,
        ERROR,
        TIMEOUT
    }

    /** Empty deployment and contextId match all; no states, and no types, match all. */
    record TaskFilter(List<State> states, String deployment, String contextId, List<String> types, int limit) {
        public TaskFilter {
            states = List.copyOf(states);
            types = List.copyOf(types);
        }

        public TaskFilter(List<State> states, String deployment, String contextId, int limit) {
            this(states, deployment, contextId, List.of(), limit);
        }
    }

    /** A task as the lists show it; result is empty until it ended. */
    record TaskRow(
            long id,
            TaskKind kind,
            State state,
            String description,
            String user,
            String deployment,
            String contextId,
            String result,
            Instant startedAt,
            Instant timestamp) {}
}
