package io.slipway.engine.problem;

import io.slipway.engine.Cpis;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.Problems.Resolving;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.ask.Parallel;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PlannedGroup;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.problem.ProblemKind.Resolution;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.engine.state.InstanceRows;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.RunScript;
import io.slipway.store.problem.ProblemStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does about problems what was chosen: group by group as a deploy updates them, so many at a time. One problem that
 * cannot be solved does not keep the others from being solved.
 */
final class ProblemResolver {
    private static final Duration POST_DEPLOY = Duration.ofMinutes(1);
    private static final Duration REBOOT = Duration.ofMinutes(10);
    private static final Duration REBOOT_AGAIN = Duration.ofMinutes(1);
    private static final int AT_A_TIME = 32;
    private static final int UNKNOWN = 100;

    private final Run run;
    private final Instances instances;
    private final InstanceAgents agents;
    private final Cpis cpis;
    private final InstanceRows rows;
    private final DiskRepair disks;
    private final ProblemStore problems;
    private final AtomicInteger resolved = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    ProblemResolver(
            Run run,
            Instances instances,
            InstanceAgents agents,
            Cpis cpis,
            InstanceRows rows,
            DiskRepair disks,
            ProblemStore problems) {
        this.run = run;
        this.instances = instances;
        this.agents = agents;
        this.cpis = cpis;
        this.rows = rows;
        this.disks = disks;
        this.problems = problems;
    }

