package io.slipway.engine.state;

import io.slipway.engine.TaskKind;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.Tasks.TaskFilter;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.store.StateRows;
import io.slipway.store.StateRows.TaskStateRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Tasks as lists show them, and their numbers. Calls block. */
public final class TaskRows {
    private final StateRows rows;

    public TaskRows(StateRows rows) {
        this.rows = rows;
    }

    /**
     * A number for a task, and nobody else's.
     *
     * @param client the address from which it is asked for, or empty
     */
    public long nextId(String client) {
        return rows.nextTaskId(client);
    }

    public void write(TaskRow row, long version) {
        rows.writeTask(
                new TaskStateRow(
                        row.id(),
                        row.state().name(),
                        row.description(),
                        row.user(),
                        row.deployment(),
                        row.contextId(),
                        row.result(),
                        row.startedAt().toEpochMilli(),
                        row.timestamp().toEpochMilli(),
                        row.kind().boshName(),
                        row.kind().name()),
                version);
    }

    public Optional<TaskRow> find(long id) {
        return rows.task(id).map(TaskRows::taskOf);
    }

    /** Newest first. */
    public List<TaskRow> list(TaskFilter filter) {
        return rows
                .tasks(
                        filter.states().stream().map(Enum::name).toList(),
                        filter.deployment(),
                        filter.contextId(),
                        filter.types(),
                        filter.limit())
                .stream()
                .map(TaskRows::taskOf)
                .toList();
    }

    /** Removes tasks that ended, with all that is kept of them, but for the newest of each type; returns how many. */
    public int removeOld(int keptOfEachType) {
        return rows.removeTasks(keptOfEachType);
    }

    private static TaskRow taskOf(TaskStateRow row) {
        return new TaskRow(
                row.id(),
                TaskKind.valueOf(row.kind()),
                State.valueOf(row.state()),
                row.description(),
                row.user(),
                row.deployment(),
                row.contextId(),
                row.result(),
                Instant.ofEpochMilli(row.startedAt()),
                Instant.ofEpochMilli(row.changedAt()));
    }
}
