package io.slipway.engine.errand;

import io.slipway.engine.ErrandRun;
import io.slipway.engine.TaskLog;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.plan.Digests;
import io.slipway.engine.plan.PlannedGroup;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Finds out on which instances an errand runs, by BOSH's rules. */
final class ErrandTargets {
    private static final int JOB_NOT_FOUND = 70009;
    private static final int INSTANCE_NOT_FOUND = 70001;
    private static final int ERRAND_FAILED = 510000;

    private final ErrandRun errand;
    private final boolean allowsStopped;
    private final TaskLog log;

    /** @param allowsStopped whether an errand may run on an instance whose jobs are stopped, if it has a VM */
    ErrandTargets(ErrandRun errand, boolean allowsStopped, TaskLog log) {
        this.errand = errand;
        this.allowsStopped = allowsStopped;
        this.log = log;
    }

    /** An instance to run on, and the job whose errand it is. */
    record Target(PlannedInstance instance, String job) {}

    List<Target> of(DeploymentPlan plan) throws RunFailed {
        var targets = new ArrayList<Target>();
        boolean isJob = false;
        for (PlannedGroup group : plan.groups()) {
            if (group.instances().stream().anyMatch(this::hasJob)) {
                isJob = true;
                targets.addAll(meant(group));
            }
        }
        if (!isJob) {
            targets.addAll(ofGroup(plan));
        } else if (plan.groups().stream().anyMatch(group -> group.name().equals(errand.name()))) {
            log.warning("Ambiguous request: the requested errand name '" + errand.name()
                    + "' matches both a job name and an errand instance group name. Executing errand on all relevant"
                    + " instances with job '" + errand.name() + "'.");
        }
        if (targets.isEmpty()) {
            throw new RunFailed(INSTANCE_NOT_FOUND, "No instances match selection criteria: " + errand.instances());
        }
        return targets;
    }

    private List<Target> ofGroup(DeploymentPlan plan) throws RunFailed {
        var group = plan.groups().stream()
                .filter(one -> one.name().equals(errand.name()))
                .findFirst()
                .orElseThrow(() -> new RunFailed(JOB_NOT_FOUND, "Errand '" + errand.name() + "' doesn't exist"));
        if (group.instances().isEmpty()) {
            throw new RunFailed(INSTANCE_NOT_FOUND, "Instance '" + errand.name() + "/0' doesn't exist");
        }
        var first = group.instances().getFirst();
        if (!first.isErrand()) {
            throw new RunFailed(
                    ERRAND_FAILED,
                    "Instance group '" + errand.name()
                            + "' is not an errand. To mark an instance group as an errand set"
                            + " its lifecycle to 'errand' in the deployment manifest.");
        }
        if (!errand.instances().isEmpty()) {
            throw new RunFailed(
                    ERRAND_FAILED,
                    "Filtering by instances is not supported when running errand by instance group name");
        }
        return List.of(new Target(first, first.spec().jobNames().getFirst()));
    }

    /** Of a group that is an errand the first instance alone. */
    private List<Target> meant(PlannedGroup group) throws RunFailed {
        var instances = group.instances();
        var candidates = instances.getFirst().isErrand() ? instances.subList(0, 1) : instances;
        String firstId =
                instances.stream().map(PlannedInstance::id).sorted().findFirst().orElse("");
        var meant = new ArrayList<Target>();
        for (PlannedInstance instance : candidates) {
            var member = instance.member();
            if (errand.isMeant(member.group(), member.index(), member.instanceId(), firstId)) {
                requireAllowed(instance);
                meant.add(new Target(instance, errand.name()));
            }
        }
        if (meant.size() > 1) {
            log.warning(
                    "Executing errand on multiple instances in parallel. Use the `--instance` flag to run the errand"
                            + " on a single instance.");
        }
        return meant;
    }

    private void requireAllowed(PlannedInstance instance) throws RunFailed {
        if (!instance.member().isStarted() && !allowsStopped) {
            throw new RunFailed(
                    ERRAND_FAILED,
                    "Instance(s) '" + instance.spec().nameOf(instance.id())
                            + "' is stopped, unable to run errand. Maybe start vm?");
        }
    }

    private boolean hasJob(PlannedInstance instance) {
        return instance.spec().jobNames().contains(errand.name());
    }

    /** What decides whether anything has changed since the errand ran on them. */
    static String stateOf(List<Target> targets) {
        var hashes = new LinkedHashMap<String, String>();
        targets.forEach(target ->
                hashes.put(target.instance().id(), target.instance().spec().hash()));
        return Digests.sha256(Yaml.canonicalJson(hashes));
    }
}
