package io.slipway.store.member;

import io.slipway.store.Conflicts;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Which node does the work of a task that ends with its process. Calls block. */
public final class TaskRunners {
    private final Jdbi jdbi;

    public TaskRunners(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** To be called before the task exists, so that there is never one of which nobody knows whose it is. */
    public void put(long task, String node) {
        Conflicts.added(
                jdbi, handle -> handle.execute("INSERT INTO task_runners (task, node) VALUES (?, ?)", task, node));
    }

    /** The task has ended. */
    public void remove(long task) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM task_runners WHERE task = ?", task));
    }

    /** Node by task, of all tasks that have not ended or whose node has died. */
    public Map<Long, String> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT task, node FROM task_runners")
                .reduceRows(new HashMap<Long, String>(), (nodes, row) -> {
                    nodes.put(row.getColumn("task", Long.class), row.getColumn("node", String.class));
                    return nodes;
                }));
    }
}
