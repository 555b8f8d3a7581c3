package io.slipway.http.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.http.Answers;
import io.slipway.http.Caller;
import io.slipway.http.Feature;
import io.slipway.kubernetes.ClusterService;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;

/** The routes under /v1: clusters, their credentials, and plans. Credentials are for those who may change things. */
public final class ClusterRoutes extends Feature {
    private static final int CLUSTER_NOT_FOUND = 950_006;

    private final ClusterService clusters;

    public ClusterRoutes(ClusterService clusters, Executor blocking) {
        super(blocking);
        this.clusters = clusters;
    }

    @Override
    public Route routes(Caller caller) {
        return pathPrefix(
                "v1",
                () -> concat(
                        path("plans", () -> get(() -> answer(() -> Answers.json(ClusterJson.plans(clusters.plans()))))),
                        path("clusters", () -> concat(get(this::list), post(() -> create(caller)))),
                        path(
                                PathMatchers.segment("clusters").slash(PathMatchers.segment()),
                                name -> concat(get(() -> show(name)), delete(() -> remove(name, caller)))),
                        path(
                                PathMatchers.segment("clusters")
                                        .slash(PathMatchers.segment())
                                        .slash(PathMatchers.segment("binds")),
                                name -> post(
                                        () -> entity(Unmarshaller.entityToString(), ignored -> bind(name, caller))))));
    }

    private Route list() {
        return answer(() -> Answers.json(ClusterJson.clusters(clusters.list())));
    }

    private Route show(String name) {
        return answer(() -> Answers.json(ClusterJson.cluster(clusters.find(name)
                .orElseThrow(() -> new RequestRefused(
                        StatusCodes.NOT_FOUND.intValue(), CLUSTER_NOT_FOUND, "Cluster " + name + " not found")))));
    }

    private Route create(Caller caller) {
        return entity(
                Unmarshaller.entityToString(),
                body -> answerLater(() -> {
                    caller.requireAdmin();
                    return clusters.create(ClusterJson.request(body), caller.requester())
                            .thenApply(made -> Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(made)));
                }));
    }

    private Route remove(String name, Caller caller) {
        return answerLater(() -> {
            caller.requireAdmin();
            return clusters.delete(name, caller.requester())
                    .thenApply(going -> Answers.json(StatusCodes.ACCEPTED, ClusterJson.cluster(going)));
        });
    }

    private Route bind(String name, Caller caller) {
        return answer(() -> {
            caller.requireAdmin();
            return Answers.json(clusters.kubeconfig(name));
        });
    }
}
