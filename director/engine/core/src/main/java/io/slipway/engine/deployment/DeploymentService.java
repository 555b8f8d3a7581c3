package io.slipway.engine.deployment;

import io.slipway.engine.Deployments;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.ReleaseExports;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.deployment.DeploymentCommand.SubmitReply;
import io.slipway.engine.deployment.DeploymentRequest.DiskRequest;
import io.slipway.engine.deployment.DeploymentRequest.Kind;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.task.TaskStore;
import io.slipway.model.InvalidInput;
import io.slipway.model.manifest.Manifest;
import io.slipway.model.name.Name;
import io.slipway.model.yaml.Fields;
import io.slipway.model.yaml.Yaml;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Deployments as callers see them. */
public final class DeploymentService implements Deployments, ReleaseExports {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final ClusterSharding sharding;
    private final TaskStore tasks;
    private final DeploymentRows rows;
    private final Executor blocking;

    /** The rows that lists are read from. Calls block. */
    public interface DeploymentRows {
        List<DeploymentRow> deployments();

        Optional<DeploymentRow> deployment(String name);

        List<InstanceRow> instances(String deployment);
    }

    public DeploymentService(ClusterSharding sharding, TaskStore tasks, DeploymentRows rows, Executor blocking) {
        this.sharding = sharding;
        this.tasks = tasks;
        this.rows = rows;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Long> deploy(DeployRequest request) {
        try {
            if (request.manifestYaml().isEmpty()) {
                return submit(request.deployment(), RequestDraft.of(request));
            }
            var manifest = Manifest.heading(Yaml.parseMap(request.manifestYaml(), "manifest"));
            if (!request.deployment().isEmpty() && !manifest.name().equals(request.deployment())) {
                return refuse(
                        400,
                        40001,
                        "the manifest names deployment '" + manifest.name() + "', and '" + request.deployment()
                                + "' was asked for");
            }
            return submit(manifest.name(), RequestDraft.of(request));
        } catch (InvalidInput invalid) {
            return refuse(400, invalid.problems().getFirst().code(), String.valueOf(invalid.getMessage()));
        }
    }

    @Override
    public CompletionStage<Long> delete(String name, Deletion deletion, Requester requester) {
        return submit(name, RequestDraft.of(Kind.DELETE, requester).withFix().withDeletion(deletion));
    }

    /** Queues the attachment or the letting go of a disk. */
    CompletionStage<Long> changeDisk(String deployment, Kind kind, DiskRequest disk, Requester requester) {
        return submit(deployment, RequestDraft.of(kind, requester).withDisk(disk));
    }

    @Override
    public CompletionStage<Void> ignore(String deployment, String instanceId, boolean isIgnored) {
        return sharding.entityRefFor(DeploymentEntity.KEY, deployment)
                .<DeploymentCommand.Recorded>ask(
                        replyTo -> new DeploymentCommand.RecordIgnored(instanceId, isIgnored, replyTo), DEADLINE)
                .thenAccept(recorded -> {});
    }

    @Override
    public CompletionStage<Long> runErrand(String deployment, ErrandRun errand, Requester requester) {
        return submit(deployment, RequestDraft.of(Kind.ERRAND, requester).withErrand(errand));
    }

    /** Queues what is to be done about problems. */
    CompletionStage<Long> resolve(
            String deployment, List<Resolving> resolving, Map<String, String> maxInFlight, Requester requester) {
        return submit(
                deployment, RequestDraft.of(Kind.RESOLVE, requester).withFix().withResolving(resolving, maxInFlight));
    }

    @Override
    public CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester) {
        return submit(deployment, RequestDraft.of(Kind.EXPORT, requester).withExport(export));
    }

    /** An instance as it is now; blocks. */
    InstanceStatus inspect(String instanceId) {
        return sharding.entityRefFor(InstanceEntity.KEY, instanceId)
                .<InstanceStatus>ask(InstanceCommand.Inspect::new, DEADLINE)
                .toCompletableFuture()
                .join();
    }

    /** Queues a look at instances, and the recreation of VMs that are missing or whose agent does not answer. */
    public CompletionStage<Long> scanAndFix(String deployment, List<String> instanceIds, Requester requester) {
        return submit(
                deployment,
                RequestDraft.of(Kind.SCAN_AND_FIX, requester).withFix().withInstances(instanceIds));
    }

    @Override
    public List<DeploymentRow> list() {
        return rows.deployments();
    }

    @Override
    public Optional<DeploymentRow> find(String name) {
        return rows.deployment(name);
    }

    @Override
    public List<InstanceRow> instances(String deployment) {
        var row = rows.deployment(deployment);
        var instances = rows.instances(deployment);
        return row.isEmpty()
                ? instances
                : instances.stream()
                        .map(instance -> Deployments.marked(instance, row.get()))
                        .toList();
    }

    private CompletionStage<Long> submit(String name, RequestDraft draft) {
        if (!Name.TEXT.allows(name)) {
            // No entity has such an id, and whoever asks one waits for ever.
            return refuse(404, 70000, "Deployment '" + Fields.shown(name) + "' doesn't exist");
        }
        return CompletableFuture.supplyAsync(tasks::nextTaskId, blocking)
                .thenCompose(task -> sharding.entityRefFor(DeploymentEntity.KEY, name)
                        .<SubmitReply>ask(
                                replyTo -> new DeploymentCommand.Submit(draft.numbered(task), replyTo), DEADLINE))
                .thenApply(reply -> {
                    if (!reply.refusal().isEmpty()) {
                        throw new RequestRefused(404, 70000, reply.refusal());
                    }
                    return reply.task();
                });
    }

    private static CompletionStage<Long> refuse(int status, int code, String message) {
        return CompletableFuture.failedFuture(new RequestRefused(status, code, message));
    }
}
