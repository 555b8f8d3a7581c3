package io.slipway.engine;

import java.util.List;

/**
 * The export of a release that a deployment uses, compiled.
 *
 * @param sha2 whether digests are SHA-256, and not SHA-1
 * @param jobs to be exported, with the packages that they need; empty for all
 */
public record ReleaseExport(
        String release, String version, String os, String stemcellVersion, boolean sha2, List<String> jobs) {
    public ReleaseExport {
        jobs = List.copyOf(jobs);
    }
}
