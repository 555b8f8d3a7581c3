package io.slipway.engine.deployment;

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
    private final Cpis cpis;

    public ProblemService(TaskRunner tasks, DeploymentService deployments, ProblemStore store, Cpis cpis) {
        this.tasks = tasks;
        this.deployments = deployments;
        this.store = store;
        this.cpis = cpis;
    }

    @Override
    public CompletionStage<Long> scan(String deployment, Requester requester) {
        return tasks.run("scan cloud", deployment, requester, log -> {
            var rows = deployments.instances(deployment).stream()
                    .filter(row -> !row.vmCid().isEmpty() && !row.ignored())
                    .toList();
            var found = new ArrayList<ProblemRow>();
            scanVms(log, rows, found);
            scanDisks(log, rows, found);
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
                    missing.add(problem(row, ProblemKind.MISSING_VM, "", "VM for " + name(row) + " missing."));
                } else if (!row.agentConnected()) {
                    silent.add(problem(
                            row, ProblemKind.UNRESPONSIVE_AGENT, "", "VM for " + name(row) + " is not responding."));
                }
            }
        });
        int good = rows.size() - missing.size() - silent.size();
        stage.step(good + " OK, " + silent.size() + " unresponsive, " + missing.size() + " missing", () -> {});
        found.addAll(missing);
        found.addAll(silent);
    }

    private void scanDisks(TaskLog log, List<InstanceRow> rows, List<ProblemRow> found) throws Exception {
        long disks = rows.stream().mapToLong(row -> row.diskCids().size()).sum();
        var stage = log.stage("Scanning " + disks + " persistent disks", 2);
        var missing = new ArrayList<ProblemRow>();
        var elsewhere = new ArrayList<ProblemRow>();
        stage.step("Looking for missing and detached disks", () -> {
            for (InstanceRow row : rows) {
                var cpi = cpis.of(row.cpi(), log);
                List<String> attached = cpi.hasVm(row.vmCid()) ? cpi.getDisks(row.vmCid()) : row.diskCids();
                for (String disk : row.diskCids()) {
                    if (!cpi.hasDisk(disk)) {
                        String label = "'" + disk + "' (" + row.group() + "/" + row.id() + ")";
                        missing.add(problem(row, ProblemKind.MISSING_DISK, disk, "Disk " + label + " is missing"));
                    } else if (!attached.contains(disk)) {
                        elsewhere.add(problem(
                                row,
                                ProblemKind.MOUNT_INFO_MISMATCH,
                                disk,
                                "Record shows that disk '" + disk + "' should be mounted on " + row.vmCid()
                                        + ", and it is not attached to it"));
                    }
                }
            }
        });
        long good = disks - missing.size() - elsewhere.size();
        stage.step(
                good + " OK, " + missing.size() + " missing, " + elsewhere.size() + " mount-info mismatch", () -> {});
        found.addAll(missing);
        found.addAll(elsewhere);
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

    private static ProblemRow problem(InstanceRow row, ProblemKind kind, String disk, String description) {
        return new ProblemRow(0, row.deployment(), kind.wireName(), row.id(), row.group(), disk, description);
    }

    private static String name(InstanceRow row) {
        return "'" + row.group() + "/" + row.id() + " (" + row.index() + ")' with cloud ID '" + row.vmCid() + "'";
    }
}
