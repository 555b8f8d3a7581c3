package io.slipway.store.blob;

import io.slipway.store.Conflicts;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Which blobs were made for somebody, logs and exported releases, and until when they are kept. */
public final class LogBundles {
    private final Jdbi jdbi;

    public LogBundles(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What a blob was made as. */
    public enum Kind {
        LOGS,
        EXPORTED_RELEASE
    }

    /** Never shortens what was promised before. */
    public void keep(Kind kind, String sha256, Instant until) {
        Conflicts.retried(jdbi, handle -> {
            int later = handle.execute(
                    "DELETE FROM log_bundles WHERE blob_sha256 = ? AND kept_until <= ?", sha256, until.toEpochMilli());
            boolean isKnown = later == 0
                    && handle.createQuery("SELECT COUNT(*) FROM log_bundles WHERE blob_sha256 = :sha256")
                                    .bind("sha256", sha256)
                                    .mapTo(Long.class)
                                    .one()
                            > 0;
            if (!isKnown) {
                handle.execute(
                        "INSERT INTO log_bundles (blob_sha256, kept_until, kind) VALUES (?, ?, ?)",
                        sha256,
                        until.toEpochMilli(),
                        kind.name());
            }
            return !isKnown;
        });
    }

    /** Digests of the blobs of a kind, those that are kept longest last. */
    public List<String> list(Kind kind) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT blob_sha256 FROM log_bundles WHERE kind = :kind ORDER BY kept_until, blob_sha256")
                .bind("kind", kind.name())
                .mapTo(String.class)
                .list());
    }

    public void forget(String sha256) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM log_bundles WHERE blob_sha256 = ?", sha256));
    }

    /** Forgets those whose time is over and returns their blobs' digests. */
    public List<String> takeExpired(Instant now) {
        return jdbi.inTransaction(handle -> {
            var old = handle.createQuery("SELECT blob_sha256 FROM log_bundles WHERE kept_until < :now")
                    .bind("now", now.toEpochMilli())
                    .mapTo(String.class)
                    .list();
            // One of them may be kept for longer by now.
            return old.stream()
                    .filter(sha256 -> handle.execute(
                                    "DELETE FROM log_bundles WHERE blob_sha256 = ? AND kept_until < ?",
                                    sha256,
                                    now.toEpochMilli())
                            > 0)
                    .toList();
        });
    }
}
