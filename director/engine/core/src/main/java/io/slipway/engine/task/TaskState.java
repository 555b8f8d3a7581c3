package io.slipway.engine.task;

import io.slipway.engine.JournaledEvent;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task as its journal tells it; without {@code created} it does not exist. */
public record TaskState(TaskEvent.@Nullable Created created, State state, String result, String startedAt, String at)
        implements JournaledEvent {
    static final TaskState NONE = new TaskState(null, State.QUEUED, "", "", "");

    /** It exists and has not ended. */
    boolean isOpen() {
        return created != null && !hasEnded();
    }

    boolean hasEnded() {
        return switch (state) {
            case DONE, ERROR, CANCELLED, TIMEOUT -> true;
            case QUEUED, PROCESSING, CANCELLING -> false;
        };
    }

    TaskState apply(TaskEvent event) {
        return switch (event) {
            case TaskEvent.Created made -> new TaskState(made, State.QUEUED, "", made.at(), made.at());
            case TaskEvent.Started started ->
                new TaskState(
                        created, state == State.QUEUED ? State.PROCESSING : state, result, started.at(), started.at());
            case TaskEvent.CancelRequested asked ->
                new TaskState(created, State.CANCELLING, result, startedAt, asked.at());
            case TaskEvent.Ended ended -> new TaskState(created, ended.state(), ended.result(), startedAt, ended.at());
        };
    }

    TaskRow row(TaskEvent.Created known) {
        return new TaskRow(
                known.id(),
                known.kind(),
                state,
                known.description(),
                known.user(),
                known.deployment(),
                known.contextId(),
                result,
                Instant.parse(startedAt),
                Instant.parse(at));
    }
}
