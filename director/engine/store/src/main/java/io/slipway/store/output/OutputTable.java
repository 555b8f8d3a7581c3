package io.slipway.store.output;

import io.slipway.store.Conflicts;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The stored pieces of outputs. A piece's key is the byte at which it starts, and a piece is only ever added at the end: of
 * two writers who take the same end for theirs, on whatever nodes, the key refuses one, who looks again. So what was once
 * read from some byte on is read there for ever, and only more of it follows.
 *
 * <p>Each piece says which writer stored it with which of its batches. A writer that has lost its connection in the midst of
 * a commit thus finds out whether its batch is in. It may ask before the other side has made up its mind; but a batch on its
 * way holds the key of the end, at which any other would have to start.
 */
final class OutputTable {
    static final int CHUNK_BYTES = 256 * 1024;

    private final Jdbi jdbi;
    private final String writer;

    /** @param writer a name that no other writer has */
    OutputTable(Jdbi jdbi, String writer) {
        this.jdbi = jdbi;
        this.writer = writer;
    }

    /** Where a stream ends. */
    long end(Stream stream) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT start_byte, OCTET_LENGTH(content) FROM task_outputs"
                        + " WHERE task_id = :task AND type = :type ORDER BY start_byte DESC LIMIT 1")
                .bind("task", stream.task())
                .bind("type", stream.type().name())
                .map((found, context) -> found.getLong(1) + found.getLong(2))
                .findOne()
                .orElse(0L));
    }

    /** Whether this writer's batch is in. */
    boolean has(Stream stream, long batch) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM task_outputs WHERE task_id = :task"
                                + " AND type = :type AND writer = :writer AND batch = :batch")
                        .bind("task", stream.task())
                        .bind("type", stream.type().name())
                        .bind("writer", writer)
                        .bind("batch", batch)
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** Adds a batch, whole or not at all; false where the stream ends elsewhere. */
    boolean add(Stream stream, long end, long batch, byte[] content) {
        try {
            jdbi.<JdbiException>useTransaction(handle -> {
                for (int at = 0; at < content.length; at += CHUNK_BYTES) {
                    int next = Math.min(content.length, at + CHUNK_BYTES);
                    insert(handle, stream, end + at, batch, Arrays.copyOfRange(content, at, next));
                }
            });
            return true;
        } catch (JdbiException failure) {
            if (Conflicts.isTaken(failure)) {
                return false;
            }
            throw failure;
        }
    }

    private void insert(Handle handle, Stream stream, long start, long batch, byte[] content) {
        handle.createUpdate("INSERT INTO task_outputs (task_id, type, start_byte, content, writer, batch)"
                        + " VALUES (:task, :type, :start, :content, :writer, :batch)")
                .bind("task", stream.task())
                .bind("type", stream.type().name())
                .bind("start", start)
                .bind("content", content)
                .bind("writer", writer)
                .bind("batch", batch)
                .execute();
    }

    /** What is stored from a byte on. */
    byte[] read(Stream stream, long fromByte) {
        var result = new ByteArrayOutputStream();
        jdbi.useHandle(handle -> handle.createQuery("SELECT start_byte, content FROM task_outputs"
                        + " WHERE task_id = :task AND type = :type AND start_byte > :after ORDER BY start_byte")
                .bind("task", stream.task())
                .bind("type", stream.type().name())
                .bind("after", fromByte - CHUNK_BYTES)
                .map((found, context) -> Map.entry(found.getLong(1), found.getBytes(2)))
                .forEach(chunk -> {
                    byte[] content = chunk.getValue();
                    int skip = Math.toIntExact(Math.clamp(fromByte - chunk.getKey(), 0L, (long) content.length));
                    result.write(content, skip, content.length - skip);
                }));
        return result.toByteArray();
    }
}
