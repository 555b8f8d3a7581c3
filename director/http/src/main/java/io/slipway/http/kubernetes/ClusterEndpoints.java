package io.slipway.http.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.kubernetes.ClusterService;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The endpoints under /v1: clusters, their credentials, and plans. Credentials are for those who may change things. */
public final class ClusterEndpoints extends Feature {
    private static final int CLUSTER_NOT_FOUND = 950_006;

    private final ClusterService clusters;

    public ClusterEndpoints(ClusterService clusters, Executor blocking) {
        super(blocking);
        this.clusters = clusters;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/plans", answer(call -> Answers.json(ClusterJson.plans(clusters.plans())))),
                Endpoint.get("/v1/clusters", answer(call -> Answers.json(ClusterJson.clusters(clusters.list())))),
                Endpoint.post("/v1/clusters", changeWithBody(this::create)),
                Endpoint.get("/v1/clusters/{name}", answer(this::show)),
                Endpoint.delete("/v1/clusters/{name}", changeLater(this::remove)),
                Endpoint.post(
                        "/v1/clusters/{name}/binds",
                        change(call -> Answers.json(clusters.kubeconfig(call.path("name"))))));
    }

    private HttpResponse show(Call call) {
        String name = call.path("name");
        return Answers.json(ClusterJson.cluster(clusters.find(name)
                .orElseThrow(() -> RequestRefused.notFound(CLUSTER_NOT_FOUND, "Cluster " + name + " not found"))));
    }

    private CompletionStage<HttpResponse> create(Call call, String body) {
        return clusters.create(ClusterJson.request(body), call.requester())
                .thenApply(made -> Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(made)));
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        return clusters.delete(call.path("name"), call.requester())
                .thenApply(going -> Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(going)));
    }
}
