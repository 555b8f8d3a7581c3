package io.slipway.engine;

import io.slipway.model.plan.ReleaseVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What operators upload, and what is known of it. Refusals of requests are thrown as {@link RequestRefused}. */
public interface Uploads {

    /**
     * Imports a release archive, as a task. A release that is there under its name and version gets what it lacks.
     *
     * @param rebase gives it a version that follows those that are there
     */
    CompletionStage<Long> release(Archive archive, boolean rebase, Requester requester);

    /** Imports a stemcell archive, as a task. */
    CompletionStage<Long> stemcell(Archive archive, Requester requester);

    /** Deletes one version, or all where it is empty. */
    CompletionStage<Long> deleteRelease(String name, String version, boolean force, Requester requester);

    /** @param force forgets it also where the infrastructure does not delete it */
    CompletionStage<Long> deleteStemcell(String name, String version, boolean force, Requester requester);

    /** One version, whole. */
    Optional<ReleaseVersion> inspect(String name, String version);

    /**
     * Fingerprints of packages that need not be sent, of those in a release's manifest.
     *
     * @param manifest YAML
     */
    List<String> knownPackages(String manifest);

    /** As {@link #knownPackages}, of compiled ones. */
    List<String> knownCompiledPackages(String manifest);

    List<ReleaseRow> releases();

    List<StemcellRow> stemcells();

    /** Where an archive is. */
    sealed interface Source {
        /** A file, which the import takes over and deletes. */
        record Received(Path file) implements Source {}

        /** An http or https address, from which the director fetches it. */
        record Address(String location) implements Source {}
    }

    /**
     * An archive to be imported.
     *
     * @param digest that it must have, as BOSH writes it; or empty
     * @param fix stores and replaces also what is there
     */
    record Archive(Source source, String digest, boolean fix) {}

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
