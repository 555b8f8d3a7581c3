package io.slipway.engine.upload;

import io.slipway.cpi.CpiException;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.OrderedTasks;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.artifact.ArtifactUses;
import io.slipway.engine.state.Stores.Catalogs;
import io.slipway.model.ErrorCodes;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.PackageList;
import io.slipway.store.blob.ReceivedArchives;
import io.slipway.store.catalog.CompiledPackageCatalog;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.catalog.ReleaseCatalog.ReleaseHeader;
import io.slipway.store.catalog.ReleaseImport;
import io.slipway.store.catalog.StemcellCatalog;
import io.slipway.store.catalog.StemcellCatalog.StemcellHeader;
import io.slipway.store.member.Turn;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Imports what operators upload, and deletes it. An archive that fails leaves nothing behind; one whose director dies is
 * imported by another one.
 */
public final class UploadService {
    /** Where an archive is. */
    public sealed interface Source {
        /** What a client has sent, which the import takes over and deletes. */
        record Received(ReceivedArchives.Received archive) implements Source {}

        /** An http or https address, from which the director fetches it. */
        record Address(String location) implements Source {}
    }

    /**
     * An archive to be imported.
     *
     * @param digest that it must have, as BOSH writes it; or empty
     * @param fix stores and replaces also what is there
     */
    public record Archive(Source source, String digest, boolean fix) {}

    /** One version of a release; jobs by name. */
    public record ReleaseRow(
            String name,
            String version,
            String commitHash,
            boolean uncommittedChanges,
            boolean isCurrentlyDeployed,
            List<String> jobNames) {}

    public record StemcellRow(
            String name,
            String version,
            String operatingSystem,
            String cid,
            String cpi,
            int apiVersion,
            List<String> deployments) {}

    private final OrderedTasks tasks;
    private final ReleaseCatalog releases;
    private final ReleaseImport imports;
    private final StemcellCatalog stemcells;
    private final ArtifactUses uses;
    private final CompiledPackageCatalog compiled;
    private final Cpis cpis;
    private final ReceivedArchives received;

    /**
     * @param uses who needs what is uploaded
     * @param received what clients have sent
     * @param work a folder for what is taken in
     */
    public UploadService(
            OrderedTasks tasks, Catalogs catalogs, ArtifactUses uses, Cpis cpis, ReceivedArchives received, Path work) {
        this.tasks = tasks;
        this.releases = catalogs.releases();
        this.imports = catalogs.releaseImport();
        this.stemcells = catalogs.stemcells();
        this.uses = uses;
        this.compiled = catalogs.compiled();
        this.cpis = cpis;
        this.received = received;
        tasks.perform(
                TaskKind.UPDATE_RELEASE,
                new ArchiveImport(
                        received, work, (incoming, order, log, turn) -> new ReleaseImporter(imports, log, turn)
                                .run(incoming, order.rebase())));
        tasks.perform(
                TaskKind.UPDATE_STEMCELL,
                new ArchiveImport(
                        received, work, (incoming, order, log, turn) -> new StemcellImporter(stemcells, cpis, log, turn)
                                .run(incoming)));
        tasks.perform(TaskKind.DELETE_RELEASE, this::deleteRelease);
        tasks.perform(TaskKind.DELETE_STEMCELL, this::deleteStemcell);
    }

    /** Takes what a client sends to where any director finds it. Blocks until all of it is there. */
    public Source.Received receive(InputStream content) throws IOException {
        return new Source.Received(received.receive(content));
    }

    /** What was received is taken in by this task, and stays until that has ended. Blocks. */
    public void hand(Source.Received source, long task) {
        received.belongsTo(task, source.archive());
    }

    /** Deletes what no task will take in. Blocks. */
    public void discard(Source.Received source) throws IOException {
        received.remove(source.archive());
    }

    /**
     * Imports a release archive, as a task. A release that is there under its name and version gets what it lacks.
     *
     * @param rebase gives it a version that follows those that are there
     */
    public CompletionStage<Long> release(Archive archive, boolean rebase, Requester requester) {
        IncomingArchive.check(archive);
        return tasks.order(
                TaskKind.UPDATE_RELEASE,
                "create release",
                requester,
                ImportOrder.of(archive, rebase).text());
    }

    /** Imports a stemcell archive, as a task. */
    public CompletionStage<Long> stemcell(Archive archive, Requester requester) {
        IncomingArchive.check(archive);
        return tasks.order(
                TaskKind.UPDATE_STEMCELL,
                "create stemcell",
                requester,
                ImportOrder.of(archive, false).text());
    }

    /** Deletes one version, or all where it is empty. */
    public CompletionStage<Long> deleteRelease(String name, String version, boolean force, Requester requester) {
        if (releases.list().stream().noneMatch(release -> release.name().equals(name))) {
            throw RequestRefused.notFound(ErrorCodes.RELEASE_NOT_FOUND, "Release '" + name + "' doesn't exist");
        }
        return tasks.order(
                TaskKind.DELETE_RELEASE,
                "delete release: " + name,
                requester,
                new DeletionOrder(name, version, force).text());
    }

