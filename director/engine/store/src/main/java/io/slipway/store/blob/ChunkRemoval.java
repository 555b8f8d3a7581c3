package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes blobs of the database: their row is doomed first, by which nobody finds or finishes them, then their chunks go, so
 * many at a time that no transaction takes long. What a director that dies leaves of them is found again.
 */
final class ChunkRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkRemoval.class);
    private static final int AT_ONCE = 8;

    private final Jdbi jdbi;

    ChunkRemoval(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Deletes one that will not be finished; where the database does not let it, that is done later. */
    void tryDiscard(String id) {
        try {
            Conflicts.retried(
                    jdbi,
                    handle -> handle.execute("UPDATE blobs SET doomed = TRUE WHERE id = ? AND sha256 IS NULL", id));
            purge(id);
        } catch (JdbiException failure) {
            later(id, failure);
        }
    }

    /** Deletes one that is doomed; where the database does not let it, that is done later. */
    void tryPurge(String id) {
        try {
            purge(id);
        } catch (JdbiException failure) {
            later(id, failure);
        }
    }

    private static void later(String id, JdbiException failure) {
        LOG.warn("chunks of blob {} are deleted later: {}", id, failure.toString());
    }

    /** Deletes of an area and those below it what is doomed, and what nobody has added to for so long. */
    void tidy(String area, Duration silence) {
        String below = area + "/%";
        int left = Conflicts.retried(
                jdbi,
                handle -> handle.execute(
                        "UPDATE blobs SET doomed = TRUE WHERE (area = ? OR area LIKE ?) AND sha256 IS NULL"
                                + " AND doomed = FALSE"
                                + " AND touched_at <= CURRENT_TIMESTAMP - CAST(? AS BIGINT) * INTERVAL '1' SECOND",
                        area,
                        below,
                        silence.toSeconds()));
        if (left > 0) {
            LOG.info("{} blobs of area {} that were half stored are deleted", left, area);
        }
        List<String> doomed = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT id FROM blobs WHERE (area = :area OR area LIKE :below) AND doomed = TRUE")
                .bind("area", area)
                .bind("below", below)
                .mapTo(String.class)
                .list());
        doomed.forEach(this::purge);
    }

    private void purge(String id) {
        int end = jdbi.withHandle(handle -> handle.createQuery("SELECT COALESCE(MAX(c.number) + 1, 0) FROM blobs b"
                        + " JOIN blob_chunks c ON c.blob = b.id WHERE b.id = :id AND b.doomed = TRUE")
                .bind("id", id)
                .mapTo(Integer.class)
                .one());
        // From the end, so that a removal that is cut off is taken up where it was.
        for (int to = end; to > 0; to -= AT_ONCE) {
            int from = to - AT_ONCE;
            int before = to;
            Conflicts.retried(
                    jdbi,
                    handle -> handle.execute(
                            "DELETE FROM blob_chunks WHERE blob = ? AND number >= ? AND number < ?", id, from, before));
        }
        Conflicts.retried(jdbi, handle -> handle.execute("DELETE FROM blobs WHERE id = ? AND doomed = TRUE", id));
    }
}
