package io.slipway.store.dns;

import io.slipway.store.Conflicts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** What was published, of records and of health, and what deployments say of their groups. */
public final class DnsVersionStore {
    private final Jdbi jdbi;

    public DnsVersionStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** What there are versions of. */
    public enum Kind {
        RECORDS("records"),
        HEALTH("health");

        private final String column;

        Kind(String column) {
            this.column = column;
        }
    }

    /**
     * One version.
     *
     * @param contentSha256 of the content without its version number
     */
    public record Version(long number, String contentSha256, String blobSha256, long sizeBytes) {}

    public Optional<Version> latest(Kind kind) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT version, content_sha256, blob_sha256, size_bytes"
                        + " FROM dns_versions WHERE kind = :kind ORDER BY version DESC LIMIT 1")
                .bind("kind", kind.column)
                .map((row, context) -> new Version(row.getLong(1), row.getString(2), row.getString(3), row.getLong(4)))
                .findOne());
    }

    /** False where another director has published that number before. */
    public boolean publish(Kind kind, Version version) {
        return Conflicts.added(
                jdbi,
                handle -> handle.execute(
                        "INSERT INTO dns_versions (kind, version, content_sha256, blob_sha256, size_bytes)"
                                + " VALUES (?, ?, ?, ?, ?)",
                        kind.column,
                        version.number(),
                        version.contentSha256(),
                        version.blobSha256(),
                        version.sizeBytes()));
    }

    /** Forgets versions before this one, and gives their blobs' digests. */
    public List<String> retire(Kind kind, long before) {
        return jdbi.inTransaction(handle -> {
            var blobs = handle.createQuery(
                            "SELECT blob_sha256 FROM dns_versions WHERE kind = :kind AND version < :before")
                    .bind("kind", kind.column)
                    .bind("before", before)
                    .mapTo(String.class)
                    .list();
            if (!blobs.isEmpty()) {
                handle.execute("DELETE FROM dns_versions WHERE kind = ? AND version < ?", kind.column, before);
            }
            return blobs;
        });
    }

    /** Remembers what a deployment says of its groups, as JSON. */
    public void describe(String deployment, String content) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM dns_deployments WHERE deployment = ?", deployment);
            return handle.execute(
                    "INSERT INTO dns_deployments (deployment, content) VALUES (?, ?)", deployment, content);
        });
    }

    public void forget(String deployment) {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM dns_deployments WHERE deployment = ?", deployment));
    }

    /** Contents by deployment. */
    public Map<String, String> descriptions() {
        var found = new HashMap<String, String>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT deployment, content FROM dns_deployments")
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }
}
