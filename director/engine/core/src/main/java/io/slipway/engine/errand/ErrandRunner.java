package io.slipway.engine.errand;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.engine.DeployOptions;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.ask.Parallel;
import io.slipway.engine.errand.ErrandTargets.Target;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.logs.LogCollector;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.RunErrand;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.store.errand.ErrandRuns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs an errand on all instances that have its job. Instances of a group that is an errand get a VM for it, which goes
 * again afterwards, however it ended. On each instance it runs once, also where a director dies meanwhile: the agent keeps
 * what came of it until that is noted in the run.
 */
public final class ErrandRunner {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int ERRAND_FAILED = 510000;
    private static final int TERMINATED = 128 + 15;

    private final Planner planner;
    private final InstanceAgents agents;
    private final LogCollector logs;
    private final ErrandRuns lastRuns;
    private final EngineSettings settings;

    public ErrandRunner(
            Planner planner, InstanceAgents agents, LogCollector logs, ErrandRuns lastRuns, EngineSettings settings) {
        this.planner = planner;
        this.agents = agents;
        this.logs = logs;
        this.lastRuns = lastRuns;
        this.settings = settings;
    }

    /** The outcome's output is a JSON object a line, one for each instance. */
    public RunOutcome run(Run run, DeploymentRequest.RunErrand request) throws Exception {
        var errand = request.errand();
        var order = new ChangeOrder(run.task(), run.fence(), false, false, DeployOptions.NONE);
        var plan = planner.ofDeployed(run, order).plan();
        var targets = new ErrandTargets(errand, settings.errandsOnStoppedInstances(), run.log()).of(plan);
        String state = ErrandTargets.stateOf(targets);
        boolean hasRun = targets.stream()
                .anyMatch(target -> run.noted(noteOf(target.instance())).isPresent());
        if (errand.whenChanged()
                && !hasRun
                && lastRuns.last(run.deployment(), errand.name()).equals(state)) {
            return RunOutcome.told("skipped - no changes detected");
        }
        var instances = planner.services(run).instances();
        var results = new ConcurrentHashMap<String, ErrandResult>();
        Parallel.each(targets, settings.maxThreads(), target -> runOn(run, errand.keepAlive(), target, instances)
                .ifPresent(result -> results.put(target.instance().id(), result)));
        if (!results.isEmpty() && results.values().stream().allMatch(ErrandResult::isGood)) {
            lastRuns.record(run.deployment(), errand.name(), state);
        }
        run.check();
        return RunOutcome.told(summary(results)).with(lines(targets, results));
    }

    private Optional<ErrandResult> runOn(Run run, boolean isKeptAlive, Target target, Instances instances)
            throws Exception {
        var instance = target.instance();
        if (!instance.isErrand()) {
            if (instances.inspect(instance.id()).hasVm()) {
                return Optional.of(perform(run, target));
            }
            run.log().warning("Skipping instance: " + instance.name() + " no matching VM reference was found");
            return Optional.empty();
        }
        var group = List.of(instance.member().group());
        ErrandResult result;
        try {
            if (run.noted(noteOf(instance)).isEmpty()) {
                run.log()
                        .stage("Creating missing vms", 1)
                        .step(instance.name(), () -> reach(run, instance, Kind.PREPARED, instances));
                run.log()
                        .stage("Updating instance", group, 1)
                        .step(instance.name() + " (canary)", () -> reach(run, instance, Kind.RUNNING, instances));
            }
            result = perform(run, target);
        } catch (Exception failure) {
            if (RunOutcome.isEnd(failure)) {
                end(run, instance, isKeptAlive, instances);
            }
            throw failure;
        }
        end(run, instance, isKeptAlive, instances);
        return Optional.of(result);
    }

    private static void end(Run run, PlannedInstance instance, boolean isKeptAlive, Instances instances)
            throws Exception {
        if (!isKeptAlive) {
            run.log()
                    .stage(
                            "Deleting errand instances",
                            List.of(instance.member().group()),
                            1)
                    .step(instance.name(), () -> reach(run, instance, Kind.DETACHED, instances));
        }
    }

    /** What is noted is done: nothing runs twice. */
    private ErrandResult perform(Run run, Target target) throws Exception {
        var instance = target.instance();
        var noted = run.noted(noteOf(instance));
        if (noted.isPresent()) {
            return ErrandResult.parse(noted.get());
        }
        String call = run.key() + "-" + instance.id();
        var answer = new AgentResult[1];
        run.log()
                .stage("Running errand", 1)
                .step(
                        instance.name(),
                        () -> answer[0] = agents.callOnce(
                                instance.id(),
                                call,
                                Command.newBuilder()
                                        .setRunErrand(RunErrand.newBuilder().setJob(target.job())),
                                LONGEST,
                                run.log()::isCancelled,
                                run.stop()));
        var member = instance.member();
        String blob = logs.collect(
                run.log(),
                List.of(new LogCollector.Order(
                        instance.id(), member.group(), member.index(), List.of(FetchLogs.Kind.JOB), List.of())));
        var result = result(run, answer[0], blob);
        run.note(noteOf(instance), result.text());
        agents.settle(instance.id(), call);
        return result;
    }

    private static String noteOf(PlannedInstance instance) {
        return "errand ran on " + instance.id();
    }

    private static ErrandResult result(Run run, AgentResult answer, String blob)
            throws InvalidProtocolBufferException, RunFailed {
        if (answer.succeeded()) {
            var errand = Success.parseFrom(answer.success()).getErrand();
            return new ErrandResult(errand.getExitCode(), errand.getStdoutTail(), errand.getStderrTail(), blob);
        }
        if (run.log().isCancelled()) {
            return new ErrandResult(TERMINATED, "", answer.failure(), blob);
        }
        throw new RunFailed(ERRAND_FAILED, "Action 'run_errand' failed: " + answer.failure());
    }

    private static void reach(Run run, PlannedInstance instance, Kind kind, Instances instances) throws RunFailed {
        var goal = InstanceGoal.of(run.key(), run.task(), run.fence(), kind, instance.spec())
                .fixing(kind == Kind.DETACHED);
        var ended = instances.converge(instance.id(), goal);
        ended.account().forEach(line -> run.log().debug(instance.name() + ": " + line));
        if (!ended.succeeded()) {
            run.check();
            throw new RunFailed(ERRAND_FAILED, ended.failure());
        }
    }

    private static String summary(Map<String, ErrandResult> results) {
        long succeeded = results.values().stream().filter(ErrandResult::isGood).count();
        long cancelled =
                results.values().stream().filter(ErrandResult::wasCancelled).count();
        return succeeded + " succeeded, " + (results.size() - succeeded - cancelled) + " errored, " + cancelled
                + " canceled";
    }

    private static String lines(List<Target> targets, Map<String, ErrandResult> results) {
        var lines = new StringBuilder();
        for (Target target : targets) {
            var result = results.get(target.instance().id());
            if (result != null) {
                lines.append(result.line(target.job(), target.instance().member()));
            }
        }
        return lines.toString();
    }
}
