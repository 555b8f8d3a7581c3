package io.slipway.model.release;

import java.util.List;

/** A release archive, read and found sound. */
public record ParsedRelease(
        String name,
        String version,
        String commitHash,
        boolean uncommittedChanges,
        List<ParsedJob> jobs,
        List<ParsedPackage> packages) {
    public boolean compiled() {
        return packages.stream().anyMatch(one -> one.stemcell().isPresent());
    }
}
