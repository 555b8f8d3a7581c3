package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Uploads;
import io.slipway.engine.Uploads.ReleaseRow;
import io.slipway.engine.Uploads.StemcellRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.model.plan.CatalogJob;
import io.slipway.model.plan.CatalogPackage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.FileIO;

/** Releases and stemcells: lists, uploads straight to disk, deletion. */
public final class UploadEndpoints extends Feature {
    private static final int RELEASE_NOT_FOUND = 30005;
    private static final int VERSION_NOT_FOUND = 30006;

    private final Uploads uploads;
    private final Path incoming;
    private final Materializer materializer;

    /**
     * @param incoming a directory for archives that are being received
     */
    public UploadEndpoints(Uploads uploads, Path incoming, Materializer materializer, Executor blocking) {
        super(blocking);
        this.uploads = uploads;
        this.incoming = incoming;
        this.materializer = materializer;
    }

    /** Starts the import of an archive. */
    @FunctionalInterface
    private interface Import {
        CompletionStage<Long> start(Path archive, String sha1, boolean fix);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/releases", answer(call -> releases())),
                Endpoint.post(
                        "/releases",
                        task(call -> receive(
                                call, (file, sha1, fix) -> uploads.release(file, sha1, fix, call.requester())))),
                Endpoint.get("/releases/{name}", answer(this::release)),
                Endpoint.delete("/releases/{name}", task(this::deleteRelease)),
                Endpoint.get("/stemcells", answer(call -> stemcells())),
                Endpoint.post(
                        "/stemcells",
                        task(call -> receive(
                                call, (file, sha1, fix) -> uploads.stemcell(file, sha1, fix, call.requester())))),
                Endpoint.post("/stemcell_uploads", changeWithBody(this::isNeeded)),
                Endpoint.delete("/stemcells/{name}/{version}", task(this::deleteStemcell)));
    }

    private CompletionStage<Long> deleteRelease(Call call) {
        return uploads.deleteRelease(
                call.path("name"), call.query("version", ""), call.flag("force"), call.requester());
    }

    private CompletionStage<Long> deleteStemcell(Call call) {
        return uploads.deleteStemcell(call.path("name"), call.path("version"), call.flag("force"), call.requester());
    }

    private HttpResponse stemcells() {
        return Answers.json(
                uploads.stemcells().stream().map(UploadEndpoints::shape).toList());
    }

    private CompletionStage<Long> receive(Call call, Import importer) {
        var entity = call.entity();
        if (entity.getContentType().mediaType().toString().equals("application/json")) {
            return call.text().thenComposeAsync(body -> fetch(call, JsonBody.parse(body), importer), blocking());
        }
        Path archive = newFile();
        return entity.getDataBytes()
                .runWith(FileIO.toPath(archive), materializer)
                .thenCompose(written -> importer.start(archive, call.query("sha1", ""), call.flag("fix")));
    }

    /** From where the client says, to be fetched by this director. */
    private CompletionStage<Long> fetch(Call call, JsonBody wanted, Import importer) {
        Path archive = newFile();
        new RemoteFile(wanted.text("location")).fetch(archive);
        return importer.start(archive, wanted.text("sha1", ""), call.flag("fix"));
    }

    private Path newFile() {
        try {
            Files.createDirectories(incoming);
            return Files.createTempFile(incoming, "upload", ".tgz");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private HttpResponse releases() {
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

    /** One version with its jobs and packages, or which versions there are. */
    private HttpResponse release(Call call) {
        String name = call.path("name");
        var versions = uploads.releases().stream()
                .filter(row -> row.name().equals(name))
                .map(ReleaseRow::version)
                .toList();
        if (versions.isEmpty()) {
            throw new RequestRefused(404, RELEASE_NOT_FOUND, "Release '" + name + "' doesn't exist");
        }
        String version = call.query("version", "");
        if (version.isEmpty()) {
            return Answers.json(Answers.map("name", name, "versions", versions));
        }
        var found = uploads.inspect(name, version)
                .orElseThrow(() -> new RequestRefused(
                        404, VERSION_NOT_FOUND, "Release version '" + name + "/" + version + "' doesn't exist"));
        return Answers.json(Answers.map(
                "jobs",
                found.jobs().values().stream().map(UploadEndpoints::shape).toList(),
                "packages",
                found.packages().values().stream().map(this::shape).toList()));
    }

    private static Map<String, Object> shape(CatalogJob job) {
        return Answers.map(
                "name", job.name(),
                "fingerprint", job.fingerprint(),
                "blobstore_id", job.blobSha256(),
                "sha1", "sha256:" + job.blobSha256(),
                "provides",
                        job.spec().provides().stream()
                                .map(link -> Answers.map("name", link.name(), "type", link.type()))
                                .toList(),
                "consumes",
                        job.spec().consumes().stream()
                                .map(link -> Answers.map(
                                        "name", link.name(), "type", link.type(), "optional", link.optional()))
                                .toList());
    }

    private Map<String, Object> shape(CatalogPackage one) {
        var compiled = new ArrayList<Object>();
        uploads.compiled(one.fingerprint())
                .forEach((stemcell, sha256) -> compiled.add(
                        Answers.map("stemcell", stemcell, "blobstore_id", sha256, "sha1", "sha256:" + sha256)));
        return Answers.map(
                "name", one.name(),
                "fingerprint", one.fingerprint(),
                "blobstore_id", one.blobSha256().orElse(null),
                "sha1", one.blobSha256().map(sha256 -> "sha256:" + sha256).orElse(null),
                "compiled_packages", compiled);
    }

    private CompletionStage<HttpResponse> isNeeded(Call call, String body) {
        var stemcell = JsonBody.parse(body).object("stemcell");
        String name = stemcell.text("name");
        String version = stemcell.text("version");
        boolean isThere = uploads.stemcells().stream()
                .anyMatch(row -> row.name().equals(name) && row.version().equals(version));
        return CompletableFuture.completedFuture(Answers.json(Answers.map("needed", !isThere)));
    }

    private static Map<String, Object> shape(StemcellRow row) {
        return Answers.map(
                "name", row.name(),
                "operating_system", row.operatingSystem(),
                "version", row.version(),
                "cid", row.cid(),
                "cpi", row.cpi(),
                "api_version", row.apiVersion(),
                "deployments",
                        row.deployments().stream()
                                .map(deployment -> Answers.map("name", deployment))
                                .toList());
    }
}
