package io.slipway.store.catalog;

import io.slipway.model.plan.StemcellLine;
import io.slipway.model.release.PackageList;
import io.slipway.model.release.ParsedPackage;
import io.slipway.store.Conflicts;
import io.slipway.store.blob.Blobs;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Compiled packages by fingerprint, stemcell and the key of their dependencies. */
public final class CompiledPackageCatalog implements CompiledPackages {
    private final Jdbi jdbi;
    private final Blobs blobs;

    public CompiledPackageCatalog(Jdbi jdbi, Blobs blobs) {
        this.jdbi = jdbi;
        this.blobs = blobs;
    }

    /** Its digest, where its blob is there too. */
    @Override
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

    /**
     * As {@link #find} for a package without source: else one that was compiled for another stemcell of the same line,
     * the newest that there is.
     */
    @Override
    public Optional<String> findClosest(String fingerprint, String stemcell, String dependencyKey) {
        var present = new LinkedHashMap<String, String>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT stemcell, blob_sha256 FROM compiled_packages"
                        + " WHERE fingerprint = :fingerprint AND dependency_key = :dependencyKey")
                .bind("fingerprint", fingerprint)
                .bind("dependencyKey", dependencyKey)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> present.put(entry.getKey(), entry.getValue())));
        present.values().removeIf(sha256 -> !blobs.has(sha256));
        String exact = present.get(stemcell);
        return exact != null
                ? Optional.of(exact)
                : StemcellLine.closest(stemcell, present.keySet()).map(present::get);
    }

    /**
     * Of compiled packages that a client has, the fingerprints that it need not send: those of which every one is here.
     */
    public List<String> known(PackageList wanted) {
        var keys = wanted.dependencyKeys();
        var known = new LinkedHashSet<String>();
        var unknown = new HashSet<String>();
        for (ParsedPackage one : wanted.packages()) {
            boolean isHere = find(one.fingerprint(), one.stemcell().orElse(""), keys.of(one.name()))
                    .isPresent();
            (isHere ? known : unknown).add(one.fingerprint());
        }
        known.removeAll(unknown);
        return List.copyOf(known);
    }

    /** The last one that is recorded counts. */
    @Override
    public void record(String fingerprint, String stemcell, String dependencyKey, String sha256, long sizeBytes) {
        Conflicts.retried(jdbi, handle -> put(handle, fingerprint, stemcell, dependencyKey, sha256, sizeBytes));
    }

    static int put(
            Handle handle, String fingerprint, String stemcell, String dependencyKey, String sha256, long sizeBytes) {
        handle.execute(
                "DELETE FROM compiled_packages WHERE fingerprint = ? AND stemcell = ? AND dependency_key = ?",
                fingerprint,
                stemcell,
                dependencyKey);
        return handle.execute(
                "INSERT INTO compiled_packages (fingerprint, stemcell, dependency_key, blob_sha256, size_bytes)"
                        + " VALUES (?, ?, ?, ?, ?)",
                fingerprint,
                stemcell,
                dependencyKey,
                sha256,
                sizeBytes);
    }
}
