package io.slipway.store.member;

import io.slipway.store.Conflicts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Which node does the work of a task that no journal has. Such work ends with its process, unless there is an order, by which
 * another node does it. Calls block.
 */
public final class TaskRunners {
    private final Jdbi jdbi;

    public TaskRunners(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Who does it.
     *
     * @param isOrdered whether another one can
     */
    public record Runner(String node, boolean isOrdered) {}

    /** How the work of a task ended, whether or not the task knows. */
    public record Conclusion(String state, String result) {}

    /** To be called before the task exists, so that there is never one of which nobody knows whose it is. */
    public void put(long task, String node) {
        Conflicts.added(
                jdbi, handle -> handle.execute("INSERT INTO task_runners (task, node) VALUES (?, ?)", task, node));
    }

    /** As {@link #put(long, String)}, of a task that others can go on with. */
    public Turn put(long task, String node, byte[] sealedOrder) {
        Conflicts.added(
                jdbi,
                handle -> handle.execute(
                        "INSERT INTO task_runners (task, node, sealed_order) VALUES (?, ?, ?)",
                        task,
                        node,
                        sealedOrder));
        return new HeldTurn(task, node, true);
    }

    /** Takes the turn of a node that is gone; empty where somebody else was quicker, or the task has ended. */
    public Optional<Turn> take(long task, String gone, String node) {
        int taken = jdbi.withHandle(handle -> handle.execute(
                "UPDATE task_runners SET node = ?, turns = turns + 1 WHERE task = ? AND node = ?"
                        + " AND sealed_order IS NOT NULL",
                node,
                task,
                gone));
        return taken == 0 ? Optional.empty() : Optional.of(new HeldTurn(task, node, false));
    }

    /** What a task is to do; empty where it has ended. */
    public Optional<byte[]> order(long task) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT sealed_order FROM task_runners WHERE task = :task")
                .bind("task", task)
                .map((found, context) -> found.getBytes(1))
                .findOne());
    }

    /** Empty where the work has not ended. */
    public Optional<Conclusion> conclusion(long task) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT ended_as, ended_with FROM task_runners WHERE task = :task"
                                + " AND ended_as IS NOT NULL")
                        .bind("task", task)
                        .map((found, context) -> new Conclusion(found.getString(1), found.getString(2)))
                        .findOne());
    }

    /** The work is not done again, whoever dies now. Throws {@link Turn.Lost} where it is another's. */
    public void conclude(long task, String node, Conclusion conclusion) {
        jdbi.useHandle(handle -> {
            int concluded = handle.execute(
                    "UPDATE task_runners SET ended_as = ?, ended_with = ? WHERE task = ? AND node = ?",
                    conclusion.state(),
                    conclusion.result(),
                    task,
                    node);
            if (concluded == 0) {
                throw new Turn.Lost(task);
            }
        });
    }

    /** The task has ended. */
    public void remove(long task) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM task_runners WHERE task = ?", task));
    }

    /** By task, of all tasks that have not ended or whose node has died. */
    public Map<Long, Runner> all() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT task, node, sealed_order IS NOT NULL AS ordered FROM task_runners")
                .reduceRows(new HashMap<Long, Runner>(), (runners, row) -> {
                    runners.put(
                            row.getColumn("task", Long.class),
                            new Runner(row.getColumn("node", String.class), row.getColumn("ordered", Boolean.class)));
                    return runners;
                }));
    }

    private record HeldTurn(long task, String node, boolean isFirst) implements Turn {
        @Override
        public void check(Handle handle) {
            achieved(handle);
        }

        @Override
        public String once(Handle handle, Supplier<String> act) {
            String before = achieved(handle);
            if (!before.isEmpty()) {
                return before;
            }
            String now = act.get();
            handle.execute("UPDATE task_runners SET achieved = ? WHERE task = ?", now, task);
            return now;
        }

        /** Empty where nothing is. The row stays as it is until the transaction ends. */
        private String achieved(Handle handle) {
            return handle.createQuery("SELECT COALESCE(achieved, '') FROM task_runners WHERE task = :task"
                            + " AND node = :node FOR UPDATE")
                    .bind("task", task)
                    .bind("node", node)
                    .mapTo(String.class)
                    .findOne()
                    .orElseThrow(() -> new Lost(task));
        }
    }
}
