package io.slipway.engine.blob;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Which blobs are collected logs, which nobody needs for ever. */
public final class LogBundles {
    private final Jdbi jdbi;

    public LogBundles(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The same content collected again counts anew. */
    public void add(String sha256, Instant at) {
        jdbi.useTransaction(handle -> {
            handle.execute("DELETE FROM log_bundles WHERE blob_sha256 = ?", sha256);
            handle.execute(
                    "INSERT INTO log_bundles (blob_sha256, created_at) VALUES (?, ?)", sha256, at.toEpochMilli());
        });
    }

    /** Forgets the old ones and returns their blobs' digests. */
    public List<String> takeOlderThan(Instant limit) {
        return jdbi.inTransaction(handle -> {
            var old = handle.createQuery("SELECT blob_sha256 FROM log_bundles WHERE created_at < :limit")
                    .bind("limit", limit.toEpochMilli())
                    .mapTo(String.class)
                    .list();
            handle.execute("DELETE FROM log_bundles WHERE created_at < ?", limit.toEpochMilli());
            return old;
        });
    }
}
