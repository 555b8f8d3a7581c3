package io.slipway.engine.deployment;

import io.slipway.engine.Agents;
import io.slipway.engine.Cpis;
import io.slipway.engine.EngineServices;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.ProblemKind.Resolution;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import java.util.ArrayList;
import java.util.List;

/** Does about problems what an operator chose. One that cannot be solved does not keep the others from being solved. */
final class ProblemResolver {
    private static final int AGENT_FAILED = 450001;

    private final Entities entities;
    private final DiskRepair disks;
    private final Cpis cpis;
    private final PlanSources sources;
    private final TaskLog log;
    private final DeploymentRequest request;

    /** What problems are solved with. */
    record Tools(Entities entities, Agents agents, EngineServices services, PlanSources sources) {}

    ProblemResolver(Tools tools, TaskLog log, DeploymentRequest request) {
        this.entities = tools.entities();
        this.disks = new DiskRepair(tools.entities(), tools.agents(), tools.services(), log);
        this.cpis = tools.services().cpis();
        this.sources = tools.sources();
        this.log = log;
        this.request = request;
    }

    /** Returns a line for people. */
    String run(PreparedDeployment plan) throws RunFailed {
        List<Resolving> all = request.resolving();
        var stage = log.stage("Applying problem resolutions", all.size());
        var failures = new ArrayList<String>();
        for (Resolving one : all) {
            if (log.isCancelled()) {
                throw RunFailed.cancelled(request.task());
            }
            var resolution = Resolution.valueOf(one.resolution());
            try {
                stage.step(
                        one.description() + " (" + one.type() + " " + one.problem() + "): " + resolution.plan(),
                        () -> resolve(plan, one, resolution));
                if (resolution != Resolution.IGNORE) {
                    sources.problemSolved(one.problem());
                }
            } catch (Exception failure) {
                failures.add("Error resolving problem '" + one.problem() + "': " + failure.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new RunFailed(AGENT_FAILED, String.join("; ", failures));
        }
        return all.size() + " resolved";
    }

    private void resolve(PreparedDeployment plan, Resolving one, Resolution resolution) throws Exception {
        switch (resolution) {
            case IGNORE -> {}
            case REBOOT_VM -> reboot(one);
            case RECREATE_VM, RECREATE_VM_WITHOUT_WAIT -> converge(plan, one, Kind.RUNNING);
            case DELETE_VM, DELETE_VM_REFERENCE -> converge(plan, one, Kind.DETACHED);
            case DELETE_DISK_REFERENCE -> disks.forget(one, instanceOf(plan, one));
            case DELETE_DISK -> disks.drop(one, instanceOf(plan, one));
            case ACTIVATE_DISK -> disks.activate(one);
            case REATTACH_DISK -> disks.reattach(one);
            case REATTACH_DISK_AND_REBOOT -> {
                disks.reattach(one);
                reboot(one);
            }
        }
    }

    private void reboot(Resolving one) {
        var vm = entities.inspect(one.instanceId());
        cpis.of(vm.cpi(), log).rebootVm(vm.vmCid());
    }

    private void converge(PreparedDeployment plan, Resolving one, Kind kind) throws RunFailed {
        var instance = instanceOf(plan, one);
        var goal = new InstanceGoal(
                "task-" + request.task(), request.task(), kind, instance.spec(), true, true, false, true);
        var ended = entities.converge(one.instanceId(), goal);
        if (!ended.succeeded()) {
            throw new RunFailed(AGENT_FAILED, ended.failure());
        }
    }

    private static PreparedInstance instanceOf(PreparedDeployment plan, Resolving one) throws RunFailed {
        return plan.instances().stream()
                .filter(each -> each.member().instanceId().equals(one.instanceId()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(AGENT_FAILED, "the instance is not of the deployment any more"));
    }
}
