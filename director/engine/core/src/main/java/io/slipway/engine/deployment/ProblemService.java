package io.slipway.engine.deployment;

import io.slipway.engine.Agents;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.InstanceRow;
import io.slipway.engine.Problems;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.problem.ProblemStore;
import io.slipway.engine.problem.ProblemStore.ProblemRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Compares what the director believes with what the infrastructure and the agents say. */
public final class ProblemService implements Problems {
    private static final int INVALID_RESOLUTION = 410003;
    private static final int NOT_PROVIDED = 410002;

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
                    .filter(row -> !row.ignored())
                    .toList();
            var found = new ArrayList<ProblemRow>();
            scanVms(log, rows.stream().filter(row -> !row.vmCid().isEmpty()).toList(), found);
            found.addAll(new DiskScan(deployments, agents, cpis, log).run(rows));
            store.replace(deployment, found);
            return "scan complete";
        });
    }

    private void scanVms(TaskLog log, List<InstanceRow> rows, List<ProblemRow> found) throws Exception {
        var stage = log.stage("Scanning " + rows.size() + " VMs", 2);
        var missing = new ArrayList<ProblemRow>();
        var silent = new ArrayList<ProblemRow>();
        stage.step("Checking VM states", () -> {
            for (InstanceRow row : rows) {
                if (!cpis.of(row.cpi(), log).hasVm(row.vmCid())) {
                    missing.add(problem(row, ProblemKind.MISSING_VM, "VM for " + name(row) + " missing."));
                } else if (!row.agentConnected()) {
                    silent.add(problem(
                            row, ProblemKind.UNRESPONSIVE_AGENT, "VM for " + name(row) + " is not responding."));
                }
            }
        });
        int good = rows.size() - missing.size() - silent.size();
        stage.step(good + " OK, " + silent.size() + " unresponsive, " + missing.size() + " missing", () -> {});
        found.addAll(missing);
        found.addAll(silent);
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
    public CompletionStage<Long> resolve(String deployment, Map<Long, @Nullable String> answers, Requester requester) {
        var resolving = new ArrayList<Resolving>();
        for (ProblemRow row : store.list(deployment)) {
            if (!answers.containsKey(row.id())) {
                throw new RequestRefused(
                        400,
                        NOT_PROVIDED,
                        "Resolution for problem " + row.id() + " (" + row.type() + ") is not provided");
            }
            var kind = ProblemKind.of(row.type());
            String wanted = answers.get(row.id());
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
        return deployments.resolve(deployment, resolving, requester);
    }

    private static ProblemRow problem(InstanceRow row, ProblemKind kind, String description) {
        return new ProblemRow(0, row.deployment(), kind.wireName(), row.id(), row.group(), "", description);
    }

    private static String name(InstanceRow row) {
        return "'" + row.group() + "/" + row.id() + " (" + row.index() + ")' with cloud ID '" + row.vmCid() + "'";
    }
}
