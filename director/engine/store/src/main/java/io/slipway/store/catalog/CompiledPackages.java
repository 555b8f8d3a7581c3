package io.slipway.store.catalog;

import java.util.Optional;

/** Where compiled packages are looked up and recorded. Calls block. */
public interface CompiledPackages {

    /** Digest of the compiled package, where there is one whose blob is there. */
    Optional<String> find(String fingerprint, String stemcell, String dependencyKey);

    /** As {@link #find}, or else of another stemcell of the same line: for a package that cannot be compiled. */
    Optional<String> findClosest(String fingerprint, String stemcell, String dependencyKey);

    void record(String fingerprint, String stemcell, String dependencyKey, String sha256, long sizeBytes);
}
