package io.slipway.store.output;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Append-only outputs of tasks. Appends go to a bounded buffer that one thread empties every few milliseconds, a transaction
 * for each stream; several directors may append to the same one. Readers see what is stored, and wait a little for what
 * they appended before. A director that dies loses what it appended in the last instants, never anything older.
 *
 * <p>While the database is away appends go on, and what is in the buffer is stored when it is back, once. When the buffer
 * is full meanwhile, the oldest lines of debug outputs are dropped, then those of CPI outputs, and a line in their place
 * says so; events and results are never dropped. No query is made with the lock held.
 */
public final class TaskOutputs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskOutputs.class);
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int TRIES_AT_ONCE = 20;
    private static final long MOST_OF_A_BATCH = 1024 * 1024;
    private static final List<OutputType> DROPPABLE = List.of(OutputType.DEBUG, OutputType.CPI);

    private final OutputTable table;
    private final OutputLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** For the writer: there is something to do. */
    private final Condition work = lock.newCondition();
    /** For others: something is stored, or failed. */
    private final Condition progress = lock.newCondition();

    private final Map<Stream, PendingStream> streams = new LinkedHashMap<>();
    private long buffered;
    private long ordinal;
    private long batches;
    private int inAHurry;
    private boolean isFailing;
    private long stalledSince;
    private boolean isClosed;
    private long closedAt;
    private final Thread writer;

    public TaskOutputs(Jdbi jdbi) {
        this(jdbi, OutputLimits.DEFAULT);
    }

    TaskOutputs(Jdbi jdbi, OutputLimits limits) {
        this.table = new OutputTable(jdbi, UUID.randomUUID().toString());
        this.limits = limits;
        this.writer = Thread.ofPlatform().daemon().name("task-outputs").start(this::writeUntilClosed);
    }

    /** Blocks only where the database is slow, and then for seconds at most; never where it is away. */
    public void append(long task, OutputType type, byte[] content) {
        if (content.length == 0) {
            return;
        }
        lock.lock();
        try {
            awaitProgress(limits.appendWait().minus(stalled()), () -> hasRoom() || isFailing);
            if (isClosed) {
                LOG.warn("{} bytes of an output of task {} came after the end and are lost", content.length, task);
                return;
            }
            makeRoom();
            var stream = streams.computeIfAbsent(new Stream(task, type), PendingStream::new);
            stream.lastUsed = System.nanoTime();
            if (hasRoom() || !DROPPABLE.contains(type)) {
                stream.add(ordinal++, content);
                buffered += content.length;
            } else {
                stream.addDropped(content);
            }
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        return buffered < limits.bufferedBytes();
    }

    /** How long nothing was stored though something was to be. */
    private Duration stalled() {
        return stalledSince == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - stalledSince);
    }

    private void makeRoom() {
        for (OutputType type : DROPPABLE) {
            while (!hasRoom()) {
                PendingStream oldest = null;
                for (PendingStream one : streams.values()) {
                    if (one.stream.type() == type
                            && one.oldest() < (oldest == null ? Long.MAX_VALUE : oldest.oldest())) {
                        oldest = one;
                    }
                }
                if (oldest == null) {
                    break;
                }
                buffered -= oldest.dropOldest();
            }
        }
    }

    /**
     * Waits until all that was appended for a task before is stored, so that any director reads it. The task is expected to
     * say no more.
     *
     * @return false where it was not within this time; it is still stored as soon as it can be
     */
    public boolean flush(long task, Duration longest) {
        lock.lock();
        try {
            var ends = new LinkedHashMap<PendingStream, Long>();
            streams.values().stream()
                    .filter(one -> one.stream.task() == task)
                    .forEach(one -> ends.put(one, one.appended()));
            boolean isStored = hurry(longest, () -> isSettled(ends));
            streams.values().removeIf(one -> one.stream.task() == task && !one.hasPending());
            return isStored;
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSettled(Map<PendingStream, Long> ends) {
        return ends.entrySet().stream().allMatch(one -> one.getKey().isSettled(one.getValue()));
    }

    /**
     * One output from a byte offset on, as far as it is stored. What was read once is read again from the same offset. Throws
     * where the database is away.
     */
    public byte[] read(long task, OutputType type, long fromByte) {
        var id = new Stream(task, type);
        lock.lock();
        try {
            var stream = streams.get(id);
            if (stream != null) {
                long end = stream.appended();
                hurry(limits.readWait(), () -> stream.isSettled(end) || isFailing);
            }
        } finally {
            lock.unlock();
        }
        return table.read(id, fromByte);
    }

    @FunctionalInterface
    private interface Awaited {
        boolean isSo();
    }

    /** As {@link #awaitProgress}, while the writer makes no pauses. Called with the lock held. */
    private boolean hurry(Duration longest, Awaited awaited) {
        if (awaited.isSo()) {
            return true;
        }
        inAHurry++;
        work.signal();
        try {
            return awaitProgress(longest, awaited);
        } finally {
            inAHurry--;
        }
    }

    /** Whether it came to be so in time. Called with the lock held, which is free meanwhile. */
    private boolean awaitProgress(Duration longest, Awaited awaited) {
        long nanos = longest.toNanos();
        try {
            while (!awaited.isSo() && !isClosed && nanos > 0) {
                nanos = progress.awaitNanos(nanos);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return awaited.isSo();
    }

    /** Stores what is left, as far as the database takes it now. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!isClosed) {
                isClosed = true;
                closedAt = System.nanoTime();
                streams.values().forEach(one -> one.dueAt = closedAt);
            }
            work.signal();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(limits.closing().plusSeconds(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosed() {
        try {
            for (var due = awaitDue(); !due.isEmpty(); due = awaitDue()) {
                for (PendingStream stream : due) {
                    if (!store(stream)) {
                        break;
                    }
                }
                pause();
            }
        } finally {
            lock.lock();
            try {
                if (buffered > 0) {
                    LOG.error("{} bytes of outputs of tasks are lost: the database did not take them", buffered);
                }
                isClosed = true;
                progress.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Streams that may be stored now, as soon as there are any; none where this is closed and there is no more to do. */
    private List<PendingStream> awaitDue() {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                streams.values().removeIf(one -> !one.hasPending() && now - one.lastUsed > IDLE_NANOS);
                var pending = streams.values().stream()
                        .filter(PendingStream::hasPending)
                        .toList();
                var due = pending.stream()
                        .filter(one -> one.failures == 0 || one.dueAt - now <= 0)
                        .toList();
                boolean isOver = isClosed
                        && (pending.isEmpty()
                                || now - closedAt > limits.closing().toNanos());
                if (isOver || !due.isEmpty()) {
                    return isOver ? List.of() : due;
                }
                long next =
                        pending.stream().mapToLong(one -> one.dueAt - now).min().orElse(IDLE_NANOS);
                awaitWork(next);
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            if (!isClosed) {
                long end = System.nanoTime() + limits.pause().toNanos();
                while (!isClosed && inAHurry == 0 && end - System.nanoTime() > 0) {
                    awaitWork(end - System.nanoTime());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitWork(long nanos) {
        try {
            work.awaitNanos(nanos);
        } catch (InterruptedException nobodyDoesThat) {
            LOG.debug("the writer of outputs was interrupted, and goes on");
        }
    }

    /** Whether it makes sense to go on with others. */
    private boolean store(PendingStream stream) {
        PendingStream.Batch batch;
        lock.lock();
        try {
            batch = stream.batch(batches++, Math.min(MOST_OF_A_BATCH, limits.bufferedBytes() / 4));
            stalledSince = stalledSince == 0 ? System.nanoTime() : stalledSince;
        } finally {
            lock.unlock();
        }
        try {
            put(stream, batch);
            stored(stream, batch);
            return true;
        } catch (ConnectionException away) {
            failed(stream, batch, away);
            return false;
        } catch (RuntimeException | Error failure) {
            failed(stream, batch, failure);
            return true;
        }
    }

    /** Returns once it is in; throws where it may be in or not. */
    private void put(PendingStream stream, PendingStream.Batch batch) {
        for (int tries = 0; tries < TRIES_AT_ONCE; tries++) {
            if (stream.end == PendingStream.UNKNOWN) {
                if (stream.isDoubtful && table.has(stream.stream, batch.number())) {
                    return;
                }
                stream.end = table.end(stream.stream);
            }
            long end = stream.end;
            // Whatever becomes of it, only what went well leaves the end known.
            stream.end = PendingStream.UNKNOWN;
            if (add(stream, batch, end)) {
                stream.end = end + batch.content().length;
                return;
            }
        }
        throw new IllegalStateException("others were always faster");
    }

    private boolean add(PendingStream stream, PendingStream.Batch batch, long end) {
        boolean wasDoubtful = stream.isDoubtful;
        stream.isDoubtful = true;
        try {
            boolean isAdded = table.add(stream.stream, end, batch.number(), batch.content());
            stream.isDoubtful = wasDoubtful;
            return isAdded;
        } catch (ConnectionException | StatementException beforeTheCommit) {
            stream.isDoubtful = wasDoubtful;
            throw beforeTheCommit;
        }
    }

    private void stored(PendingStream stream, PendingStream.Batch batch) {
        lock.lock();
        try {
            stream.stored(batch);
            buffered -= batch.buffered();
            stalledSince = 0;
            if (isFailing && streams.values().stream().allMatch(one -> one.failures == 0)) {
                isFailing = false;
                LOG.info("outputs of tasks are stored again");
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(PendingStream stream, PendingStream.Batch batch, Throwable failure) {
        lock.lock();
        try {
            if (!isFailing) {
                LOG.error("outputs of tasks are not stored, and tried again until they are: {}", failure.toString());
            }
            isFailing = true;
            if (!stream.isDoubtful) {
                stream.takeBack(batch);
            }
            stream.failures++;
            stream.dueAt = System.nanoTime() + backOff(stream.failures);
            LOG.debug("{} bytes of {} were not stored", batch.content().length, stream.stream, failure);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long backOff(int failures) {
        long first = TimeUnit.MILLISECONDS.toNanos(50);
        return isClosed ? first : Math.min(limits.longestBackOff().toNanos(), first << Math.min(failures, 20));
    }
}
