package io.slipway.engine.output;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Append-only outputs of tasks. Appends go to a bounded buffer that one writer empties every few milliseconds; readers
 * see what is buffered too. A director that dies loses what it appended in the last instants, never anything older.
 */
public final class TaskOutputs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskOutputs.class);
    private static final long PAUSE_MILLIS = 50;
    private static final int MOST_BUFFERED_BYTES = 8 * 1024 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Jdbi jdbi;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Map<Stream, ByteArrayOutputStream> buffer = new LinkedHashMap<>();
    private Map<Stream, ByteArrayOutputStream> writing = Map.of();
    private final Map<Stream, Long> stored = new HashMap<>();
    private int buffered;
    private boolean isClosed;
    private final Thread writer;

    private record Stream(long task, OutputType type) {}

    public TaskOutputs(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.writer = Thread.ofPlatform().daemon().name("task-outputs").start(this::writeUntilClosed);
    }

    /** Blocks only where the writer is far behind. */
    public void append(long task, OutputType type, byte[] content) {
        lock.lock();
        try {
            while (buffered > MOST_BUFFERED_BYTES && !isClosed) {
                changed.awaitUninterruptibly();
            }
            buffer.computeIfAbsent(new Stream(task, type), stream -> new ByteArrayOutputStream())
                    .writeBytes(content);
            buffered += content.length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns once all that was appended for a task before is stored. */
    public void flush(long task) {
        lock.lock();
        try {
            while (!isClosed && (isIn(buffer, task) || isIn(writing, task))) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isIn(Map<Stream, ByteArrayOutputStream> streams, long task) {
        return streams.keySet().stream().anyMatch(stream -> stream.task() == task);
    }

    /** One output from a byte offset on. */
    public byte[] read(long task, OutputType type, long fromByte) {
        var stream = new Stream(task, type);
        var pending = new ByteArrayOutputStream();
        long pendingFrom;
        lock.lock();
        try {
            if (writing.containsKey(stream)) {
                pending.writeBytes(writing.get(stream).toByteArray());
            }
            if (buffer.containsKey(stream)) {
                pending.writeBytes(buffer.get(stream).toByteArray());
            }
            pendingFrom = pending.size() == 0 ? Long.MAX_VALUE : storedBytes(stream);
        } finally {
            lock.unlock();
        }
        var result = new ByteArrayOutputStream();
        readTable(stream, fromByte, pendingFrom, result);
        byte[] rest = pending.toByteArray();
        int skip = Math.toIntExact(Math.max(0, Math.min(rest.length, fromByte - Math.min(fromByte, pendingFrom))));
        result.write(rest, skip, rest.length - skip);
        return result.toByteArray();
    }

    /** Only what lies before the pending bytes: the writer may be storing those right now. */
    private void readTable(Stream stream, long fromByte, long beforeByte, ByteArrayOutputStream result) {
        jdbi.useHandle(handle -> handle.createQuery("SELECT start_byte, content FROM task_outputs"
                        + " WHERE task_id = :task AND type = :type AND start_byte < :before ORDER BY start_byte")
                .bind("task", stream.task())
                .bind("type", stream.type().name())
                .bind("before", beforeByte)
                .map((found, context) -> Map.entry(found.getLong(1), found.getBytes(2)))
                .forEach(chunk -> {
                    int skip =
                            Math.toIntExact(Math.max(0, Math.min(chunk.getValue().length, fromByte - chunk.getKey())));
                    result.write(chunk.getValue(), skip, chunk.getValue().length - skip);
                }));
    }

    /** How much of a stream is stored, without the batch that is being written. Called with the lock held. */
    private long storedBytes(Stream stream) {
        return stored.computeIfAbsent(
                stream,
                unknown -> jdbi.withHandle(handle -> handle.createQuery("SELECT start_byte, content FROM task_outputs"
                                + " WHERE task_id = :task AND type = :type ORDER BY start_byte DESC LIMIT 1")
                        .bind("task", stream.task())
                        .bind("type", stream.type().name())
                        .map((found, context) -> found.getLong(1) + found.getBytes(2).length)
                        .findOne()
                        .orElse(0L)));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosed() {
        boolean goesOn = true;
        while (goesOn) {
            goesOn = writeOnce();
        }
    }

    private boolean writeOnce() {
        var batch = new LinkedHashMap<Stream, Batch>();
        lock.lock();
        try {
            while (buffer.isEmpty() && !isClosed) {
                changed.awaitUninterruptibly();
            }
            if (buffer.isEmpty()) {
                return false;
            }
            writing = buffer;
            buffer = new LinkedHashMap<>();
            writing.forEach(
                    (stream, content) -> batch.put(stream, new Batch(storedBytes(stream), content.toByteArray())));
        } finally {
            lock.unlock();
        }
        boolean isStored = store(batch);
        lock.lock();
        try {
            batch.forEach((stream, content) -> {
                buffered -= content.bytes().length;
                if (isStored) {
                    stored.put(stream, content.start() + content.bytes().length);
                }
            });
            writing = Map.of();
            changed.signalAll();
            if (!isClosed) {
                // Lines that come together are stored together.
                changed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
        return true;
    }

    private record Batch(long start, byte[] bytes) {}

    private boolean store(Map<Stream, Batch> batches) {
        try {
            jdbi.useTransaction(handle -> batches.forEach((stream, batch) -> {
                for (int at = 0; at < batch.bytes().length; at += CHUNK_BYTES) {
                    int end = Math.min(batch.bytes().length, at + CHUNK_BYTES);
                    handle.createUpdate("INSERT INTO task_outputs (task_id, type, start_byte, content)"
                                    + " VALUES (:task, :type, :start, :content)")
                            .bind("task", stream.task())
                            .bind("type", stream.type().name())
                            .bind("start", batch.start() + at)
                            .bind("content", java.util.Arrays.copyOfRange(batch.bytes(), at, end))
                            .execute();
                }
            }));
            return true;
        } catch (RuntimeException failure) {
            LOG.error("outputs of {} tasks were not stored", batches.size(), failure);
            return false;
        }
    }
}
