package io.slipway.http.upload;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Uploads;
import io.slipway.engine.Uploads.ReleaseRow;
import io.slipway.engine.Uploads.StemcellRow;
import io.slipway.http.Answers;
import io.slipway.http.Caller;
import io.slipway.http.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.FileIO;

/** Releases and stemcells: lists, uploads straight to disk, deletion. */
public final class UploadRoutes extends Feature {
    private final Uploads uploads;
    private final Path incoming;
    private final Materializer materializer;

    /**
     * @param incoming a directory for archives that are being received
     */
    public UploadRoutes(Uploads uploads, Path incoming, Materializer materializer, Executor blocking) {
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
    public Route routes(Caller caller) {
        var requester = caller.requester();
        return concat(
                path(
                        "releases",
                        () -> concat(
                                get(() -> answer(this::releases)),
                                post(() -> receive(
                                        caller,
                                        (archive, sha1, fix) -> uploads.release(archive, sha1, fix, requester))))),
                path(
                        PathMatchers.segment("releases").slash(PathMatchers.segment()),
                        name -> concat(
                                get(() -> answer(() -> release(name))),
                                delete(() -> parameterMap(query -> answerTask(
                                        caller,
                                        () -> uploads.deleteRelease(
                                                name,
                                                query.getOrDefault("version", ""),
                                                "true".equals(query.get("force")),
                                                requester)))))),
                path(
                        "stemcells",
                        () -> concat(
                                get(() -> answer(() -> Answers.json(uploads.stemcells().stream()
                                        .map(UploadRoutes::shape)
                                        .toList()))),
                                post(() -> receive(
                                        caller,
                                        (archive, sha1, fix) -> uploads.stemcell(archive, sha1, fix, requester))))),
                path(
                        PathMatchers.segment("stemcells")
                                .slash(PathMatchers.segment())
                                .slash(PathMatchers.segment()),
                        (name, version) -> delete(() -> parameterMap(query -> answerTask(
                                caller,
                                () -> uploads.deleteStemcell(
                                        name, version, "true".equals(query.get("force")), requester))))));
    }

    private Route receive(Caller caller, Import importer) {
        return withoutSizeLimit(() -> parameterMap(query -> extractRequestEntity(entity -> answerLater(() -> {
            caller.requireAdmin();
            if (entity.getContentType().mediaType().toString().equals("application/json")) {
                throw new RequestRefused(501, 100, "uploads by 'location' are not served yet: send the archive itself");
            }
            Path archive = newFile();
            return entity.getDataBytes()
                    .runWith(FileIO.toPath(archive), materializer)
                    .thenCompose(written ->
                            importer.start(archive, query.getOrDefault("sha1", ""), "true".equals(query.get("fix"))))
                    .thenApply(Answers::task);
        }))));
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

    private HttpResponse release(String name) {
        var versions = uploads.releases().stream()
                .filter(row -> row.name().equals(name))
                .toList();
        if (versions.isEmpty()) {
            throw new RequestRefused(404, 30005, "Release '" + name + "' doesn't exist");
        }
        return Answers.json(Answers.map(
                "name",
                name,
                "versions",
                versions.stream().map(ReleaseRow::version).toList()));
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
