package io.slipway.http.upload;

import io.slipway.engine.upload.UploadService;
import io.slipway.engine.upload.UploadService.StemcellRow;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Stemcells: the list, uploads, deletion. */
public final class StemcellEndpoints extends Feature {
    private final UploadService uploads;
    private final ArchiveReceiver archives;

    public StemcellEndpoints(UploadService uploads, ArchiveReceiver archives, Executor blocking) {
        super(blocking);
        this.uploads = uploads;
        this.archives = archives;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/stemcells", answer(call -> list())),
                Endpoint.post(
                        "/stemcells",
                        task(call -> archives.receive(call, archive -> uploads.stemcell(archive, call.requester())))),
                Endpoint.post("/stemcell_uploads", changeWithBody(this::isNeeded)),
                Endpoint.delete("/stemcells/{name}/{version}", task(this::delete)));
    }

    private HttpResponse list() {
        return Answers.json(
                uploads.stemcells().stream().map(StemcellEndpoints::shape).toList());
    }

    private CompletionStage<Long> delete(Call call) {
        return uploads.deleteStemcell(call.path("name"), call.path("version"), call.flag("force"), call.requester());
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
