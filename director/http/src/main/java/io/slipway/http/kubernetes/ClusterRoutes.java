package io.slipway.http.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.kubernetes.Cluster;
import io.slipway.kubernetes.ClusterService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.PathMatchers;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes under /v1: clusters, their credentials, and plans. Who may come in is decided before: the routes are made for
 * a user who is known.
 */
public final class ClusterRoutes extends AllDirectives {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterRoutes.class);

    private final ClusterService clusters;
    private final Executor blocking;

    public ClusterRoutes(ClusterService clusters, Executor blocking) {
        this.clusters = clusters;
        this.blocking = blocking;
    }

    /**
     * The routes for one request's user.
     *
     * @param mayChange whether the user may do more than read; credentials are not for readers
     */
    public Route routes(Requester requester, boolean mayChange) {
        return pathPrefix(
                "v1",
                () -> concat(
                        path(
                                "plans",
                                () -> get(() ->
                                        reply(StatusCodes.OK.intValue(), () -> ClusterJson.plans(clusters.plans())))),
                        path("clusters", () -> concat(get(this::list), post(() -> create(requester, mayChange)))),
                        path(
                                PathMatchers.segment("clusters").slash(PathMatchers.segment()),
                                name -> concat(
                                        get(() -> reply(
                                                StatusCodes.OK.intValue(), () -> ClusterJson.cluster(find(name)))),
                                        delete(() -> remove(name, requester, mayChange)))),
                        path(
                                PathMatchers.segment("clusters")
                                        .slash(PathMatchers.segment())
                                        .slash(PathMatchers.segment("binds")),
                                name -> post(() -> entity(Unmarshaller.entityToString(), ignored -> bind(name, mayChange))))));
    }

    private Route list() {
        return reply(StatusCodes.OK.intValue(), () -> ClusterJson.clusters(clusters.list()));
    }

    private Route create(Requester requester, boolean mayChange) {
        return entity(Unmarshaller.entityToString(), body -> {
            if (!mayChange) {
                return forbidden();
            }
            return reply(CompletableFuture.supplyAsync(() -> ClusterJson.request(body), blocking)
                    .thenCompose(request -> clusters.create(request, requester))
                    .thenApply(made -> json(StatusCodes.ACCEPTED.intValue(), ClusterJson.cluster(made))));
        });
    }

    private Route remove(String name, Requester requester, boolean mayChange) {
        return mayChange
                ? reply(clusters.delete(name, requester)
                        .thenApply(going -> json(StatusCodes.ACCEPTED.intValue(), ClusterJson.cluster(going))))
                : forbidden();
    }

    private Route bind(String name, boolean mayChange) {
        return mayChange
                ? reply(StatusCodes.OK.intValue(), () -> ClusterJson.kubeconfig(clusters.kubeconfig(name)))
                : forbidden();
    }

    private Cluster find(String name) {
        return clusters.find(name)
                .orElseThrow(() -> new RequestRefused(
                        StatusCodes.NOT_FOUND.intValue(), 950_006, "Cluster " + name + " not found"));
    }

    private Route forbidden() {
        return complete(json(
                StatusCodes.FORBIDDEN.intValue(), ClusterJson.error(600_000, "Require one of the scopes: bosh.admin")));
    }

    private Route reply(int status, Supplier<String> body) {
        return reply(CompletableFuture.supplyAsync(() -> json(status, body.get()), blocking));
    }

    private Route reply(CompletionStage<HttpResponse> answer) {
        return completeWithFuture(answer.exceptionally(ClusterRoutes::refusal));
    }

    private static HttpResponse refusal(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RequestRefused refused) {
            return json(refused.httpStatus(), ClusterJson.error(refused.code(), String.valueOf(refused.getMessage())));
        }
        LOG.error("a request about clusters failed", cause);
        return json(
                StatusCodes.INTERNAL_SERVER_ERROR.intValue(),
                ClusterJson.error(100, "the director failed to answer: its log says why"));
    }

    private static HttpResponse json(int status, String body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
    }
}
