package io.slipway.engine.deployment;

import io.slipway.engine.Agents;
import io.slipway.engine.Cpis;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.EngineServices;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.ProblemKind.Resolution;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.RunScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does about problems what was chosen: group by group as a deploy updates them, so many at a time. One problem that
 * cannot be solved does not keep the others from being solved.
 */
final class ProblemResolver {
    private static final Duration POST_DEPLOY = Duration.ofMinutes(1);
    private static final Duration REBOOT = Duration.ofMinutes(10);
    private static final int AT_A_TIME = 32;
    private static final int UNKNOWN = 100;

    private final Entities entities;
    private final Agents agents;
    private final DiskRepair disks;
    private final Cpis cpis;
    private final PlanSources sources;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final AtomicInteger resolved = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    /** What problems are solved with. */
    record Tools(Entities entities, Agents agents, EngineServices services, PlanSources sources) {}

    ProblemResolver(Tools tools, TaskLog log, DeploymentRequest request) {
        this.entities = tools.entities();
        this.agents = tools.agents();
        this.disks = new DiskRepair(tools.entities(), tools.agents(), tools.services(), log);
        this.cpis = tools.services().cpis();
        this.sources = tools.sources();
        this.log = log;
        this.request = request;
    }

    /** Returns how many were solved. */
    int run(PreparedDeployment plan, List<Resolving> all) throws Exception {
        var stage = log.stage("Applying problem resolutions", all.size());
        var left = new ArrayList<>(all);
        for (List<PreparedGroup> together : PreparedGroup.together(plan.groups())) {
            Parallel.each(together, together.size(), group -> {
                var problems = all.stream().filter(one -> isOf(group, one)).toList();
                Parallel.each(problems, atATime(group, problems.size()), one -> take(stage, plan, one));
            });
            together.forEach(group -> left.removeIf(one -> isOf(group, one)));
        }
        for (Resolving one : left) {
            take(stage, plan, one);
        }
        if (!failures.isEmpty()) {
            throw new RunFailed(UNKNOWN, String.join("\n", failures));
        }
        if (resolved.get() > 0) {
            runPostDeploy(plan);
        }
        return resolved.get();
    }

    private static boolean isOf(PreparedGroup group, Resolving one) {
        return group.instances().stream()
                .anyMatch(instance -> instance.member().instanceId().equals(one.instanceId()));
    }

    private int atATime(PreparedGroup group, int size) {
        String override = request.maxInFlightOverrides().get(group.name());
        return override == null
                ? group.update().maxInFlightOf(size)
                : Math.max(1, DeployOptions.amount(override, size));
    }

    private void take(TaskLog.Stage stage, PreparedDeployment plan, Resolving one) throws RunFailed {
        if (log.isCancelled()) {
            throw RunFailed.cancelled(request.task());
        }
        var kind = ProblemKind.of(one.type());
        var resolution = Resolution.valueOf(one.resolution());
        String which = one.problem() == 0 ? one.instanceId() : Long.toString(one.problem());
        try {
            stage.step(
                    one.description() + " (" + one.type() + " " + which + "): " + kind.planOf(resolution),
                    () -> resolve(plan, one, kind, resolution));
            if (resolution != Resolution.IGNORE) {
                sources.problemSolved(one.problem());
            }
            resolved.incrementAndGet();
        } catch (Exception failure) {
            failures.add("Error resolving problem '" + which + "': " + failure.getMessage());
        }
    }

    private void resolve(PreparedDeployment plan, Resolving one, ProblemKind kind, Resolution resolution)
            throws Exception {
        if (kind == ProblemKind.UNRESPONSIVE_AGENT && resolution != Resolution.IGNORE) {
            requireSilent(one);
        }
        switch (resolution) {
            case IGNORE -> {}
            case REBOOT_VM -> reboot(one);
            case RECREATE_VM -> converge(plan, one, Kind.RUNNING);
            case RECREATE_VM_WITHOUT_WAIT -> converge(plan, one, Kind.STARTED);
            case DELETE_VM -> lose(one, false);
            case DELETE_VM_REFERENCE -> lose(one, true);
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

    private void requireSilent(Resolving one) throws RunFailed {
        if (entities.inspect(one.instanceId()).isConnected()) {
            throw new RunFailed(UNKNOWN, "Agent is responding now, skipping resolution");
        }
    }

    private void reboot(Resolving one) throws RunFailed {
        var vm = entities.inspect(one.instanceId());
        cpis.of(vm.cpi(), log).rebootVm(vm.vmCid());
        if (!entities.awaitAgent(one.instanceId(), REBOOT, log::isCancelled)) {
            throw new RunFailed(UNKNOWN, "Agent still unresponsive after reboot");
        }
    }

    private void lose(Resolving one, boolean isOnlyForgotten) throws RunFailed {
        String cid = entities.inspect(one.instanceId()).vmCid();
        if (cid.isEmpty()) {
            return;
        }
        String failure = entities.loseVm(one.instanceId(), cid, isOnlyForgotten);
        if (!failure.isEmpty()) {
            throw new RunFailed(UNKNOWN, failure);
        }
    }

    /** Jobs that were stopped stay so on the new VM. */
    private void converge(PreparedDeployment plan, Resolving one, Kind wanted) throws RunFailed {
        var instance = instanceOf(plan, one);
        var kind = instance.member().lastingState().equals("stopped") ? Kind.STOPPED : wanted;
        var goal = new InstanceGoal(
                "task-" + request.task(), request.task(), kind, instance.spec(), true, true, false, true);
        var ended = entities.converge(one.instanceId(), goal);
        if (!ended.succeeded()) {
            throw new RunFailed(UNKNOWN, ended.failure());
        }
    }

    private static PreparedInstance instanceOf(PreparedDeployment plan, Resolving one) throws RunFailed {
        return plan.instances().stream()
                .filter(each -> each.member().instanceId().equals(one.instanceId()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(UNKNOWN, "the instance is not of the deployment any more"));
    }

    /** As BOSH: on all VMs, and an agent that is silent does no harm. */
    private void runPostDeploy(PreparedDeployment plan) throws Exception {
        Parallel.each(plan.instances(), AT_A_TIME, instance -> {
            var id = instance.member().instanceId();
            if (!entities.inspect(id).isConnected()) {
                return;
            }
            try {
                var script = RunScript.newBuilder().setName("post-deploy");
                var ended = agents.call(id, Command.newBuilder().setRunScript(script), POST_DEPLOY, log::isCancelled);
                if (!ended.succeeded()) {
                    log.warning(instance.name() + ": post-deploy failed: " + ended.failure());
                }
            } catch (RequestRefused silent) {
                log.debug(instance.name() + ": " + silent.getMessage());
            }
        });
    }
}
