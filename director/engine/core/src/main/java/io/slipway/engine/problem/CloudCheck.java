package io.slipway.engine.problem;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.EngineServices;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.plan.Member;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.request.DeploymentRequest.ResolveProblems;
import io.slipway.engine.request.DeploymentRequest.ScanAndFix;
import io.slipway.engine.run.QuietLog;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunOutcome;
import io.slipway.store.problem.ProblemStore;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Solves problems of a deployment's instances: those that were chosen, or those that a look at its VMs finds. */
public final class CloudCheck {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Under this name a run notes what its look at VMs found. */
    private static final String FINDINGS = "findings";

    private final Planner planner;
    private final InstanceAgents agents;
    private final EngineServices services;
    private final ProblemStore problems;

    public CloudCheck(Planner planner, InstanceAgents agents, EngineServices services, ProblemStore problems) {
        this.planner = planner;
        this.agents = agents;
        this.services = services;
        this.problems = problems;
    }

    private record Findings(List<Resolving> found) {}

    /** Does what was chosen. */
    public RunOutcome resolve(Run run, ResolveProblems request) throws Exception {
        int solved = solve(run, request.resolving(), request.maxInFlight());
        return RunOutcome.told(solved + " resolved");
    }

    /** Makes VMs anew that are missing or whose agent does not answer. */
    public RunOutcome scanAndFix(Run run, ScanAndFix request) throws Exception {
        var resolving = found(run, request);
        if (!resolving.isEmpty()) {
            solve(run, resolving, Map.of());
        }
        return RunOutcome.told("scan and fix complete");
    }

    /** A run that begins again solves what the first look found: by now the VM that is missing may be there, half made. */
    private List<Resolving> found(Run run, ScanAndFix request) throws Exception {
        var noted = run.noted(FINDINGS);
        if (noted.isPresent()) {
            return JSON.readValue(noted.get(), Findings.class).found();
        }
        var ignored = run.start().members().stream()
                .filter(Member::isIgnored)
                .map(Member::instanceId)
                .collect(Collectors.toSet());
        var rows = services.instances().of(run.deployment()).stream()
                .filter(row -> request.instanceIds().contains(row.id()) && !ignored.contains(row.id()))
                .filter(ProblemScan::expectsVm)
                .toList();
        var found = new Findings(new ProblemScan(services.cpis(), run.log())
                .vms(rows).stream()
                        .map(row -> new Resolving(
                                row.id(),
                                row.type(),
                                row.description(),
                                row.instanceId(),
                                "",
                                ProblemKind.Resolution.RECREATE_VM.name()))
                        .toList());
        run.note(FINDINGS, JSON.writeValueAsString(found));
        return found.found();
    }

    private int solve(Run run, List<Resolving> resolving, Map<String, String> maxInFlight) throws Exception {
        var instances = planner.services(run).instances();
        return new ProblemResolver(
                        run,
                        instances,
                        agents,
                        services.cpis(),
                        services.instances(),
                        new DiskRepair(run, instances, agents, services),
                        problems)
                .run(plan(run), resolving, maxInFlight);
    }

    private DeploymentPlan plan(Run run) throws Exception {
        var order = new ChangeOrder(run.task(), run.fence(), false, true, DeployOptions.NONE);
        return planner.ofDeployed(run.with(new QuietLog(run.log())), order).plan();
    }
}
