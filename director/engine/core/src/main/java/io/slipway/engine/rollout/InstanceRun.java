package io.slipway.engine.rollout;

import io.slipway.engine.DeployOptions;
import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.DeployOptions.StateChange;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.request.DeploymentRequest.ChangeInstance;
import io.slipway.engine.run.QuietLog;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.model.ErrorCodes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts, stops, restarts or recreates one instance, and leaves all others of its deployment as they are. */
public final class InstanceRun {
    private static final int ERRAND_LIFECYCLE = 140011;
    private static final int INSTANCE_NOT_FOUND = 70001;
    private static final int FAILED = 400001;

    private final Planner planner;

    public InstanceRun(Planner planner) {
        this.planner = planner;
    }

    /** One of BOSH's steps. */
    private record Step(String title, Kind kind) {}

    public RunOutcome run(Run run, ChangeInstance request) throws Exception {
        var options = new DeployOptions(
                List.of(new StateChange(InstanceFilter.of("", request.instanceId()), request.action())),
                "",
                "",
                "",
                "",
                null,
                false);
        var order = new ChangeOrder(run.task(), run.fence(), false, request.fix(), options);
        var plan = planner.ofDeployed(run.with(new QuietLog(run.log())), order).plan();
        var instance = plan.instance(request.instanceId())
                .orElseThrow(() ->
                        new RunFailed(INSTANCE_NOT_FOUND, "Instance '" + request.instanceId() + "' doesn't exist"));
        requireAllowed(instance, request);
        planner.sources().naming().describe(plan.topology());
        var instances = planner.services(run).instances();
        // With it the state that the instance is to keep is journaled, before anything is done.
        run.journal().record(List.of(instance.member().keepingLeasesOf(present(run, request.instanceId()))));
        change(run, request, instance, instances);
        return RunOutcome.told(instance.spec().nameOf(instance.id()));
    }

    /** A deploy that failed may have left it addresses that what is deployed does not name. */
    private static @Nullable Member present(Run run, String instanceId) {
        return run.start().members().stream()
                .filter(member -> member.instanceId().equals(instanceId))
                .findFirst()
                .orElse(null);
    }

    private static void change(Run run, ChangeInstance request, PlannedInstance instance, Instances instances)
            throws Exception {
        var status = instances.inspect(instance.id());
        var steps = rest(steps(request.action(), status), status, run.key());
        if (steps.isEmpty()) {
            return;
        }
        var stage = run.log().stage("Updating instance " + instance.name(), steps.size());
        for (Step step : steps) {
            run.check();
            var goal = InstanceGoal.of(run.key(), run.task(), run.fence(), step.kind(), instance.spec())
                    .fixing(request.fix())
                    .skippingDrain(request.skipDrain());
            stage.step(step.title(), () -> reach(run, instance, goal, instances));
        }
    }

    private static void requireAllowed(PlannedInstance instance, ChangeInstance request) throws RunFailed {
        if (instance.isErrand()) {
            throw new RunFailed(
                    ERRAND_LIFECYCLE,
                    "Isolated " + request.verb()
                            + " can not be run on instances of type errand. Try the bosh run-errand command.");
        }
        if (instance.member().isIgnored()) {
            throw new RunFailed(
                    ErrorCodes.IGNORED_MODIFICATION,
                    "You are trying to change the state of the ignored instance '"
                            + instance.spec().nameOf(instance.id())
                            + "'. This operation is not allowed. You need to unignore it first.");
        }
    }

    /** What there is to do for an instance that is as it is. An agent that does not answer is not asked to stop. */
    private static List<Step> steps(Action action, InstanceStatus status) {
        boolean isRemoved = action == Action.DETACHED || action == Action.RECREATE;
        boolean isToStop = action != Action.STARTED && status.hasVm() && !status.isStopped();
        var steps = new ArrayList<Step>();
        if (isToStop && (status.isConnected() || !isRemoved)) {
            steps.add(new Step("Stopping instance", Kind.STOPPED));
        } else if (action == Action.STOPPED && status.hasVm()) {
            steps.add(new Step("Stopping instance", Kind.STOPPED));
        }
        if (isRemoved && status.hasVm()) {
            steps.add(new Step("Deleting VM", Kind.DETACHED));
        }
        if (action == Action.DETACHED || action == Action.STOPPED) {
            return steps;
        }
        if (isRemoved || !status.hasVm()) {
            steps.add(new Step("Creating VM", Kind.PREPARED));
        }
        steps.add(new Step("Starting instance", Kind.RUNNING));
        return steps;
    }

    /** A run that is begun again goes on at the step at which the one before was. */
    private static List<Step> rest(List<Step> steps, InstanceStatus status, String key) {
        if (!status.goalKey().equals(key)) {
            return steps;
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).kind().name().equals(status.goalKind())) {
                return steps.subList(i, steps.size());
            }
        }
        return steps;
    }

    private static void reach(Run run, PlannedInstance instance, InstanceGoal goal, Instances instances)
            throws RunFailed {
        var ended = instances.converge(instance.id(), goal);
        ended.account().forEach(line -> run.log().debug(instance.name() + ": " + line));
        if (!ended.succeeded()) {
            run.check();
            throw new RunFailed(FAILED, ended.failure());
        }
    }
}
