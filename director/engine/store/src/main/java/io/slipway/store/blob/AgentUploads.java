package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Which blobs agents have put, by the keys that they were given for it. */
public final class AgentUploads {
    private final Jdbi jdbi;

    public AgentUploads(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Remembers what was put under an upload key; the last one counts. */
    public void record(String uploadKey, StoredBlob blob) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM uploads WHERE upload_key = ?", uploadKey);
            return handle.execute(
                    "INSERT INTO uploads (upload_key, blob_sha256, size_bytes) VALUES (?, ?, ?)",
                    uploadKey,
                    blob.sha256(),
                    blob.sizeBytes());
        });
    }

    /** What was put under an upload key. */
    public Optional<StoredBlob> find(String uploadKey) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT blob_sha256, size_bytes FROM uploads WHERE upload_key = :key")
                        .bind("key", uploadKey)
                        .map((found, context) -> new StoredBlob(found.getString(1), found.getLong(2)))
                        .findOne());
    }
}
