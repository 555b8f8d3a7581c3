package io.slipway.kubernetes;

import io.slipway.engine.Deployments.Deletion;
import io.slipway.engine.Deployments.DeployRequest;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.RequestRefused.Reason;
import io.slipway.engine.Requester;
import io.slipway.engine.Tasks.TaskRow;
import io.slipway.kubernetes.ClusterState.Step;
import io.slipway.model.manifest.ManifestDraft;
import io.slipway.store.Outage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A cluster's acts towards the outside. Each can be done again when nobody knows whether it was done: leases, deploys and
 * deletions have keys, and what is gone already is success.
 */
final class ClusterSteps {
    private static final String MASTERS = "master";
    private static final String RELEASE = "kubernetes";

    private final String uuid;
    private final ClusterServices services;
    private final ClusterManifest manifest;

    ClusterSteps(String uuid, ClusterServices services, ClusterManifest manifest) {
        this.uuid = uuid;
        this.services = services;
        this.manifest = manifest;
    }

    /** Does a step. Its stage never fails: a failure is told as {@link ClusterCommand.StepFailed}. */
    CompletionStage<ClusterCommand> run(Step step, ClusterState state) {
        return CompletableFuture.supplyAsync(() -> begin(step, state), services.blocking())
                .thenCompose(stage -> stage)
                .handle((command, failure) -> failure == null ? command : failed(step, failure));
    }

    private CompletionStage<ClusterCommand> begin(Step step, ClusterState state) {
        return switch (step) {
            case NONE -> throw new IllegalStateException("no step is due");
            case LEASE_ADDRESS ->
                services.addresses()
                        .reserve(state.requireSpec().defaults().network(), uuid)
                        .thenApply(address -> done(step, new ClusterEvent.AddressLeased(address)));
            case DEPLOY -> deploy(state);
            case AWAIT_DEPLOY, AWAIT_DELETION -> CompletableFuture.completedStage(look(step, state));
            case DELETE_DEPLOYMENT -> delete(state);
            case RETURN_ADDRESS ->
                services.addresses()
                        .release(state.requireSpec().defaults().network(), uuid)
                        .thenApply(released -> done(step, new ClusterEvent.AddressReturned()));
            case FORGET -> throw new IllegalStateException("the entity forgets by itself, after its rows are written");
        };
    }

    private CompletionStage<ClusterCommand> deploy(ClusterState state) {
        String yaml = manifest.render(uuid, state.requireSpec(), state.address(), true);
        var request = DeployRequest.of(
                ManifestDraft.parse(yaml),
                new Requester(state.user(), "", ""),
                "cluster-" + uuid + "-" + state.action());
        return services.deployments()
                .deploy(request)
                .thenApply(task -> done(Step.DEPLOY, new ClusterEvent.TaskStarted(state.action(), task)));
    }

    private CompletionStage<ClusterCommand> delete(ClusterState state) {
        return services.deployments()
                .delete(
                        Cluster.deployment(uuid),
                        new Deletion(state.force(), true),
                        new Requester(state.user(), "", ""))
                .thenApply(task -> done(Step.DELETE_DEPLOYMENT, new ClusterEvent.TaskStarted(state.action(), task)))
                .exceptionally(failure -> {
                    if (causeOf(failure) instanceof RequestRefused refused && refused.reason() == Reason.NOT_FOUND) {
                        return done(Step.DELETE_DEPLOYMENT, new ClusterEvent.DeploymentGone(state.action()));
                    }
                    return failed(Step.DELETE_DEPLOYMENT, failure);
                });
    }

    private ClusterCommand look(Step step, ClusterState state) {
        Optional<TaskRow> row = services.tasks().find(state.task());
        if (row.isEmpty()) {
            return new ClusterCommand.StepFailed(step, "task " + state.task() + " is not to be found", true);
        }
        return switch (row.get().state()) {
            case QUEUED, PROCESSING, CANCELLING -> new ClusterCommand.StillRunning(step);
            case DONE ->
                done(
                        step,
                        step == Step.AWAIT_DEPLOY ? finished(state) : new ClusterEvent.DeploymentGone(state.action()));
            case CANCELLED, ERROR, TIMEOUT ->
                done(step, new ClusterEvent.ActionFailed(state.action(), reason(row.get())));
        };
    }

    private static String reason(TaskRow task) {
        String result = task.result().lines().findFirst().orElse("");
        return "task " + task.id() + " ended in state "
                + task.state().name().toLowerCase(java.util.Locale.ROOT)
                + (result.isEmpty() ? "" : ": " + result);
    }

    private ClusterEvent finished(ClusterState state) {
        String deployment = Cluster.deployment(uuid);
        List<String> masters = services.deployments().instances(deployment).stream()
                .filter(instance ->
                        instance.group().equals(MASTERS) && !instance.ips().isEmpty())
                .sorted(Comparator.comparingInt(InstanceRow::index))
                .map(instance -> instance.ips().getFirst())
                .toList();
        String version = services.deployments().find(deployment).map(DeploymentRow::releases).orElse(List.of()).stream()
                .filter(release -> release.name().equals(RELEASE))
                .map(NameVersion::version)
                .map(ClusterSteps::kubernetesVersion)
                .findFirst()
                .orElse("");
        return new ClusterEvent.CreationFinished(state.action(), version, masters);
    }

    /** The release's version begins with that of Kubernetes: 1.37.2+slipway.1 has 1.37.2. */
    static String kubernetesVersion(String releaseVersion) {
        int end = releaseVersion.indexOf('+');
        return end < 0 ? releaseVersion : releaseVersion.substring(0, end);
    }

    private static ClusterCommand done(Step step, ClusterEvent event) {
        return new ClusterCommand.StepDone(step, event);
    }

    private static Throwable causeOf(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static ClusterCommand failed(Step step, Throwable thrown) {
        Throwable cause = causeOf(thrown);
        if (isNoAnswer(cause)) {
            return new ClusterCommand.Unanswered(step, cause.toString());
        }
        boolean isRefused = cause instanceof RequestRefused refused && refused.reason() != Reason.UNAVAILABLE;
        @Nullable String message = cause.getMessage();
        return new ClusterCommand.StepFailed(step, message == null ? cause.toString() : message, !isRefused);
    }

    /** Whoever was asked could not be: that says nothing about the cluster. */
    private static boolean isNoAnswer(Throwable cause) {
        return Outage.is(cause)
                || cause instanceof TimeoutException
                || cause instanceof RequestRefused refused && refused.reason() == Reason.UNAVAILABLE;
    }
}
