package io.slipway.http.kubernetes;

import io.slipway.engine.Audit;
import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Call;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.kubernetes.ClusterRequest;
import io.slipway.kubernetes.ClusterService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The endpoints under /v1: clusters, their credentials, and plans. Credentials are for those who may change things. */
public final class ClusterEndpoints extends Feature {
    private static final int CLUSTER_NOT_FOUND = 950_006;

    private final ClusterService clusters;
    private final Audit audit;

    public ClusterEndpoints(ClusterService clusters, Audit audit, Executor blocking) {
        super(blocking);
        this.clusters = clusters;
        this.audit = audit;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/plans", answer(call -> Answers.json(ClusterJson.plans(clusters.plans())))),
                Endpoint.get("/v1/clusters", answer(call -> Answers.json(ClusterJson.clusters(clusters.list())))),
                Endpoint.post("/v1/clusters", changeWithBody(this::create)),
                Endpoint.get("/v1/clusters/{name}", answer(this::show)),
                Endpoint.delete("/v1/clusters/{name}", changeLater(this::remove)),
                Endpoint.post("/v1/clusters/{name}/binds", change(this::bind)));
    }

    private HttpResponse show(Call call) {
        String name = call.path("name");
        return Answers.json(ClusterJson.cluster(clusters.find(name)
                .orElseThrow(() -> RequestRefused.notFound(CLUSTER_NOT_FOUND, "Cluster " + name + " not found"))));
    }

    private CompletionStage<HttpResponse> create(Call call, String body) {
        var request = ClusterJson.request(body);
        return clusters.create(request, call.requester())
                .thenApplyAsync(
                        made -> {
                            record(call, "create", request.name(), asked(request));
                            return Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(made));
                        },
                        blocking());
    }

    private CompletionStage<HttpResponse> remove(Call call) {
        return clusters.delete(call.path("name"), call.requester())
                .thenApplyAsync(
                        going -> {
                            record(call, "delete", call.path("name"), Map.of());
                            return Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(going));
                        },
                        blocking());
    }

    /** Who has these credentials may do anything in the cluster. */
    private HttpResponse bind(Call call) {
        var credentials = clusters.kubeconfig(call.path("name"));
        record(call, "bind", call.path("name"), Map.of());
        return Answers.json(credentials);
    }

    private void record(Call call, String action, String cluster, Map<String, Object> context) {
        var asker = call.requester();
        audit.record(new Audit.Fact(
                "cluster/" + UUID.randomUUID(),
                asker.user(),
                asker.client(),
                action,
                "cluster",
                cluster,
                "",
                "",
                "",
                "",
                context));
    }

    private static Map<String, Object> asked(ClusterRequest request) {
        var asked = new LinkedHashMap<String, Object>();
        asked.put("plan", request.planName());
        if (request.workers() != null) {
            asked.put("workers", request.workers());
        }
        if (request.externalHostname() != null) {
            asked.put("external_hostname", request.externalHostname());
        }
        return asked;
    }
}
