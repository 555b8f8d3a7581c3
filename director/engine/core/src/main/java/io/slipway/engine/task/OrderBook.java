package io.slipway.engine.task;

import io.slipway.engine.OrderedTasks.OrderedWork;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner.TaskWork;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.engine.cluster.Nodes;
import io.slipway.secrets.input.TaskOrders;
import io.slipway.store.member.TaskRunners;
import io.slipway.store.member.TaskRunners.Conclusion;
import io.slipway.store.member.Turn;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Orders of tasks, and how this director does them. Calls block. */
final class OrderBook {
    private final TaskRunners runners;
    private final TaskOrders seals;
    private final Nodes nodes;
    private final Map<TaskKind, OrderedWork> performers = new ConcurrentHashMap<>();

    OrderBook(TaskRunners runners, TaskOrders seals, Nodes nodes) {
        this.runners = runners;
        this.seals = seals;
        this.nodes = nodes;
    }

    void perform(TaskKind kind, OrderedWork work) {
        performers.put(kind, work);
    }

    /** Enters an order, for this director first. */
    Entry enter(long task, TaskKind kind, String order) {
        var work = Objects.requireNonNull(performers.get(kind), () -> "nobody has said how to do " + kind);
        return new Entry(task, work, order, runners.put(task, nodes.self(), seals.seal(task, order)));
    }

    /** Takes a task over from a node that is gone; empty where somebody else does, or this director cannot yet. */
    Optional<Entry> takeOver(TaskRow task, String gone) {
        var work = performers.get(task.kind());
        if (work == null) {
            return Optional.empty();
        }
        return runners.take(task.id(), gone, nodes.self()).flatMap(turn -> runners.order(task.id())
                .map(order -> new Entry(task.id(), work, seals.open(task.id(), order), turn)));
    }

    /** One order, in the turn of this director. */
    final class Entry implements TaskWork {
        private final long task;
        private final OrderedWork work;
        private final String order;
        private final Turn turn;
        /** The database's absence may have cut off what was done by then. */
        private boolean isRepeated;

        private Entry(long task, OrderedWork work, String order, Turn turn) {
            this.task = task;
            this.work = work;
            this.order = order;
            this.turn = turn;
        }

        @Override
        public String run(TaskLog log) throws Exception {
            if (!turn.isFirst()) {
                log.debug("the director that did this is gone; it begins again on another one");
            }
            var now = isRepeated ? turn.again() : turn;
            isRepeated = true;
            return work.run(order, log, now);
        }

        @Override
        public void giveBack() {
            work.giveBack(order);
        }

        /** How a former run ended that could not tell. */
        Optional<Conclusion> conclusion() {
            return runners.conclusion(task);
        }

        /** From now on it is not run again. */
        Conclusion conclude(Conclusion conclusion) {
            runners.conclude(task, nodes.self(), conclusion);
            return conclusion;
        }
    }
}
