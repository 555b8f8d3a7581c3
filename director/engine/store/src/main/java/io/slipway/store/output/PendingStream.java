package io.slipway.store.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is not stored yet of one stream. Guarded by the lock of {@link TaskOutputs}, but for what the writer alone has. */
final class PendingStream {
    static final long UNKNOWN = -1;
    private static final byte NEW_LINE = '\n';

    final Stream stream;
    private final Deque<Piece> queue = new ArrayDeque<>();
    private @Nullable Batch batch;
    private long droppedLines;
    private long droppedBytes;
    /** Bytes that were ever appended, and those of them that are stored or were dropped. */
    private long appended;

    private long settled;

    /** Where the stream ends in the table; the writer's alone. */
    long end = UNKNOWN;
    /** When it may be tried again, by the nanosecond clock, and how often it failed since it last went well. */
    long dueAt;

    int failures;
    /** It may be that the batch is in. */
    boolean isDoubtful;

    long lastUsed;

    record Piece(long ordinal, byte[] content) {}

    /**
     * What is being stored. It stays the same until it is, since it may be that it already is.
     *
     * @param pieces of the buffer that it is made of
     * @param droppedLines for which a line of it stands
     * @param droppedBytes the same in bytes
     */
    record Batch(long number, byte[] content, List<Piece> pieces, long droppedLines, long droppedBytes) {
        long buffered() {
            return pieces.stream().mapToLong(piece -> piece.content().length).sum();
        }
    }

    PendingStream(Stream stream) {
        this.stream = stream;
    }

    /** @param ordinal grows with each append to whatever stream */
    void add(long ordinal, byte[] content) {
        queue.add(new Piece(ordinal, content));
        appended += content.length;
    }

    /** It is never stored; a line in its place will say so. */
    void addDropped(byte[] content) {
        appended += content.length;
        drop(content);
    }

    private void drop(byte[] content) {
        droppedBytes += content.length;
        for (byte one : content) {
            droppedLines += one == NEW_LINE ? 1 : 0;
        }
    }

    /** Nothing is queued where it is the greatest of all numbers. */
    long oldest() {
        return queue.isEmpty() ? Long.MAX_VALUE : queue.getFirst().ordinal();
    }

    /** Drops the oldest piece that waits; returns how long it was. */
    int dropOldest() {
        byte[] content = queue.removeFirst().content();
        drop(content);
        return content.length;
    }

    boolean hasPending() {
        return batch != null || !queue.isEmpty() || droppedBytes > 0;
    }

    long appended() {
        return appended;
    }

    /** Whether the first so many bytes that were appended are stored, or the line that stands for them is. */
    boolean isSettled(long upTo) {
        return settled >= upTo;
    }

    /** What is being stored, or else what is to be stored next: some piece, and more if they are not too much together. */
    Batch batch(long nextNumber, long mostBytes) {
        if (batch == null) {
            var content = new ByteArrayOutputStream();
            if (droppedBytes > 0) {
                content.writeBytes(marker());
            }
            var pieces = new ArrayList<Piece>();
            long bytes = 0;
            while (!queue.isEmpty() && (bytes == 0 || bytes + queue.getFirst().content().length <= mostBytes)) {
                var piece = queue.removeFirst();
                content.writeBytes(piece.content());
                bytes += piece.content().length;
                pieces.add(piece);
            }
            batch = new Batch(nextNumber, content.toByteArray(), pieces, droppedLines, droppedBytes);
            droppedLines = 0;
            droppedBytes = 0;
        }
        return batch;
    }

    /** The batch is in. */
    void stored(Batch stored) {
        settled += stored.droppedBytes() + stored.buffered();
        batch = null;
        failures = 0;
        isDoubtful = false;
        dueAt = 0;
    }

    /** The database has never heard of the batch: what it was made of waits again, and may be dropped. */
    void takeBack(Batch unsent) {
        unsent.pieces().reversed().forEach(queue::addFirst);
        droppedLines += unsent.droppedLines();
        droppedBytes += unsent.droppedBytes();
        batch = null;
    }

    private byte[] marker() {
        return ("... " + droppedLines + " lines (" + droppedBytes
                        + " bytes) are missing here: the database did not take them in time\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
