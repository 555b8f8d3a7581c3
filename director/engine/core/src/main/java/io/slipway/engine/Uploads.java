package io.slipway.engine;

import io.slipway.model.plan.ReleaseVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What operators upload, and what is known of it. Uploads take the file over and delete it. */
public interface Uploads {

    /**
     * Imports a release archive, as a task.
     *
     * @param sha1 that the archive must have, or empty
     * @param fix replaces what is there under the same name and version
     */
    CompletionStage<Long> release(Path archive, String sha1, boolean fix, Requester requester);

    /** Imports a stemcell archive, as a task. */
    CompletionStage<Long> stemcell(Path archive, String sha1, boolean fix, Requester requester);

    CompletionStage<Long> deleteRelease(String name, String version, boolean force, Requester requester);

    CompletionStage<Long> deleteStemcell(String name, String version, boolean force, Requester requester);

    /** One version, whole. */
    Optional<ReleaseVersion> inspect(String name, String version);

    /** Compiled packages of a fingerprint, as stemcell and digest. */
    Map<String, String> compiled(String fingerprint);

    List<ReleaseRow> releases();

    List<StemcellRow> stemcells();

    /** One version of a release; jobs by name. */
    record ReleaseRow(
            String name,
            String version,
            String commitHash,
            boolean uncommittedChanges,
            boolean isCurrentlyDeployed,
            List<String> jobNames) {}

    record StemcellRow(
            String name,
            String version,
            String operatingSystem,
            String cid,
            String cpi,
            int apiVersion,
            List<String> deployments) {}
}
