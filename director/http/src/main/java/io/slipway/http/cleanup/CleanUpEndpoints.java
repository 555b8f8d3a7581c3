package io.slipway.http.cleanup;

import io.slipway.engine.cleanup.CleanUpService;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.http.JsonBody;
import io.slipway.http.disk.DiskEndpoints;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The removal of what no deployment uses. */
public final class CleanUpEndpoints extends Feature {
    private final CleanUpService cleanUps;

    public CleanUpEndpoints(CleanUpService cleanUps, Executor blocking) {
        super(blocking);
        this.cleanUps = cleanUps;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/cleanup/dryrun", answer(this::preview)),
                Endpoint.post("/cleanup", changeWithBody(this::run)));
    }

    private HttpResponse preview(Call call) {
        var doomed = cleanUps.preview(call.flag("remove_all"), call.flag("keep_orphaned_disks"));
        return Answers.json(Answers.map(
                "releases",
                doomed.releases().stream()
                        .map(row -> Answers.map("name", row.name(), "versions", List.of(row.version())))
                        .toList(),
                "stemcells",
                doomed.stemcells().stream()
                        .map(row -> Answers.map(
                                "name", row.name(),
                                "version", row.version(),
                                "operating_system", row.operatingSystem(),
                                "cid", row.cid(),
                                "cpi", row.cpi(),
                                "deployments", List.of()))
                        .toList(),
                "compiled_packages",
                List.of(),
                "orphaned_disks",
                doomed.disks().stream().map(DiskEndpoints::orphan).toList(),
                "orphaned_vms",
                doomed.vms().stream().map(OrphanedVmEndpoints::shape).toList(),
                "exported_releases",
                doomed.exportedReleases(),
                "dns_blobs",
                List.of()));
    }

    private CompletionStage<HttpResponse> run(Call call, String body) {
        var config = JsonBody.parse(body).object("config");
        return cleanUps.run(config.flag("remove_all"), config.flag("keep_orphaned_disks"), call.requester())
                .thenApply(Answers::task);
    }
}
