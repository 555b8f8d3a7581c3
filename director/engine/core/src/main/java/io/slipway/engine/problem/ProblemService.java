package io.slipway.engine.problem;

import io.slipway.engine.Cpis;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.Deployments;
import io.slipway.engine.Problems;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.request.RequestQueue;
import io.slipway.store.problem.ProblemStore;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Compares what the director believes with what the infrastructure and the agents say. */
public final class ProblemService implements Problems {
    private static final int INVALID_RESOLUTION = 410003;

    private final TaskRunner tasks;
    private final Deployments deployments;
    private final RequestQueue queue;
    private final Instances instances;
    private final ProblemStore store;
    private final InstanceAgents agents;
    private final Cpis cpis;

    public ProblemService(
            TaskRunner tasks,
            Deployments deployments,
            RequestQueue queue,
            Instances instances,
            ProblemStore store,
            InstanceAgents agents,
            Cpis cpis) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.queue = queue;
        this.instances = instances;
        this.store = store;
        this.agents = agents;
        this.cpis = cpis;
    }

    @Override
    public CompletionStage<Long> scan(String deployment, Requester requester) {
        return tasks.run(TaskKind.SCAN_PROBLEMS, "scan cloud", deployment, requester, log -> {
            var rows = deployments.instances(deployment).stream()
                    .filter(ProblemScan::expectsVm)
                    .toList();
            var found = new ArrayList<>(new ProblemScan(cpis, log).vms(rows));
            var watched = deployments.instances(deployment).stream()
                    .filter(row -> !row.ignored())
                    .toList();
            found.addAll(new DiskScan(instances, agents, cpis, log).run(watched));
            store.replace(deployment, found);
            return "scan complete";
        });
    }

    @Override
    public List<Problem> list(String deployment) {
        return store.list(deployment).stream()
                .map(row -> new Problem(
                        row.id(),
                        row.type(),
                        row.description(),
                        row.instanceGroup(),
                        ProblemKind.of(row.type()).shown()))
                .toList();
    }

    @Override
    public CompletionStage<Long> resolve(String deployment, Answers answers, Requester requester) {
        answers.maxInFlight()
                .values()
                .forEach(amount -> DeployOptions.requireAmount("max_in_flight_overrides", amount));
        var resolving = new ArrayList<Resolving>();
        for (ProblemRow row : store.list(deployment)) {
            if (!answers.resolutions().containsKey(row.id())) {
                continue;
            }
            var kind = ProblemKind.of(row.type());
            String wanted = answers.resolutions().get(row.id());
            var resolution = wanted == null ? kind.automatic().name() : wanted.toUpperCase(Locale.ROOT);
            if (kind.resolutions().stream().noneMatch(one -> one.name().equals(resolution))) {
                throw RequestRefused.invalid(
                        INVALID_RESOLUTION,
                        "The resolution of problem " + row.id() + " is '" + wanted + "': expected one of "
                                + kind.shown().stream()
                                        .map(ProblemResolution::name)
                                        .toList());
            }
            resolving.add(new Resolving(
                    row.id(), row.type(), row.description(), row.instanceId(), row.diskCid(), resolution));
        }
        return queue.submit(
                deployment,
                requester,
                "",
                head -> new DeploymentRequest.ResolveProblems(head, resolving, answers.maxInFlight()));
    }
}
