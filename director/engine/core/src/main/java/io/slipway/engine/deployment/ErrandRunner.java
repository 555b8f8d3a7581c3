package io.slipway.engine.deployment;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.engine.Agents;
import io.slipway.engine.ErrandRun;
import io.slipway.engine.TaskLog;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.logs.LogCollector;
import io.slipway.model.yaml.Yaml;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.ErrandResult;
import io.slipway.protocol.agent.v1.FetchLogs;
import io.slipway.protocol.agent.v1.RunErrand;
import io.slipway.protocol.agent.v1.Success;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs an errand on all instances that have its job. Instances of a group that is an errand get a VM for it, which goes
 * again afterwards, however it ended.
 */
final class ErrandRunner {
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int JOB_NOT_FOUND = 70009;
    private static final int INSTANCE_NOT_FOUND = 70001;
    private static final int ERRAND_FAILED = 510000;
    private static final int SIGNALLED = 128;

    private final Entities entities;
    private final Agents agents;
    private final LogCollector logs;
    private final PlanSources sources;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final ErrandRun run;
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    /** What errands are run with. */
    record Tools(Entities entities, Agents agents, LogCollector logs, PlanSources sources) {}

    ErrandRunner(Tools tools, TaskLog log, DeploymentRequest request) {
        this.entities = tools.entities();
        this.agents = tools.agents();
        this.logs = tools.logs();
        this.sources = tools.sources();
        this.log = log;
        this.request = request;
        this.run = Objects.requireNonNull(request.errand());
    }

    /** An instance to run on, and the job whose errand it is. */
    private record Target(PreparedInstance instance, String job) {}

    /** Returns a line for people. */
    String run(String deployment, PreparedDeployment plan, int maxThreads) throws Exception {
        var targets = targets(plan);
        String state = stateOf(targets);
        if (run.whenChanged() && sources.lastErrand(deployment, run.name()).equals(state)) {
            return "skipped - no changes detected";
        }
        Parallel.each(targets, maxThreads, this::runOn);
        if (failed.get() == 0 && cancelled.get() == 0) {
            sources.recordErrand(deployment, run.name(), state);
        }
        if (log.isCancelled()) {
            throw RunFailed.cancelled(request.task());
        }
        return succeeded + " succeeded, " + failed + " errored, " + cancelled + " canceled";
    }

    private List<Target> targets(PreparedDeployment plan) throws RunFailed {
        var targets = new ArrayList<Target>();
        boolean isJob = false;
        for (PreparedGroup group : plan.groups()) {
            boolean hasJob = group.instances().stream().anyMatch(instance -> hasJob(instance, run.name()));
            isJob |= hasJob;
            if (hasJob) {
                targets.addAll(meant(group, run.name()));
            }
        }
        if (!isJob) {
            targets.addAll(ofGroup(plan));
        }
        if (targets.isEmpty()) {
            throw new RunFailed(INSTANCE_NOT_FOUND, "No instances match selection criteria: " + run.instances());
        }
        return targets;
    }

