package io.slipway.http.upload;

import io.slipway.engine.Deployments;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.upload.UploadService;
import io.slipway.engine.upload.UploadService.ReleaseRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.model.ErrorCodes;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import io.slipway.model.plan.ReleaseVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Releases: lists, uploads and what of them need not be sent, deletion, exports. */
public final class ReleaseEndpoints extends Feature {
    private final UploadService uploads;
    private final Deployments deployments;
    private final ArchiveReceiver archives;

    public ReleaseEndpoints(
            UploadService uploads, Deployments deployments, ArchiveReceiver archives, Executor blocking) {
        super(blocking);
        this.uploads = uploads;
        this.deployments = deployments;
        this.archives = archives;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/releases", answer(call -> list())),
                Endpoint.post(
                        "/releases",
                        task(call -> archives.receive(
                                call, archive -> uploads.release(archive, call.flag("rebase"), call.requester())))),
                Endpoint.post("/releases/export", changeWithBody(this::export)),
                Endpoint.get("/releases/{name}", answer(this::release)),
                Endpoint.delete("/releases/{name}", task(this::delete)),
                Endpoint.post("/packages/matches", matches(uploads::knownPackages)),
                Endpoint.post("/packages/matches_compiled", matches(uploads::knownCompiledPackages)));
    }

    private Endpoint.Handler matches(Function<String, List<String>> known) {
        return changeWithBody(
                (call, manifest) -> CompletableFuture.completedFuture(Answers.json(known.apply(manifest))));
    }

    private CompletionStage<Long> delete(Call call) {
        return uploads.deleteRelease(
                call.path("name"), call.query("version", ""), call.flag("force"), call.requester());
    }

    private CompletionStage<HttpResponse> export(Call call, String body) {
        var wanted = JsonBody.parse(body);
        var export = new ReleaseExport(
                wanted.text("release_name"),
                wanted.text("release_version"),
                wanted.text("stemcell_os"),
                wanted.text("stemcell_version"),
                wanted.flag("sha2"),
                wanted.objects("jobs").stream().map(job -> job.text("name")).toList());
        return deployments
                .export(wanted.text("deployment_name"), export, call.requester())
                .thenApply(Answers::task);
    }

    private HttpResponse list() {
        var byName = new LinkedHashMap<String, List<Object>>();
        for (ReleaseRow row : uploads.releases()) {
            byName.computeIfAbsent(row.name(), name -> new ArrayList<>())
                    .add(Answers.map(
                            "version", row.version(),
                            "commit_hash", row.commitHash(),
                            "uncommitted_changes", row.uncommittedChanges(),
                            "currently_deployed", row.isCurrentlyDeployed(),
                            "job_names", row.jobNames()));
        }
        return Answers.json(byName.entrySet().stream()
                .map(release -> Answers.map("name", release.getKey(), "release_versions", release.getValue()))
                .toList());
    }

    /** One version with its jobs and packages, or all of all versions. */
    private HttpResponse release(Call call) {
        String name = call.path("name");
        var versions = uploads.releases().stream()
                .filter(row -> row.name().equals(name))
                .map(ReleaseRow::version)
                .toList();
        if (versions.isEmpty()) {
            throw RequestRefused.notFound(ErrorCodes.RELEASE_NOT_FOUND, "Release '" + name + "' doesn't exist");
        }
        String version = call.query("version", "");
        return Answers.json(version.isEmpty() ? series(name, versions) : inspected(inspect(name, version)));
    }

    private ReleaseVersion inspect(String name, String version) {
        return uploads.inspect(name, version)
                .orElseThrow(() -> RequestRefused.notFound(
                        ErrorCodes.RELEASE_VERSION_NOT_FOUND,
                        "Release version '" + name + "/" + version + "' doesn't exist"));
    }

    private static Map<String, Object> inspected(ReleaseVersion release) {
        return Answers.map(
                "jobs",
                release.jobs().values().stream().map(ReleaseEndpoints::shape).toList(),
                "packages",
                release.packages().values().stream()
                        .map(ReleaseEndpoints::shape)
                        .toList());
    }

    private Map<String, Object> series(String name, List<String> versions) {
        var jobs = new LinkedHashMap<String, Object>();
        var packages = new LinkedHashMap<String, Object>();
        for (String version : versions) {
            var release = inspect(name, version);
            release.jobs().values().forEach(job -> jobs.putIfAbsent(job.name() + "/" + job.version(), brief(job)));
            release.packages()
                    .values()
                    .forEach(one -> packages.putIfAbsent(one.name() + "/" + one.version(), brief(one)));
        }
        return Answers.map(
                "packages", List.copyOf(packages.values()), "jobs", List.copyOf(jobs.values()), "versions", versions);
    }

    private static Map<String, Object> brief(CatalogJob job) {
        return Answers.map(
                "name", job.name(),
                "sha1", digest(job.blobSha256()),
                "version", job.version(),
                "packages", job.spec().packages());
    }

    private static Map<String, Object> brief(CatalogPackage one) {
        return Answers.map(
                "name", one.name(),
                "sha1", one.blobSha256().map(ReleaseEndpoints::digest).orElse(null),
                "version", one.version(),
                "dependencies", one.dependencies());
    }

    private static Map<String, Object> shape(CatalogJob job) {
        return Answers.map(
                "name", job.name(),
                "fingerprint", job.fingerprint(),
                "blobstore_id", job.blobSha256(),
                "sha1", digest(job.blobSha256()),
                "provides",
                        job.spec().provides().stream()
                                .map(link -> Answers.map(
                                        "name", link.name(), "type", link.type(), "properties", link.properties()))
                                .toList(),
                "consumes",
                        job.spec().consumes().stream()
                                .map(link -> Answers.map(
                                        "name", link.name(), "type", link.type(), "optional", link.optional()))
                                .toList());
    }

    private static Map<String, Object> shape(CatalogPackage one) {
        var compiled = new ArrayList<Object>();
        one.compiled()
                .forEach((stemcell, sha256) -> compiled.add(
                        Answers.map("stemcell", stemcell, "blobstore_id", sha256, "sha1", digest(sha256))));
        return Answers.map(
                "name", one.name(),
                "fingerprint", one.fingerprint(),
                "blobstore_id", one.blobSha256().orElse(null),
                "sha1", one.blobSha256().map(ReleaseEndpoints::digest).orElse(null),
                "compiled_packages", compiled);
    }

    private static String digest(String sha256) {
        return "sha256:" + sha256;
    }
}
