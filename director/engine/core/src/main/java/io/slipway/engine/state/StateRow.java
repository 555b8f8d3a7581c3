package io.slipway.engine.state;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The row by which lists show one entity. The entity owns it: it makes one of these when it has recovered, has the row
 * written at once, and again after each change.
 *
 * <p>Writes are done off the actor's thread, one after another, and tried again for as long as the database refuses them.
 * Of those that wait only the newest is done, since an entity at work changes faster than a database likes to be written
 * to. Each carries a version that is an epoch, taken from the database when the entity started, and a count: what an
 * earlier life of the entity writes late has no effect, and no clock has a say in it.
 */
public final class StateRow {
    private static final Logger LOG = LoggerFactory.getLogger(StateRow.class);
    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int COUNT_BITS = 32;
    /** The class of SQL states that are about what is to be written, and not about the database. */
    private static final String DATA_EXCEPTION = "22";

    private final String entity;
    private final LongSupplier epochs;
    private final Executor blocking;
    private final Deque<Change> waiting = new ArrayDeque<>();
    private long epoch;
    private long count;
    private boolean isWriting;
    private boolean isClosed;

    /** A write of the row; it may block, and may be repeated. */
    @FunctionalInterface
    public interface Write {
        void as(long version);
    }

    private record Change(Write write, boolean isKept, CompletableFuture<Void> done) {}

    /**
     * @param entity for people, as in {@code Deployment|d}
     * @param epochs gives the epoch of an entity that starts now; may block
     */
    public StateRow(String entity, LongSupplier epochs, Executor blocking) {
        this.entity = entity;
        this.epochs = epochs;
        this.blocking = blocking;
    }

    /**
     * Has the row written. A later one takes the place of one that waits.
     *
     * @return completes when this, or a later one, is in the table; never where the entity stops before
     */
    public CompletionStage<Void> write(Write write) {
        return add(new Change(write, false, new CompletableFuture<>()));
    }

    /** As {@link #write}, and no later one takes its place. */
    public CompletionStage<Void> writeSurely(Write write) {
        return add(new Change(write, true, new CompletableFuture<>()));
    }

    /** The entity stops: what waits is not written any more. */
    public synchronized void close() {
        isClosed = true;
        waiting.clear();
    }

    private synchronized CompletionStage<Void> add(Change change) {
        if (!isClosed) {
            waiting.add(change);
            if (!isWriting) {
                isWriting = true;
                blocking.execute(this::writeAll);
            }
        }
        return change.done();
    }

    private void writeAll() {
        for (var batch = next(); !batch.isEmpty(); batch = next()) {
            var newest = batch.getLast();
            if (isWritten(newest.write())) {
                batch.forEach(change -> change.done().complete(null));
            }
        }
    }

    /** Those that are done by the last of them; empty where there are none. */
    private synchronized List<Change> next() {
        var batch = new ArrayList<Change>();
        while (!waiting.isEmpty()) {
            var change = waiting.poll();
            batch.add(change);
            if (change.isKept()) {
                break;
            }
        }
        isWriting = !batch.isEmpty();
        return batch;
    }

    /** False where the entity stopped before it could be done. */
    private boolean isWritten(Write write) {
        @Nullable RuntimeException last = null;
        for (var pause = LEAST_PAUSE; !isClosed(); pause = longer(pause)) {
            try {
                write.as(nextVersion());
                if (last != null) {
                    LOG.info("the row of {} is written again", entity);
                }
                return true;
            } catch (RuntimeException refused) {
                if (isRefusedForGood(refused)) {
                    LOG.error("the row of {} cannot be written as it is", entity, refused);
                    return true;
                }
                if (last == null) {
                    LOG.warn("the row of {} is not written, and will be: {}", entity, refused.toString());
                }
                last = refused;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** What a column does not take it never takes: nobody is to wait for that. */
    private static boolean isRefusedForGood(Throwable refused) {
        for (@Nullable Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && String.valueOf(sql.getSQLState()).startsWith(DATA_EXCEPTION)) {
                return true;
            }
        }
        return false;
    }

    /** Called by the one thread that writes. */
    private long nextVersion() {
        if (epoch == 0) {
            epoch = epochs.getAsLong();
        }
        return epoch << COUNT_BITS | ++count;
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private static Duration longer(Duration pause) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