    private List<Target> ofGroup(PreparedDeployment plan) throws RunFailed {
        var group = plan.groups().stream()
                .filter(one -> one.name().equals(run.name()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(JOB_NOT_FOUND, "Errand '" + run.name() + "' doesn't exist"));
        if (group.instances().isEmpty()) {
            throw new RunFailed(INSTANCE_NOT_FOUND, "Instance '" + run.name() + "/0' doesn't exist");
        }
        var first = group.instances().getFirst();
        if (!first.isErrand()) {
            throw new RunFailed(
                    ERRAND_FAILED,
                    "Instance group '" + run.name() + "' is not an errand. To mark an instance group as an errand set"
                            + " its lifecycle to 'errand' in the deployment manifest.");
        }
        if (!run.instances().isEmpty()) {
            throw new RunFailed(
                    ERRAND_FAILED,
                    "Filtering by instances is not supported when running errand by instance group name");
        }
        String job = first.spec().jobNames().getFirst();
        return List.of(new Target(first, job));
    }

    /** Of a group that is an errand the first instance alone, as BOSH has it. */
    private List<Target> meant(PreparedGroup group, String job) throws RunFailed {
        var instances = group.instances();
        var candidates = !instances.isEmpty() && instances.getFirst().isErrand() ? instances.subList(0, 1) : instances;
        var meant = new ArrayList<Target>();
        for (PreparedInstance instance : candidates) {
            var member = instance.member();
            if (!run.isMeant(member.group(), member.index(), member.instanceId())) {
                continue;
            }
            if (!member.lastingState().equals(DeploymentState.Member.STARTED)) {
                throw new RunFailed(
                        ERRAND_FAILED,
                        "Instance(s) '" + member.group() + "/" + member.instanceId()
                                + "' is stopped, unable to run errand. Maybe start vm?");
            }
            meant.add(new Target(instance, job));
        }
        return meant;
    }

    private void runOn(Target target) throws Exception {
        if (!target.instance().isErrand()) {
            perform(target);
            return;
        }
        try {
            log.stage("Creating missing vms", 1)
                    .step(target.instance().name(), () -> reach(target.instance(), Kind.PREPARED));
            log.stage("Updating instance", List.of(target.instance().member().group()), 1)
                    .step(target.instance().name() + " (canary)", () -> reach(target.instance(), Kind.RUNNING));
            perform(target);
        } finally {
            if (!run.keepAlive()) {
                log.stage(
                                "Deleting errand instances",
                                List.of(target.instance().member().group()),
                                1)
                        .step(target.instance().name(), () -> reach(target.instance(), Kind.DETACHED));
            }
        }
    }

    private void perform(Target target) throws Exception {
        var instance = target.instance();
        var result = new AgentResult[1];
        log.stage("Running errand", 1)
                .step(
                        instance.name(),
                        () -> result[0] = agents.call(
                                instance.member().instanceId(),
                                Command.newBuilder()
                                        .setRunErrand(RunErrand.newBuilder().setJob(target.job())),
                                LONGEST,
                                log::isCancelled));
        var outcome = outcome(result[0]);
        count(outcome.getExitCode());
        var member = instance.member();
        String blob = logs.collect(
                log,
                List.of(new LogCollector.Order(
                        member.instanceId(), member.group(), member.index(), List.of(FetchLogs.Kind.JOB), List.of())));
        log.result(Yaml.canonicalJson(shape(member, outcome, blob)) + "\n");
    }

    private ErrandResult outcome(AgentResult result) throws InvalidProtocolBufferException, RunFailed {
        if (result.succeeded()) {
            return Success.parseFrom(result.success()).getErrand();
        }
        if (log.isCancelled()) {
            return ErrandResult.newBuilder()
                    .setExitCode(SIGNALLED + 15)
                    .setStderrTail(result.failure())
                    .build();
        }
        throw new RunFailed(ERRAND_FAILED, "Action 'run_errand' failed: " + result.failure());
    }

    private void count(int exitCode) {
        if (exitCode == 0) {
            succeeded.incrementAndGet();
        } else if (exitCode > SIGNALLED) {
            cancelled.incrementAndGet();
        } else {
            failed.incrementAndGet();
        }
    }

    private Map<String, Object> shape(DeploymentState.Member member, ErrandResult outcome, String blob) {
        var shape = new LinkedHashMap<String, Object>();
        shape.put("instance", Map.of("group", member.group(), "id", member.instanceId()));
        shape.put("errand_name", run.name());
        shape.put("exit_code", outcome.getExitCode());
        shape.put("stdout", outcome.getStdoutTail());
        shape.put("stderr", outcome.getStderrTail());
        shape.put("logs", Map.of("blobstore_id", blob, "sha1", ""));
        return shape;
    }

    private void reach(PreparedInstance instance, Kind kind) throws RunFailed {
        var ended = entities.converge(
                instance.member().instanceId(),
                new InstanceGoal(
                        "task-" + request.task(),
                        request.task(),
                        kind,
                        instance.spec(),
                        false,
                        kind == Kind.DETACHED,
                        false,
                        false));
        if (!ended.succeeded()) {
            throw new RunFailed(ERRAND_FAILED, ended.failure());
        }
    }

    private static boolean hasJob(PreparedInstance instance, String job) {
        return instance.spec().jobNames().contains(job);
    }

    private static String stateOf(List<Target> targets) {
        var hashes = new LinkedHashMap<String, String>();
        targets.forEach(target -> hashes.put(
                target.instance().member().instanceId(),
                target.instance().spec().hash()));
        return Digests.sha256(Yaml.canonicalJson(hashes));
    }
}
