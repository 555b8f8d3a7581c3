package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Areas in the directors' own database: for installations whose blobs are few enough that nothing else need be run. */
public final class DatabaseAreas implements BlobAreas {
    /** Longer than any stream is waited for. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofHours(1);

    private final Jdbi jdbi;
    private final LocalCopies copies;
    private final ChunkRemoval removal;
    private final Duration givenUpAfter;

    /** @param scratch a folder of this director's own, for copies of blobs that are used as files */
    public DatabaseAreas(Jdbi jdbi, Path scratch) throws IOException {
        this(jdbi, scratch, GIVEN_UP_AFTER);
    }

    DatabaseAreas(Jdbi jdbi, Path scratch, Duration givenUpAfter) throws IOException {
        this.jdbi = jdbi;
        this.copies = new LocalCopies(scratch);
        this.removal = new ChunkRemoval(jdbi);
        this.givenUpAfter = givenUpAfter;
    }

    @Override
    public Blobs area(String name) {
        return new DatabaseBlobs(jdbi, name, copies);
    }

    @Override
    public void remove(String name) throws IOException {
        try {
            List<String> doomed = Conflicts.retried(jdbi, handle -> {
                handle.execute("UPDATE blobs SET sha256 = NULL, doomed = TRUE WHERE area = ?", name);
                return handle.createQuery("SELECT id FROM blobs WHERE area = :area AND doomed = TRUE")
                        .bind("area", name)
                        .mapTo(String.class)
                        .list();
            });
            doomed.forEach(removal::tryPurge);
        } catch (JdbiException failure) {
            throw new IOException("blobs of area '" + name + "' cannot be deleted from the database", failure);
        }
    }

    @Override
    public void tidy(String name) throws IOException {
        try {
            removal.tidy(name, givenUpAfter);
        } catch (JdbiException failure) {
            throw new IOException(
                    "what is left of blobs of area '" + name + "' cannot be deleted from the database", failure);
        }
    }
}
