package io.slipway.engine.upload;

import io.slipway.cpi.CpiException;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.Uploads;
import io.slipway.engine.catalog.CompiledPackageCatalog;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.ReleaseCatalog.ReleaseHeader;
import io.slipway.engine.catalog.ReleaseImport;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.catalog.StemcellCatalog.StemcellHeader;
import io.slipway.engine.cleanup.ArtifactUses;
import io.slipway.model.ErrorCodes;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.release.PackageList;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Imports what operators upload. An archive that fails leaves nothing behind. */
public final class UploadService implements Uploads {
    private final TaskRunner tasks;
    private final ReleaseCatalog releases;
    private final ReleaseImport imports;
    private final StemcellCatalog stemcells;
    private final ArtifactUses uses;
    private final CompiledPackageCatalog compiled;
    private final Cpis cpis;
    private final Path work;

    /**
     * @param uses who needs what is uploaded
     */
    public UploadService(
            TaskRunner tasks,
            ReleaseCatalog releases,
            ReleaseImport imports,
            StemcellCatalog stemcells,
            CompiledPackageCatalog compiled,
            ArtifactUses uses,
            Cpis cpis,
            Path work) {
        this.tasks = tasks;
        this.releases = releases;
        this.imports = imports;
        this.stemcells = stemcells;
        this.uses = uses;
        this.compiled = compiled;
        this.cpis = cpis;
        this.work = work;
    }

    @Override
    public CompletionStage<Long> release(Archive archive, boolean rebase, Requester requester) {
        IncomingArchive.check(archive);
        return tasks.run("create release", "", requester, log -> {
            try (var incoming = IncomingArchive.open(archive, work)) {
                return new ReleaseImporter(imports, log).run(incoming, rebase);
            }
        });
    }

    @Override
    public CompletionStage<Long> stemcell(Archive archive, Requester requester) {
        IncomingArchive.check(archive);
        return tasks.run("create stemcell", "", requester, log -> {
            try (var incoming = IncomingArchive.open(archive, work)) {
                return new StemcellImporter(stemcells, cpis, log).run(incoming);
            }
        });
    }

    @Override
    public CompletionStage<Long> deleteRelease(String name, String version, boolean force, Requester requester) {
        if (releases.list().stream().noneMatch(release -> release.name().equals(name))) {
            throw new RequestRefused(404, ErrorCodes.RELEASE_NOT_FOUND, "Release '" + name + "' doesn't exist");
        }
        return tasks.run("delete release: " + name, "", requester, log -> {
            var doomed = releases.list().stream()
                    .filter(release -> release.name().equals(name)
                            && (version.isEmpty() || release.version().equals(version)))
                    .toList();
            if (doomed.isEmpty()) {
                throw new RequestRefused(
                        404,
                        ErrorCodes.RELEASE_VERSION_NOT_FOUND,
                        "Release version '" + name + "/" + version + "' doesn't exist");
            }
            if (!force) {
                requireUnused(doomed, version.isEmpty());
            }
            var stage = log.stage("Deleting release", doomed.size());
            for (var release : doomed) {
                stage.step(name + "/" + release.version(), () -> releases.delete(name, release.version()));
                log.fact("delete", "release", name + "/" + release.version());
            }
            return "/release/" + name;
        });
    }

    private void requireUnused(List<ReleaseHeader> doomed, boolean isWhole) {
        var needed = uses.releases();
        for (var release : doomed) {
            var users = needed.getOrDefault(new NameVersion(release.name(), release.version()), Set.of());
            if (!users.isEmpty()) {
                throw new RequestRefused(
                        400,
                        isWhole ? ErrorCodes.RELEASE_IN_USE : ErrorCodes.RELEASE_VERSION_IN_USE,
                        "ReleaseVersion '" + release.name() + "/" + release.version() + "' is still in use by: "
                                + String.join(", ", users));
            }
        }
    }

    @Override
    public CompletionStage<Long> deleteStemcell(String name, String version, boolean force, Requester requester) {
        if (stemcells.of(name, version).isEmpty()) {
            throw noStemcell(name, version);
        }
        return tasks.run("delete stemcell", "", requester, log -> {
            var found = stemcells.of(name, version);
            if (found.isEmpty()) {
                throw noStemcell(name, version);
            }
            var users = uses.stemcells().getOrDefault(new NameVersion(name, version), Set.of());
            if (!users.isEmpty()) {
                throw new RequestRefused(
                        400,
                        ErrorCodes.STEMCELL_IN_USE,
                        "Stemcell '" + name + "/" + version + "' is still in use by: " + String.join(", ", users));
            }
            var stage = log.stage("Deleting stemcell from cloud", found.size());
            for (var stemcell : found) {
                stage.step(stemcell.cid(), () -> deleteFromCloud(stemcell, force, log));
                stemcells.delete(name, version, stemcell.cpi());
            }
            log.fact("delete", "stemcell", name + "/" + version);
            return "/stemcells/" + name + "/" + version;
        });
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
        return new RequestRefused(
                404, ErrorCodes.STEMCELL_NOT_FOUND, "Stemcell '" + name + "/" + version + "' doesn't exist");
    }

    @Override
    public Optional<ReleaseVersion> inspect(String name, String version) {
        return releases.find(name, version);
    }

    @Override
    public List<String> knownPackages(String manifest) {
        return releases.known(PackageList.sources(manifest));
    }

    @Override
    public List<String> knownCompiledPackages(String manifest) {
        return compiled.known(PackageList.compiled(manifest));
    }

    @Override
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

    @Override
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
