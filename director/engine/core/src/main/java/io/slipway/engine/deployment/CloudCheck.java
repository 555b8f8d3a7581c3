package io.slipway.engine.deployment;

import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.TaskLog;
import java.util.concurrent.Callable;

/**
 * Solves problems of a deployment's instances: those that were chosen, or those that a scan finds. What is well again
 * meanwhile is left alone, so a run that was cut off is simply done again.
 */
final class CloudCheck {
    private final ProblemScan scan;
    private final ProblemResolver resolver;
    private final DeploymentService.DeploymentRows rows;
    private final DeploymentRequest request;
    private final Callable<PreparedDeployment> preparation;

    /** @param preparation of what was deployed last */
    CloudCheck(
            ProblemResolver.Tools tools,
            DeploymentService.DeploymentRows rows,
            TaskLog log,
            DeploymentRequest request,
            Callable<PreparedDeployment> preparation) {
        this.scan = new ProblemScan(tools.services().cpis(), log);
        this.resolver = new ProblemResolver(tools, log, request);
        this.rows = rows;
        this.request = request;
        this.preparation = preparation;
    }

    /** Returns how it ended, for people. */
    String resolve() throws Exception {
        return resolver.run(preparation.call(), request.resolving()) + " resolved";
    }

    /** Makes VMs anew that are missing or whose agent does not answer; returns how it ended, for people. */
    String scanAndFix(String deployment, DeploymentState state) throws Exception {
        var ignored = state.members().stream()
                .filter(DeploymentState.Member::isIgnored)
                .map(DeploymentState.Member::instanceId)
                .toList();
        var instances = rows.instances(deployment).stream()
                .filter(row -> request.instanceIds().contains(row.id()) && !ignored.contains(row.id()))
                .filter(ProblemScan::expectsVm)
                .toList();
        var resolving = scan.vms(instances).stream()
                .map(row -> new Resolving(
                        row.id(),
                        row.type(),
                        row.description(),
                        row.instanceId(),
                        "",
                        ProblemKind.Resolution.RECREATE_VM.name()))
                .toList();
        if (!resolving.isEmpty()) {
            resolver.run(preparation.call(), resolving);
        }
        return "scan and fix complete";
    }
}
