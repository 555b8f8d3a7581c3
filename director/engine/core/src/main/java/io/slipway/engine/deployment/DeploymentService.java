package io.slipway.engine.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.EngineServices;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.deployment.DeploymentCommand.RunReply;
import io.slipway.engine.deployment.DeploymentCommand.SubmitReply;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.request.RequestHead;
import io.slipway.engine.request.RequestQueue;
import io.slipway.engine.rollout.DeployRun;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Deployments as callers see them. */
public final class DeploymentService implements Deployments, RequestQueue {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final int DEPLOYMENT_NOT_FOUND = 70000;
    private static final int LATE = 100;

    private final ClusterSharding sharding;
    private final EngineServices services;
    private final TaskRunner tasks;
    private final DeployRun deploys;
    private final Stop stop;

    /** @param stop of this director */
    public DeploymentService(
            ClusterSharding sharding, EngineServices services, TaskRunner tasks, DeployRun deploys, Stop stop) {
        this.sharding = sharding;
        this.services = services;
        this.tasks = tasks;
        this.deploys = deploys;
        this.stop = stop;
    }

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        var manifest = request.manifest();
        if (manifest != null && !manifest.name().equals(request.deployment())) {
            return CompletableFuture.failedFuture(RequestRefused.invalid(
                    40001,
                    "the manifest names deployment '" + manifest.name() + "', and '" + request.deployment()
                            + "' was asked for"));
        }
        if (request.dryRun()) {
            return tasks.run(
                    TaskKind.DRY_RUN,
                    "create deployment (dry run)",
                    request.deployment(),
                    request.requester(),
                    new DryRun(sharding, deploys, request, stop));
        }
        return submit(
                request.deployment(),
                request.requester(),
                request.requestKey(),
                head -> new DeploymentRequest.Deploy(
                        head,
                        manifest == null ? "" : manifest.yaml(),
                        request.recreate(),
                        request.fix(),
                        request.options()));
    }

    @Override
    public CompletionStage<Long> change(InstanceRequest request, Requester requester) {
        return submit(
                request.deployment(),
                requester,
                "",
                head -> new DeploymentRequest.ChangeInstance(
                        head, request.instanceId(), request.action(), request.skipDrain(), request.fix()));
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        return submit(
                name,
                requester,
                "",
                head -> new DeploymentRequest.Delete(head, deletion.force(), deletion.deleteDisks()));
    }

    @Override
    public CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester) {
        return submit(deployment, requester, "", head -> new DeploymentRequest.RunErrand(head, errand));
    }

    @Override
    public CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester) {
        return submit(deployment, requester, "", head -> new DeploymentRequest.ExportRelease(head, export));
    }

    @Override
    public CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored) {
        return Ask.within(LONGEST, () -> deployment(deployment)
                        .<RunReply>ask(
                                replyTo -> new DeploymentCommand.RecordIgnored(instanceId, isIgnored, replyTo),
                                Ask.SILENCE))
                .thenAccept(recorded -> {});
    }

    @Override
    public List<DeploymentRow> list() {
        return services.deployments().list();
    }

    @Override
    public Optional<DeploymentRow> find(String name) {
        return services.deployments().find(name);
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        var row = find(deployment);
        var instances = services.instances().of(deployment);
        return row.isEmpty()
                ? instances
                : instances.stream()
                        .map(instance -> Deployments.marked(instance, row.get()))
                        .toList();
    }

    @Override
    public CompletionStage<Long> submit(
            String deployment, Requester requester, String key, Function<RequestHead, DeploymentRequest> request) {
        if (!Name.TEXT.allows(deployment)) {
            // No entity has such an id, and nobody would answer.
            return CompletableFuture.failedFuture(unknown(Fields.shown(deployment)));
        }
        return CompletableFuture.supplyAsync(() -> services.tasks().nextId(requester.client()), services.blocking())
                .thenCompose(task -> submit(
                        deployment,
                        request.apply(new RequestHead(task, requester.user(), requester.contextId(), key))));
    }

    /** What is asked again has the same task, and is queued once. */
    private CompletionStage<Long> submit(String deployment, DeploymentRequest request) {
        return Ask.within(LONGEST, () -> deployment(deployment)
                        .<SubmitReply>ask(replyTo -> new DeploymentCommand.Submit(request, replyTo), Ask.SILENCE))
                .handle((reply, failure) -> failure == null
                        ? understood(deployment, request, reply)
                        : givenUp(deployment, request, failure))
                .thenCompose(Function.identity());
    }

    private CompletionStage<Long> understood(String deployment, DeploymentRequest request, SubmitReply reply) {
        return switch (reply) {
            case DeploymentCommand.Queued queued -> CompletableFuture.completedFuture(queued.task());
            case DeploymentCommand.Unknown unknown ->
                CompletableFuture.failedFuture(
                        RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + deployment + "' doesn't exist"));
            case DeploymentCommand.Leaving leaving ->
                CompletableFuture.supplyAsync(
                                () -> submit(deployment, request),
                                CompletableFuture.delayedExecutor(SOON.toMillis(), TimeUnit.MILLISECONDS))
                        .thenCompose(Function.identity());
        };
    }

    private static RequestRefused unknown(String deployment) {
        return RequestRefused.notFound(DEPLOYMENT_NOT_FOUND, "Deployment '" + deployment + "' doesn't exist");
    }

    /** Who is told that it was refused is not to find it done later: what may be queued all the same is dropped again. */
    private CompletionStage<Long> givenUp(String deployment, DeploymentRequest request, Throwable failure) {
        deployment(deployment).tell(new DeploymentCommand.CancelTask(request.task()));
        return CompletableFuture.failedFuture(
                isSilence(failure)
                        ? RequestRefused.unavailable(
                                LATE, "The director could not queue this in time; ask for it again")
                        : failure);
    }

    private static boolean isSilence(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException;
    }

    private EntityRef<DeploymentCommand> deployment(String name) {
        return sharding.entityRefFor(DeploymentEntity.KEY, name);
    }
}
