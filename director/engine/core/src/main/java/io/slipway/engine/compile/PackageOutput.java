package io.slipway.engine.compile;

import io.slipway.store.blob.Blobstore;
import io.slipway.store.blob.StoredBlob;
import io.slipway.store.catalog.CompiledPackages;
import java.util.Optional;

/** Where compiled packages are uploaded to and recorded. Calls block. */
public final class PackageOutput {
    private final Blobstore blobs;
    private final CompiledPackages compiled;

    public PackageOutput(Blobstore blobs, CompiledPackages compiled) {
        this.blobs = blobs;
        this.compiled = compiled;
    }

    boolean isThere(CompileRequest request) {
        return compiled.find(request.fingerprint(), request.stemcell(), request.dependencyKey())
                .isPresent();
    }

    /** What was uploaded under a key; empty where nothing was. */
    Optional<StoredBlob> uploaded(String uploadKey) {
        return blobs.uploaded(uploadKey);
    }

    void record(CompileRequest request, StoredBlob blob) {
        compiled.record(
                request.fingerprint(), request.stemcell(), request.dependencyKey(), blob.sha256(), blob.sizeBytes());
    }
}
