package io.slipway.http.metric;

import io.slipway.http.Answers;
import io.slipway.http.Endpoint;
import io.slipway.http.Feature;
import io.slipway.kubernetes.Cluster;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Prometheus' HTTP service discovery: the directors, and the API servers of the clusters that were made well. Also for users who may
 * read metrics only.
 */
public final class DiscoveryEndpoints extends Feature {
    private final Supplier<List<String>> directors;
    private final Supplier<List<Cluster>> clusters;

    /** @param directors host:port of the API of each that lives */
    public DiscoveryEndpoints(Supplier<List<String>> directors, Supplier<List<Cluster>> clusters, Executor blocking) {
        super(blocking);
        this.directors = directors;
        this.clusters = clusters;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/sd/directors", answer(call -> Answers.json(directors()))),
                Endpoint.get("/sd/clusters", answer(call -> Answers.json(clusters()))));
    }

    private List<Map<String, Object>> directors() {
        return directors.get().stream()
                .map(address -> Answers.map("targets", List.of(address), "labels", Map.of("job", "slipway-director")))
                .toList();
    }

    private List<Map<String, Object>> clusters() {
        return clusters.get().stream()
                .filter(cluster -> !cluster.host().isEmpty()
                        && cluster.lastAction() == Cluster.Action.CREATE
                        && cluster.lastActionState() == Cluster.ActionState.SUCCEEDED)
                .map(cluster -> Answers.map(
                        "targets",
                        List.of(cluster.host() + ":" + cluster.port()),
                        "labels",
                        Answers.map(
                                "job",
                                "kube-apiserver",
                                "cluster",
                                cluster.name(),
                                "cluster_uuid",
                                cluster.uuid(),
                                "plan",
                                cluster.planName(),
                                "kubernetes_version",
                                cluster.kubernetesVersion())))
                .toList();
    }
}
