package io.slipway.store.blob;

import java.io.IOException;
import java.io.InputStream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Reads a blob chunk by chunk, and holds no connection meanwhile. */
final class ChunkStream extends InputStream {
    private final Jdbi jdbi;
    private final String id;
    private final String sha256;
    private long left;
    private int number;
    private byte[] chunk = {};
    private int position;

    /** @param id of the blob's row */
    ChunkStream(Jdbi jdbi, String id, String sha256, long sizeBytes) {
        this.jdbi = jdbi;
        this.id = id;
        this.sha256 = sha256;
        this.left = sizeBytes;
    }

    @Override
    public int read() throws IOException {
        return isAtEnd() ? -1 : chunk[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (isAtEnd()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean isAtEnd() throws IOException {
        if (position < chunk.length) {
            return false;
        }
        if (left <= 0) {
            return true;
        }
        chunk = next();
        position = 0;
        number++;
        left -= chunk.length;
        return false;
    }

    private byte[] next() throws IOException {
        try {
            return jdbi.withHandle(handle -> handle.createQuery(
                                    "SELECT content FROM blob_chunks WHERE blob = :blob AND number = :number")
                            .bind("blob", id)
                            .bind("number", number)
                            .map((row, context) -> row.getBytes(1))
                            .findOne())
                    .filter(found -> found.length > 0)
                    .orElseThrow(() -> new IOException("blob " + sha256 + " was deleted while it was read"));
        } catch (JdbiException failure) {
            throw new IOException("blob " + sha256 + " cannot be read from the database", failure);
        }
    }
}
