package io.slipway.engine.queue;

import io.slipway.engine.queue.FairQueue.Claim;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This node's workers. Who wants one claims it and is told when it is free; nothing here survives the process, since who
 * waits has journaled what for, and claims again.
 */
public final class TaskWorkers {
    private final Map<Lane, FairQueue> queues = new EnumMap<>(Lane.class);
    private final Map<Long, Runnable> waiters = new HashMap<>();

    /** Kinds of work that do not wait for each other. */
    public enum Lane {
        /** What changes something, or may take long. */
        ORDINARY,
        /** What is short and somebody waits for, such as ssh. */
        URGENT
    }

    public TaskWorkers(int ordinary, int urgent) {
        queues.put(Lane.ORDINARY, FairQueue.of(ordinary));
        queues.put(Lane.URGENT, FairQueue.of(urgent));
    }

    /**
     * Asks for a worker. A task that has one already, since who ran it came back, is told at once.
     *
     * @param claimant those who share a name take turns with all others as one
     * @param granted called by whoever's thread this is, perhaps before this returns: be short
     */
    public void claim(Lane lane, String claimant, long task, Runnable granted) {
        boolean hasOne;
        synchronized (this) {
            var queue = queue(lane);
            hasOne = queue.running().containsKey(task);
            if (!hasOne) {
                waiters.put(task, granted);
                queues.put(lane, queue.claim(task, claimant));
            }
        }
        if (hasOne) {
            granted.run();
        } else {
            serve(lane);
        }
    }

    /** Stops waiting for a worker; false where the task has one, or has asked for none. */
    public synchronized boolean withdraw(long task) {
        boolean isWaiting = waiters.remove(task) != null;
        if (isWaiting) {
            queues.replaceAll((lane, queue) -> queue.leave(task));
        }
        return isWaiting;
    }

    /** Gives the worker back, or stops waiting for one. Doing so again changes nothing. */
    public void leave(long task) {
        synchronized (this) {
            waiters.remove(task);
            queues.replaceAll((lane, queue) -> queue.leave(task));
        }
        List.of(Lane.values()).forEach(this::serve);
    }

    /** Outside the lock: who is told may claim or leave. */
    private void serve(Lane lane) {
        var granted = new ArrayList<Runnable>();
        synchronized (this) {
            for (Optional<Claim> next = queue(lane).next();
                    next.isPresent();
                    next = queue(lane).next()) {
                queues.put(lane, queue(lane).serve(next.get()));
                Optional.ofNullable(waiters.remove(next.get().task())).ifPresent(granted::add);
            }
        }
        granted.forEach(Runnable::run);
    }

    private FairQueue queue(Lane lane) {
        return queues.getOrDefault(lane, FairQueue.of(1));
    }
}
