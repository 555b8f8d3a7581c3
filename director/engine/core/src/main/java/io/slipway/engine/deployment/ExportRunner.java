package io.slipway.engine.deployment;

import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.TaskLog;
import io.slipway.engine.export.ReleasePacker;
import io.slipway.engine.export.ReleasePacker.Compiled;
import io.slipway.engine.export.ReleasePacker.Content;
import io.slipway.model.ErrorCodes;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Exports a release that a deployment uses, with its packages compiled. A run that was cut off is simply done again: what
 * was compiled is there, and the archive comes out the same.
 */
final class ExportRunner {
    private final PlanSources sources;
    private final PackageCompilation compilation;
    private final Cpis cpis;
    private final ReleasePacker packer;
    private final TaskLog log;
    private final ReleaseExport export;

    /** What exports are made with. */
    record Tools(PlanSources sources, PackageCompilation compilation, Cpis cpis, ReleasePacker packer) {}

    ExportRunner(Tools tools, TaskLog log, DeploymentRequest request) {
        this.sources = tools.sources();
        this.compilation = tools.compilation();
        this.cpis = tools.cpis();
        this.packer = tools.packer();
        this.log = log;
        this.export = Objects.requireNonNull(request.export());
    }

    /**
     * How it ended.
     *
     * @param json what clients read
     * @param line for people
     */
    record Exported(String json, String line) {}

    Exported run(String deployment, DeploymentState.Accepted accepted) throws Exception {
        var release = release(deployment, accepted);
        var jobs = jobs(release);
        var stemcell = stemcell();
        var units = CompilationOrder.of(release, jobs, stemcell);
        var cloud = cloud(accepted);
        var place = new PackageCompilation.Place(cloud, AzCpis.ofCompilation(cloud, cpis, log));
        var compiled = compilation.runExactly(units, place);
        var packages = new TreeMap<String, Compiled>();
        for (var unit : units) {
            packages.put(unit.catalogPackage().name(), new Compiled(unit.catalogPackage(), compiled.sha256(unit)));
        }
        String name = stemcell.os() + "/" + stemcell.version();
        var exported =
                packer.pack(log, new Content(release, jobs, List.copyOf(packages.values()), name, export.sha2()));
        return new Exported(
                Yaml.canonicalJson(Map.of("blobstore_id", exported.blobstoreId(), "sha1", exported.digest())),
                "Exported release: " + release.name() + "/" + release.version() + " for " + name);
    }

    private ReleaseVersion release(String deployment, DeploymentState.Accepted accepted) throws RunFailed {
        var release = sources.catalog()
                .release(export.release(), export.version())
                .orElseThrow(() -> new RunFailed(
                        ErrorCodes.RELEASE_VERSION_NOT_FOUND,
                        "Release version '" + export.release() + "/" + export.version() + "' doesn't exist"));
        if (!accepted.releases().contains(new NameVersion(release.name(), release.version()))) {
            throw new RunFailed(
                    ErrorCodes.RELEASE_NOT_IN_MANIFEST,
                    "Release version '" + export.release() + "/" + export.version() + "' not found in deployment '"
                            + deployment + "' manifest");
        }
        return release;
    }

    private List<CatalogJob> jobs(ReleaseVersion release) throws RunFailed {
        for (String wanted : export.jobs()) {
            if (!release.jobs().containsKey(wanted)) {
                throw new RunFailed(
                        ErrorCodes.RELEASE_MISSING_JOB,
                        "Job '" + wanted + "' for release '" + release.name() + "/" + release.version()
                                + "' doesn't exist");
            }
        }
        return release.jobs().values().stream()
                .filter(job -> export.jobs().isEmpty() || export.jobs().contains(job.name()))
                .toList();
    }

    private StemcellVersion stemcell() throws RunFailed {
        var wanted = new StemcellRef("", Optional.empty(), Optional.of(export.os()), export.stemcellVersion());
        return sources.catalog()
                .stemcell(wanted)
                .orElseThrow(() -> new RunFailed(
                        ErrorCodes.STEMCELL_NOT_FOUND,
                        "Stemcell version '" + export.stemcellVersion() + "' for OS '" + export.os()
                                + "' doesn't exist"));
    }

    private CloudConfig cloud(DeploymentState.Accepted accepted) {
        boolean isKnown = !accepted.configs().cloud().isEmpty();
        return (isKnown ? sources.configs(accepted.configs()) : sources.configs()).cloud();
    }
}
