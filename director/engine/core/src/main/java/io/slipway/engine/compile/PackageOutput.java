package io.slipway.engine.compile;

import io.slipway.store.blob.AgentUploads;
import io.slipway.store.blob.StoredBlob;
import io.slipway.store.catalog.CompiledPackages;
import java.util.Optional;

/** Where compiled packages are uploaded to and recorded. Calls block. */
public final class PackageOutput {
    private final AgentUploads uploads;
    private final CompiledPackages compiled;

    public PackageOutput(AgentUploads uploads, CompiledPackages compiled) {
        this.uploads = uploads;
        this.compiled = compiled;
    }

    boolean isThere(CompileRequest request) {
        return compiled.find(request.fingerprint(), request.stemcell(), request.dependencyKey())
                .isPresent();
    }

    /** What was uploaded under a key; empty where nothing was. */
    Optional<StoredBlob> uploaded(String uploadKey) {
        return uploads.find(uploadKey);
    }

    void record(CompileRequest request, StoredBlob blob) {
        compiled.record(
                request.fingerprint(), request.stemcell(), request.dependencyKey(), blob.sha256(), blob.sizeBytes());
    }
}
