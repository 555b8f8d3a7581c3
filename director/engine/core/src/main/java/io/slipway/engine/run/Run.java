package io.slipway.engine.run;

import io.slipway.engine.Fence;
import io.slipway.engine.TaskLog;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.ChangeOrder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One run of a request to a deployment, for the straight-line code that does it.
 *
 * @param fence by which all that it tells entities is known to be of this run
 * @param log of its task
 * @param stop is stopped where another run has begun, or the director ends: the code must leave everything as it is
 * @param done what is done and noted, by this run or before it was cut off
 */
public record Run(
        String deployment,
        long task,
        Fence fence,
        TaskLog log,
        Stop stop,
        RunJournal journal,
        RunStart start,
        Map<String, String> done) {
    private static final int NEVER_DEPLOYED = 70000;

    public Run(String deployment, long task, Fence fence, TaskLog log, Stop stop, RunJournal journal, RunStart start) {
        this(deployment, task, fence, log, stop, journal, start, new ConcurrentHashMap<>(start.notes()));
    }

    /**
     * What is deployed.
     *
     * @throws RunFailed where no deploy went well yet
     */
    public Accepted accepted() throws RunFailed {
        var accepted = start.accepted();
        if (accepted == null) {
            throw new RunFailed(NEVER_DEPLOYED, "no deploy of this deployment went well yet: deploy it first");
        }
        return accepted;
    }

    /** The same run, with another log. */
    public Run with(TaskLog other) {
        return new Run(deployment, task, fence, other, stop, journal, start, done);
    }

    /** The key of the goals that it gives. */
    public String key() {
        return ChangeOrder.keyOf(task);
    }

    /** A safe point: throws where somebody asked the task to stop, or nobody wants this run to go on. */
    public void check() throws RunFailed {
        stop.check();
        if (log.isCancelled()) {
            throw RunFailed.cancelled(task);
        }
    }

    /** What came of something that must not be done twice, where it is done. */
    public Optional<String> noted(String what) {
        return Optional.ofNullable(done.get(what));
    }

    /** Journals that something is done. */
    public void note(String what, String outcome) {
        journal.note(what, outcome);
        done.put(what, outcome);
    }
}
