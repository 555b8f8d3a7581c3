package io.slipway.engine.deployment;

import io.slipway.engine.Agents;
import io.slipway.engine.Cpis;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.Problems;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.problem.ProblemStore;
import io.slipway.engine.problem.ProblemStore.ProblemRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** Compares what the director believes with what the infrastructure and the agents say. */
public final class ProblemService implements Problems {
    private static final int INVALID_RESOLUTION = 410003;

    private final TaskRunner tasks;
    private final DeploymentService deployments;
    private final ProblemStore store;
    private final Agents agents;
    private final Cpis cpis;

    public ProblemService(
            TaskRunner tasks, DeploymentService deployments, ProblemStore store, Agents agents, Cpis cpis) {
        this.agents = agents;
        this.tasks = tasks;
        this.deployments = deployments;
        this.store = store;
        this.cpis = cpis;
    }

    @Override
    public CompletionStage<Long> scan(String deployment, Requester requester) {
        return tasks.run("scan cloud", deployment, requester, log -> {
            var rows = deployments.instances(deployment).stream()
                    .filter(ProblemScan::expectsVm)
                    .toList();
            var found = new ArrayList<>(new ProblemScan(cpis, log).vms(rows));
            var watched = deployments.instances(deployment).stream()
                    .filter(row -> !row.ignored())
                    .toList();
            found.addAll(new DiskScan(deployments, agents, cpis, log).run(watched));
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
                throw new RequestRefused(
                        400,
                        INVALID_RESOLUTION,
                        "The resolution of problem " + row.id() + " is '" + wanted + "': expected one of "
                                + kind.shown().stream()
                                        .map(ProblemResolution::name)
                                        .toList());
            }
            resolving.add(new Resolving(
                    row.id(), row.type(), row.description(), row.instanceId(), row.diskCid(), resolution));
        }
        return deployments.resolve(deployment, resolving, answers.maxInFlight(), requester);
    }
}
