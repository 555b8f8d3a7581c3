package io.slipway.engine.task;

import io.slipway.engine.JournaledEvent;
import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks.State;

/** What happened to a task. Times are ISO 8601 instants. */
public sealed interface TaskEvent extends JournaledEvent {
    record Created(
            long id, TaskKind kind, String description, String user, String deployment, String contextId, String at)
            implements TaskEvent {}

    record Started(String at) implements TaskEvent {}

    record CancelRequested(String at) implements TaskEvent {}

    record Ended(State state, String result, String at) implements TaskEvent {}
}
