package io.slipway.engine.export;

import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.compile.PackageCompilation;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.cpi.AzCpis;
import io.slipway.engine.export.ReleasePacker.Compiled;
import io.slipway.engine.export.ReleasePacker.Content;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.preparation.RunSources;
import io.slipway.engine.request.DeploymentRequest.ExportRelease;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.model.ErrorCodes;
import io.slipway.model.config.CloudConfig;
import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CompilationOrder;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.model.yaml.Yaml;
import io.slipway.secrets.variable.VariableRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Exports a release that a deployment uses, with its packages compiled. A run that was cut off is simply done again: what
 * was compiled is there, and the archive comes out the same.
 */
public final class ExportRunner {
    private final Planner planner;
    private final RunSources sources;
    private final Cpis cpis;
    private final ReleasePacker packer;

    public ExportRunner(Planner planner, Cpis cpis, ReleasePacker packer) {
        this.planner = planner;
        this.sources = planner.sources();
        this.cpis = cpis;
        this.packer = packer;
    }

    /** The outcome's output is a JSON object with the blob and its digest. */
    public RunOutcome run(Run run, ExportRelease request) throws Exception {
        var export = request.export();
        var accepted = run.accepted();
        var release = release(run.deployment(), export, accepted);
        var jobs = jobs(export, release);
        var stemcell = stemcell(export);
        var units = CompilationOrder.of(release, jobs, stemcell);
        var cloud = cloud(run.deployment(), accepted.inputs());
        var place = new PackageCompilation.Place(cloud, AzCpis.ofCompilation(cloud, cpis, run.log()));
        var compiled = planner.services(run).compilation().runExactly(units, place);
        var packages = new TreeMap<String, Compiled>();
        for (var unit : units) {
            packages.put(unit.catalogPackage().name(), new Compiled(unit.catalogPackage(), compiled.sha256(unit)));
        }
        String name = stemcell.os() + "/" + stemcell.version();
        run.check();
        var exported =
                packer.pack(run.log(), new Content(release, jobs, List.copyOf(packages.values()), name, export.sha2()));
        return RunOutcome.told("Exported release: " + release.name() + "/" + release.version() + " for " + name)
                .with(Yaml.canonicalJson(Map.of("blobstore_id", exported.blobstoreId(), "sha1", exported.digest())));
    }

    private ReleaseVersion release(String deployment, ReleaseExport export, Accepted accepted) throws RunFailed {
        var release = sources.catalog()
                .release(export.release(), export.version())
                .orElseThrow(() -> new RunFailed(
                        ErrorCodes.RELEASE_VERSION_NOT_FOUND,
                        "Release version '" + export.release() + "/" + export.version() + "' doesn't exist"));
        if (!accepted.inputs().releaseVersions().contains(new NameVersion(release.name(), release.version()))) {
            throw new RunFailed(
                    ErrorCodes.RELEASE_NOT_IN_MANIFEST,
                    "Release version '" + export.release() + "/" + export.version() + "' not found in deployment '"
                            + deployment + "' manifest");
        }
        return release;
    }

    private static List<CatalogJob> jobs(ReleaseExport export, ReleaseVersion release) throws RunFailed {
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

    private StemcellVersion stemcell(ReleaseExport export) throws RunFailed {
        var wanted = new StemcellRef("", Optional.empty(), Optional.of(export.os()), export.stemcellVersion());
        return sources.catalog()
                .stemcell(wanted)
                .orElseThrow(() -> new RunFailed(
                        ErrorCodes.STEMCELL_NOT_FOUND,
                        "Stemcell version '" + export.stemcellVersion() + "' for OS '" + export.os()
                                + "' doesn't exist"));
    }

    /** As it was when the deployment was deployed. */
    private CloudConfig cloud(String deployment, PinnedInputs inputs) {
        boolean isKnown = !inputs.configs().cloud().isEmpty();
        var trees = (isKnown
                        ? sources.configs().of(inputs.configs())
                        : sources.configs().current())
                .cloud();
        var values = sources.variables()
                .pinned(
                        VariableRequest.newest(deployment, List.of(), ConfigReader.references(trees)),
                        inputs.variables())
                .values();
        return ConfigReader.cloud(trees, values::get);
    }
}