    private String deleteRelease(String ordered, TaskLog log, Turn turn) throws Exception {
        var order = DeletionOrder.parse(ordered);
        String name = order.name();
        var doomed = releases.list().stream()
                .filter(release -> release.name().equals(name)
                        && (order.version().isEmpty() || release.version().equals(order.version())))
                .toList();
        if (doomed.isEmpty() && turn.isFirst()) {
            throw RequestRefused.notFound(
                    ErrorCodes.RELEASE_VERSION_NOT_FOUND,
                    "Release version '" + name + "/" + order.version() + "' doesn't exist");
        }
        if (!order.force()) {
            requireUnused(doomed, order.version().isEmpty());
        }
        var stage = log.stage("Deleting release", doomed.size());
        for (var release : doomed) {
            stage.step(name + "/" + release.version(), () -> releases.delete(name, release.version()));
            log.fact("delete", "release", name + "/" + release.version());
        }
        return "/release/" + name;
    }

    private void requireUnused(List<ReleaseHeader> doomed, boolean isWhole) {
        var needed = uses.releases();
        for (var release : doomed) {
            var users = needed.getOrDefault(new NameVersion(release.name(), release.version()), Set.of());
            if (!users.isEmpty()) {
                throw RequestRefused.invalid(
                        isWhole ? ErrorCodes.RELEASE_IN_USE : ErrorCodes.RELEASE_VERSION_IN_USE,
                        "ReleaseVersion '" + release.name() + "/" + release.version() + "' is still in use by: "
                                + String.join(", ", users));
            }
        }
    }

    /** @param force forgets it also where the infrastructure does not delete it */
    public CompletionStage<Long> deleteStemcell(String name, String version, boolean force, Requester requester) {
        if (stemcells.of(name, version).isEmpty()) {
            throw noStemcell(name, version);
        }
        return tasks.order(
                TaskKind.DELETE_STEMCELL, "delete stemcell", requester, new DeletionOrder(name, version, force).text());
    }

    private String deleteStemcell(String ordered, TaskLog log, Turn turn) throws Exception {
        var order = DeletionOrder.parse(ordered);
        String name = order.name();
        String version = order.version();
        var found = stemcells.of(name, version);
        if (found.isEmpty() && turn.isFirst()) {
            throw noStemcell(name, version);
        }
        var users = uses.stemcells().getOrDefault(new NameVersion(name, version), Set.of());
        if (!users.isEmpty()) {
            throw RequestRefused.invalid(
                    ErrorCodes.STEMCELL_IN_USE,
                    "Stemcell '" + name + "/" + version + "' is still in use by: " + String.join(", ", users));
        }
        var stage = log.stage("Deleting stemcell from cloud", found.size());
        for (var stemcell : found) {
            stage.step(stemcell.cid(), () -> deleteFromCloud(stemcell, order.force(), log));
            stemcells.delete(name, version, stemcell.cpi());
        }
        log.fact("delete", "stemcell", name + "/" + version);
        return "/stemcells/" + name + "/" + version;
    }

    private void deleteFromCloud(StemcellHeader stemcell, boolean force, TaskLog log) {
        // Gone with its CPI is gone.
        if (cpis.present(stemcell.cpi()).isEmpty()) {
            return;
        }
        try {
            cpis.of(stemcell.cpi(), log).deleteStemcell(stemcell.cid());
        } catch (CpiException failure) {
            if (!force) {
                throw failure;
            }
            log.debug("stemcell '" + stemcell.cid() + "' is forgotten although the CPI did not delete it: "
                    + failure.getMessage());
        }
    }

    private static RequestRefused noStemcell(String name, String version) {
        return RequestRefused.notFound(
                ErrorCodes.STEMCELL_NOT_FOUND, "Stemcell '" + name + "/" + version + "' doesn't exist");
    }

    /** One version, whole. */
    public Optional<ReleaseVersion> inspect(String name, String version) {
        return releases.find(name, version);
    }

    /**
     * Fingerprints of packages that need not be sent, of those in a release's manifest.
     *
     * @param manifest YAML
     */
    public List<String> knownPackages(String manifest) {
        return releases.known(PackageList.sources(manifest));
    }

    /** As {@link #knownPackages}, of compiled ones. */
    public List<String> knownCompiledPackages(String manifest) {
        return compiled.known(PackageList.compiled(manifest));
    }

    public List<ReleaseRow> releases() {
        var deployed = uses.deployedReleases();
        return releases.list().stream()
                .map(release -> new ReleaseRow(
                        release.name(),
                        release.version(),
                        release.commitHash(),
                        release.uncommittedChanges(),
                        deployed.containsKey(new NameVersion(release.name(), release.version())),
                        release.jobNames()))
                .toList();
    }

    public List<StemcellRow> stemcells() {
        var deployed = uses.deployedStemcells();
        return stemcells.list().stream()
                .map(stemcell -> new StemcellRow(
                        stemcell.name(),
                        stemcell.version(),
                        stemcell.os(),
                        stemcell.cid(),
                        stemcell.cpi(),
                        stemcell.apiVersion(),
                        List.copyOf(
                                deployed.getOrDefault(new NameVersion(stemcell.name(), stemcell.version()), Set.of()))))
                .toList();
    }
}
