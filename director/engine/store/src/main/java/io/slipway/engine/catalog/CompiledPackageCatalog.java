package io.slipway.engine.catalog;

import io.slipway.engine.blob.Blobstore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Compiled packages by fingerprint, stemcell and the key of their dependencies. */
public final class CompiledPackageCatalog {
    private final Jdbi jdbi;
    private final Blobstore blobs;

    public CompiledPackageCatalog(Jdbi jdbi, Blobstore blobs) {
        this.jdbi = jdbi;
        this.blobs = blobs;
    }

    /** Its digest, where its blob is there too. */
    public Optional<String> find(String fingerprint, String stemcell, String dependencyKey) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT blob_sha256 FROM compiled_packages"
                                + " WHERE fingerprint = :fingerprint AND stemcell = :stemcell"
                                + " AND dependency_key = :dependencyKey")
                        .bind("fingerprint", fingerprint)
                        .bind("stemcell", stemcell)
                        .bind("dependencyKey", dependencyKey)
                        .mapTo(String.class)
                        .findOne())
                .filter(blobs::has);
    }

    /** All of a fingerprint, by stemcell. */
    public Map<String, String> of(String fingerprint) {
        var found = new LinkedHashMap<String, String>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT stemcell, blob_sha256 FROM compiled_packages"
                        + " WHERE fingerprint = :fingerprint ORDER BY stemcell")
                .bind("fingerprint", fingerprint)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
        return found;
    }

    /** The last one that is recorded counts. */
    public void put(String fingerprint, String stemcell, String dependencyKey, String sha256, long sizeBytes) {
        jdbi.useTransaction(handle -> {
            handle.execute(
                    "DELETE FROM compiled_packages WHERE fingerprint = ? AND stemcell = ? AND dependency_key = ?",
                    fingerprint,
                    stemcell,
                    dependencyKey);
            handle.execute(
                    "INSERT INTO compiled_packages (fingerprint, stemcell, dependency_key, blob_sha256, size_bytes)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    fingerprint,
                    stemcell,
                    dependencyKey,
                    sha256,
                    sizeBytes);
        });
    }
}
