package io.slipway.engine.instance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an instance's row off the actor's thread, one write after another. Of the writes that wait only the newest is
 * done: an instance at work changes faster than a database likes to be written to.
 */
final class RowWriter {
    private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);

    private final Executor blocking;
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private @Nullable Runnable waiting;
    private boolean isWriting;

    RowWriter(Executor blocking) {
        this.blocking = blocking;
    }

    /** Takes the place of a write that waits. */
    synchronized void write(Runnable work) {
        waiting = work;
        begin();
    }

    /** Is done in any case, after what is under way and in place of what waits. */
    synchronized void end(Runnable work) {
        waiting = null;
        ends.add(work);
        begin();
    }

    private void begin() {
        if (!isWriting) {
            isWriting = true;
            blocking.execute(this::run);
        }
    }

    private void run() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException failure) {
                LOG.warn("an instance's row was not written: {}", failure.toString());
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        var next = ends.poll();
        if (next == null) {
            next = waiting;
            waiting = null;
        }
        isWriting = next != null;
        return next;
    }
}
