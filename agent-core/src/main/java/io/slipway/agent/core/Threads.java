package io.slipway.agent.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers and the timer of one agent, or of thousands that share them, so that an agent at rest has no thread of its
 * own. Work that is given after the end is not done: the agent, too, is gone.
 */
public final class Threads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private final ExecutorService workers;
    private final ScheduledExecutorService timer;

    /** Both are ended with this object. */
    public Threads(ExecutorService workers, ScheduledExecutorService timer) {
        this.workers = workers;
        this.timer = timer;
    }

    /** Runs work that may block, now. */
    public void run(Runnable work) {
        try {
            workers.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException bug) {
                    LOG.error("a piece of the agent's work broke off: {}", bug.getMessage(), bug);
                }
            });
        } catch (RejectedExecutionException ended) {
            LOG.trace("not done, the agent is gone: {}", work);
        }
    }

    /** Runs work that may block, after a while. What is cancelled before is not begun. */
    public Future<?> later(Duration delay, Runnable work) {
        try {
            return timer.schedule(() -> run(work), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ended) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Interrupts what runs. */
    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }
}