    /**
     * Returns how many were solved.
     *
     * @param maxInFlight how many are solved at a time, by instance group, where that is not as the plan says
     */
    int run(DeploymentPlan plan, List<Resolving> all, Map<String, String> maxInFlight) throws Exception {
        var stage = run.log().stage("Applying problem resolutions", all.size());
        var left = new ArrayList<>(all);
        for (List<PlannedGroup> together : PlannedGroup.together(plan.groups())) {
            Parallel.each(together, together.size(), group -> {
                var ofGroup = all.stream().filter(one -> isOf(group, one)).toList();
                Parallel.each(ofGroup, atATime(group, ofGroup.size(), maxInFlight), one -> take(stage, plan, one));
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

    private static boolean isOf(PlannedGroup group, Resolving one) {
        return group.instances().stream()
                .anyMatch(instance -> instance.member().instanceId().equals(one.instanceId()));
    }

    private static int atATime(PlannedGroup group, int size, Map<String, String> maxInFlight) {
        String override = maxInFlight.get(group.name());
        return override == null
                ? group.update().maxInFlightOf(size)
                : Math.max(1, DeployOptions.amount(override, size));
    }

    /**
     * What is noted is solved: a run that begins again neither reboots nor deletes anything once more. What was only begun
     * is gone on with, whatever the agent says by now: it may be the new VM's.
     */
    private void take(TaskLog.Stage stage, DeploymentPlan plan, Resolving one) throws Exception {
        run.check();
        var kind = ProblemKind.of(one.type());
        var resolution = Resolution.valueOf(one.resolution());
        String which = one.problem() == 0 ? one.instanceId() : Long.toString(one.problem());
        String note = "solved " + one.type() + " " + which + " of " + one.instanceId() + " " + one.diskCid();
        try {
            if (run.noted(note).isEmpty()) {
                stage.step(
                        one.description() + " (" + one.type() + " " + which + "): " + kind.planOf(resolution),
                        () -> resolve(plan, one, kind, resolution));
                run.note(note, resolution.name());
            }
            if (resolution != Resolution.IGNORE) {
                problems.remove(one.problem());
            }
            resolved.incrementAndGet();
        } catch (Exception failure) {
            if (!RunOutcome.isEnd(failure)) {
                throw failure;
            }
            failures.add("Error resolving problem '" + which + "': " + failure.getMessage());
        }
    }

    private void resolve(DeploymentPlan plan, Resolving one, ProblemKind kind, Resolution resolution) throws Exception {
        String begun = "began " + one.type() + " " + one.instanceId() + " " + one.diskCid();
        boolean isBegun = run.noted(begun).isPresent();
        if (kind == ProblemKind.UNRESPONSIVE_AGENT && resolution != Resolution.IGNORE && !isBegun) {
            requireSilent(one);
            run.note(begun, resolution.name());
        }
        switch (resolution) {
            case IGNORE -> {}
            case REBOOT_VM -> reboot(one);
            case RECREATE_VM -> recreate(plan, one, Kind.RUNNING);
            case RECREATE_VM_WITHOUT_WAIT -> recreate(plan, one, Kind.STARTED);
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
        if (instances.inspect(one.instanceId()).isConnected()) {
            throw new RunFailed(UNKNOWN, "Agent is responding now, skipping resolution");
        }
    }

    /** A VM that was rebooted when the run was cut off is given the time to come back, before it is rebooted once more. */
    private void reboot(Resolving one) throws RunFailed {
        String rebooting = "reboots " + one.instanceId();
        if (run.noted(rebooting).isPresent()
                && instances.awaitAgent(one.instanceId(), REBOOT_AGAIN, run.log()::isCancelled)) {
            return;
        }
        run.note(rebooting, "");
        var vm = instances.inspect(one.instanceId());
        cpis.of(vm.cpi(), run.log()).rebootVm(vm.vmCid());
        if (!instances.awaitAgent(one.instanceId(), REBOOT, run.log()::isCancelled)) {
            throw new RunFailed(UNKNOWN, "Agent still unresponsive after reboot");
        }
    }

    private void lose(Resolving one, boolean isOnlyForgotten) throws RunFailed {
        String cid = instances.inspect(one.instanceId()).vmCid();
        if (cid.isEmpty()) {
            return;
        }
        String failure = instances.loseVm(one.instanceId(), cid, isOnlyForgotten, run.fence());
        if (!failure.isEmpty()) {
            throw new RunFailed(UNKNOWN, failure);
        }
    }

    private void recreate(DeploymentPlan plan, Resolving one, Kind wanted) throws RunFailed {
        forgetDead(one);
        converge(plan, one, wanted);
    }

    /**
     * Nobody needs to wait for the agent of a VM that is gone or off, as for one that may say goodbye. Done once: by the next
     * beginning of the run, the instance may have another VM.
     */
    private void forgetDead(Resolving one) throws RunFailed {
        String note = "dead VM of " + one.instanceId();
        if (run.noted(note).isPresent()) {
            return;
        }
        var vm = instances.inspect(one.instanceId());
        if (!vm.vmCid().isEmpty() && !vm.isConnected() && isDead(one, vm.vmCid(), vm.cpi())) {
            String failure = instances.loseVm(one.instanceId(), vm.vmCid(), false, run.fence());
            if (!failure.isEmpty()) {
                run.log().debug("VM " + vm.vmCid() + " is dead, and waited for all the same: " + failure);
            }
        }
        run.note(note, "");
    }

    private boolean isDead(Resolving one, String cid, String cpiName) {
        var cpi = cpis.of(cpiName, run.log());
        if (!cpi.hasVm(cid)) {
            return true;
        }
        return rows.of(run.deployment()).stream()
                .filter(row -> row.id().equals(one.instanceId()) && row.vmCid().equals(cid))
                .flatMap(row -> cpi.findVm(row.agentId()).stream())
                .anyMatch(found -> found.cid().equals(cid) && !found.isRunning());
    }

    /** Jobs that were stopped stay so on the new VM. */
    private void converge(DeploymentPlan plan, Resolving one, Kind wanted) throws RunFailed {
        var instance = instanceOf(plan, one);
        var kind = instance.member().lastingState().equals(Member.STOPPED) ? Kind.STOPPED : wanted;
        var goal = InstanceGoal.of(run.key(), run.task(), run.fence(), kind, instance.spec())
                .recreating(true)
                .fixing(true)
                .skippingDrain(true);
        var ended = instances.converge(one.instanceId(), goal);
        ended.account().forEach(line -> run.log().debug(instance.name() + ": " + line));
        if (!ended.succeeded()) {
            throw new RunFailed(UNKNOWN, ended.failure());
        }
    }

    private static PlannedInstance instanceOf(DeploymentPlan plan, Resolving one) throws RunFailed {
        return plan.instance(one.instanceId())
                .orElseThrow(() -> new RunFailed(UNKNOWN, "the instance is not of the deployment any more"));
    }

    /** As BOSH: on all VMs, and an agent that is silent does no harm. */
    private void runPostDeploy(DeploymentPlan plan) throws Exception {
        Parallel.each(plan.instances(), AT_A_TIME, instance -> {
            var id = instance.member().instanceId();
            if (!instances.inspect(id).isConnected()) {
                return;
            }
            try {
                var script = RunScript.newBuilder().setName("post-deploy");
                var ended =
                        agents.call(id, Command.newBuilder().setRunScript(script), POST_DEPLOY, run.log()::isCancelled);
                if (!ended.succeeded()) {
                    run.log().warning(instance.name() + ": post-deploy failed: " + ended.failure());
                }
            } catch (RequestRefused silent) {
                run.log().debug(instance.name() + ": " + silent.getMessage());
            }
        });
    }
}
