package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Blobs in chunks in the database. No transaction is open while a stream is waited for: each chunk is read whole, and then
 * stored by a transaction of its own, which the blob's row, without a digest until the last one, keeps together.
 */
final class DatabaseBlobs implements Blobs {
    static final int CHUNK_BYTES = 1024 * 1024;

    private final Jdbi jdbi;
    private final String area;
    private final ChunkRemoval removal;
    private final LocalCopies copies;

    DatabaseBlobs(Jdbi jdbi, String area, LocalCopies copies) {
        this.jdbi = jdbi;
        this.area = area;
        this.removal = new ChunkRemoval(jdbi);
        this.copies = copies;
    }

    /** A whole blob, as its row describes it. */
    private record Whole(String id, long sizeBytes) {}

    @Override
    public StoredBlob put(InputStream content) throws IOException {
        return put(content, false);
    }

    @Override
    public StoredBlob putAnew(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            return put(content, true);
        }
    }

    private StoredBlob put(InputStream content, boolean isAnew) throws IOException {
        String id = UUID.randomUUID().toString();
        boolean isToDiscard = false;
        try {
            MessageDigest digest = Sha256.digest();
            long size = 0;
            for (int number = 0; ; number++) {
                byte[] chunk = content.readNBytes(CHUNK_BYTES);
                digest.update(chunk);
                size += chunk.length;
                if (chunk.length < CHUNK_BYTES) {
                    var blob = new StoredBlob(Sha256.name(digest.digest()), size);
                    boolean isOurs = finish(id, blob, number, chunk, isAnew);
                    isToDiscard = isToDiscard && !isOurs;
                    return blob;
                }
                isToDiscard = true;
                append(id, number, chunk);
            }
        } catch (JdbiException failure) {
            throw new IOException("a blob cannot be stored in the database", failure);
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        } finally {
            if (isToDiscard) {
                removal.tryDiscard(id);
            }
        }
    }

    private void append(String id, int number, byte[] chunk) {
        jdbi.useTransaction(handle -> {
            if (number == 0) {
                insert(handle, id, null, 0);
            } else {
                touch(handle, id);
            }
            insertChunk(handle, id, number, chunk);
        });
    }

    /**
     * Stores the last chunk, and makes the blob one that is there.
     *
     * @return false where somebody else has stored the same content
     */
    private boolean finish(String id, StoredBlob blob, int number, byte[] last, boolean isAnew) {
        var replaced = isAnew ? find(blob.sha256()) : Optional.<Whole>empty();
        boolean isOurs = Conflicts.retried(jdbi, handle -> {
            if (isAnew) {
                doom(handle, blob.sha256());
            } else if (find(handle, blob.sha256()).isPresent()) {
                return false;
            }
            if (number == 0) {
                insert(handle, id, blob.sha256(), blob.sizeBytes());
            } else {
                touch(handle, id);
                handle.execute(
                        "UPDATE blobs SET sha256 = ?, size_bytes = ? WHERE id = ?",
                        blob.sha256(),
                        blob.sizeBytes(),
                        id);
            }
            if (last.length > 0) {
                insertChunk(handle, id, number, last);
            }
            return true;
        });
        replaced.ifPresent(old -> removal.tryPurge(old.id()));
        return isOurs;
    }

    private void insert(Handle handle, String id, @Nullable String sha256, long size) {
        handle.execute("INSERT INTO blobs (id, area, sha256, size_bytes) VALUES (?, ?, ?, ?)", id, area, sha256, size);
    }

    private static void insertChunk(Handle handle, String id, int number, byte[] chunk) {
        handle.execute("INSERT INTO blob_chunks (blob, number, content) VALUES (?, ?, ?)", id, number, chunk);
    }

    /** Tells those who look for what was left that this one is not. */
    private static void touch(Handle handle, String id) {
        int found =
                handle.execute("UPDATE blobs SET touched_at = CURRENT_TIMESTAMP WHERE id = ? AND doomed = FALSE", id);
        if (found == 0) {
            throw new UncheckedIOException(new IOException("a blob was stored so slowly that it was given up"));
        }
    }

    private int doom(Handle handle, String sha256) {
        return handle.execute(
                "UPDATE blobs SET sha256 = NULL, doomed = TRUE WHERE area = ? AND sha256 = ?", area, sha256);
    }

    @Override
    public boolean has(String sha256) {
        return find(sha256).isPresent();
    }

    @Override
    public long size(String sha256) throws IOException {
        return found(sha256).sizeBytes();
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        Whole found = found(sha256);
        return new VerifiedStream(new ChunkStream(jdbi, found.id(), sha256, found.sizeBytes()), sha256);
    }

    @Override
    public <T, X extends Exception> T withFile(String sha256, FileUse<T, X> use) throws IOException, X {
        return copies.of(this, sha256, use);
    }

    @Override
    public void delete(String sha256) throws IOException {
        try {
            var deleted = find(sha256);
            Conflicts.retried(jdbi, handle -> doom(handle, sha256));
            deleted.ifPresent(blob -> removal.tryPurge(blob.id()));
        } catch (JdbiException failure) {
            throw new IOException("blob " + sha256 + " cannot be deleted from the database", failure);
        }
    }

    private Whole found(String sha256) throws IOException {
        try {
            return find(sha256).orElseThrow(() -> new NoSuchFileException(sha256));
        } catch (JdbiException failure) {
            throw new IOException("blob " + sha256 + " cannot be read from the database", failure);
        }
    }

    private Optional<Whole> find(String sha256) {
        Sha256.required(sha256);
        return jdbi.withHandle(handle -> find(handle, sha256));
    }

    private Optional<Whole> find(Handle handle, String sha256) {
        return handle.createQuery("SELECT id, size_bytes FROM blobs WHERE area = :area AND sha256 = :sha256")
                .bind("area", area)
                .bind("sha256", sha256)
                .map((row, context) -> new Whole(row.getString(1), row.getLong(2)))
                .findOne();
    }
}
