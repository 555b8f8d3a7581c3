package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.TaskLog;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.StepTime;
import java.util.ArrayList;
import java.util.List;

/** Starts, stops, restarts or recreates one instance, and leaves all others of its deployment as they are. */
final class InstanceAction {
    private static final int ERRAND_LIFECYCLE = 140011;
    private static final int IGNORED_MODIFICATION = 190020;
    private static final int INSTANCE_NOT_FOUND = 70001;
    private static final int FAILED = 400001;

    private final Entities entities;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final Action action;

    InstanceAction(Entities entities, TaskLog log, DeploymentRequest request) {
        this.entities = entities;
        this.log = log;
        this.request = request;
        this.action = request.options().changes().getLast().action();
    }

    /** One of BOSH's steps. */
    private record Step(String title, Kind kind) {}

    /** Returns the instance's name. */
    String run(PreparedDeployment plan) throws Exception {
        var instance = plan.instances().stream()
                .filter(each ->
                        each.member().instanceId().equals(request.options().only()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(
                        INSTANCE_NOT_FOUND, "Instance '" + request.options().only() + "' doesn't exist"));
        requireAllowed(instance);
        var status = entities.inspect(instance.member().instanceId());
        var steps = rest(steps(action, status), status, key());
        if (!steps.isEmpty()) {
            var stage = log.stage("Updating instance " + instance.name(), steps.size());
            for (Step step : steps) {
                if (log.isCancelled()) {
                    throw RunFailed.cancelled(request.task());
                }
                stage.step(step.title(), () -> reach(instance, step.kind()));
            }
        }
        return instance.spec().nameOf(instance.member().instanceId());
    }

    private void requireAllowed(PreparedInstance instance) throws RunFailed {
        if (instance.isErrand()) {
            throw new RunFailed(
                    ERRAND_LIFECYCLE,
                    "Isolated " + request.description().split(" ")[0]
                            + " can not be run on instances of type errand. Try the bosh run-errand command.");
        }
        if (instance.member().isIgnored()) {
            throw new RunFailed(
                    IGNORED_MODIFICATION,
                    "You are trying to change the state of the ignored instance '"
                            + instance.spec().nameOf(instance.member().instanceId())
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

    private void reach(PreparedInstance instance, Kind kind) throws RunFailed {
        var goal = new InstanceGoal(
                key(),
                request.task(),
                kind,
                instance.spec(),
                false,
                request.fix(),
                false,
                request.options().skipsDrainOf(instance.member().group()));
        var ended = entities.converge(instance.member().instanceId(), goal);
        log.debug(instance.name() + ": " + StepTime.line(ended.times()));
        if (log.isCancelled() && !ended.succeeded()) {
            throw RunFailed.cancelled(request.task());
        }
        if (!ended.succeeded()) {
            throw new RunFailed(FAILED, ended.failure());
        }
    }

    private String key() {
        return "task-" + request.task();
    }
}
