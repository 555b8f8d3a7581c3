package io.slipway.engine.deployment;

import io.slipway.engine.EngineSettings;
import io.slipway.engine.TaskLog;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.StepTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Leads instances to what a plan says: deletes what is not needed, makes missing VMs, then updates group by group,
 * canaries first. Goals are keyed by the task, so that a rollout that is begun again asks for the same goals.
 */
final class Rollout {
    private static final int IGNORED_INSTANCES_DELETION = 190021;

    private final Entities entities;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final ActorRef<DeploymentCommand> deployment;
    private final int maxThreads;
    private final boolean growDisksInPlace;
    private final String name;

    Rollout(
            Entities entities,
            TaskLog log,
            DeploymentRequest request,
            ActorRef<DeploymentCommand> deployment,
            EngineSettings settings,
            String name) {
        this.name = name;
        this.entities = entities;
        this.log = log;
        this.request = request;
        this.deployment = deployment;
        this.maxThreads = settings.maxThreads();
        this.growDisksInPlace = settings.growDisksInPlace();
    }

    void run(PreparedDeployment plan) throws Exception {
        if (request.options().only().isEmpty()) {
            requireNoneIgnored(plan.obsolete());
            delete("Deleting unneeded instances", plan.obsolete());
        }
        var change = new InstanceChange(request, inspect(plan.instances()));
        createMissingVms(plan, change);
        for (List<PreparedGroup> together : waves(plan.groups())) {
            checkCancelled();
            Parallel.each(together, together.size(), group -> update(group, change));
        }
        runPostDeploy(plan, change);
    }

    private static void requireNoneIgnored(List<DeploymentState.Member> obsolete) throws RunFailed {
        for (var member : obsolete) {
            if (member.isIgnored()) {
                throw new RunFailed(
                        IGNORED_INSTANCES_DELETION,
                        "'" + member.group() + "/" + member.instanceId()
                                + "' would be deleted, and is ignored: unignore it first");
            }
        }
    }

    /** As BOSH: once all are up, every instance's post-deploy scripts run, if anything changed at all. */
    private void runPostDeploy(PreparedDeployment plan, InstanceChange change) throws Exception {
        var live = plan.instances().stream()
                .filter(instance -> change.isConcerned(instance) && change.isStarted(instance))
                .toList();
        if (live.stream().anyMatch(change::isNeeded)) {
            checkCancelled();
            Parallel.each(live, maxThreads, instance -> reach(instance, Kind.POST_DEPLOYED, change));
        }
    }

    /** Deletes the whole deployment. */
    void deleteAll(List<DeploymentState.Member> members) throws Exception {
        requireNoneIgnored(members);
        delete("Deleting instances", members);
    }

    /** Deletes members with their VMs; their disks become orphans, unless they are to go too. */
    private void delete(String stageName, List<DeploymentState.Member> members) throws Exception {
        if (members.isEmpty()) {
            return;
        }
        var stage = log.stage(stageName, members.size());
        Parallel.each(members, maxThreads, member -> {
            checkCancelled();
            String name = member.group() + "/" + member.instanceId() + " (" + member.index() + ")";
            stage.step(name, () -> deleteMember(member));
        });
    }

    private void deleteMember(DeploymentState.Member member) throws RunFailed {
        var ended = entities.converge(
                member.instanceId(),
                new InstanceGoal(
                        key(),
                        request.task(),
                        Kind.DELETED,
                        GoneSpec.of(name, member),
                        false,
                        true,
                        request.deleteDisks(),
                        false,
                        request.force(),
                        DiskOrder.NONE));
        log.debug(member.group() + "/" + member.instanceId() + " (" + member.index() + "): "
                + StepTime.line(ended.times()));
        if (!ended.succeeded()) {
            throw new RunFailed(450002, ended.failure());
        }
        NetworkPlanner.release(entities, member);
        entities.recordRemoval(deployment, member.instanceId());
    }

    private Map<String, InstanceStatus> inspect(List<PreparedInstance> instances) throws Exception {
        var found = new ConcurrentHashMap<String, InstanceStatus>();
        Parallel.each(
                instances,
                128,
                instance -> found.put(
                        instance.member().instanceId(),
                        entities.inspect(instance.member().instanceId())));
        return found;
    }

    private void createMissingVms(PreparedDeployment plan, InstanceChange change) throws Exception {
        var missing = plan.instances().stream()
                .filter(instance ->
                        change.isConcerned(instance) && change.isStarted(instance) && !change.hasVm(instance))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        var stage = log.stage("Creating missing vms", missing.size());
        Parallel.each(missing, maxThreads, instance -> {
            checkCancelled();
            stage.step(instance.name(), () -> reach(instance, Kind.PREPARED, change));
        });
    }

    private void update(PreparedGroup group, InstanceChange change) throws Exception {
        var changed = group.instances().stream().filter(change::isNeeded).toList();
        if (changed.isEmpty()) {
            return;
        }
        var stage = log.stage("Updating instance", List.of(group.name()), changed.size());
        int canaries = Math.min(Math.max(0, group.canaries()), changed.size());
        for (PreparedInstance canary : changed.subList(0, canaries)) {
            checkCancelled();
            stage.step(canary.name() + " (canary)", () -> change(canary, change));
        }
        Parallel.each(changed.subList(canaries, changed.size()), group.maxInFlight(), instance -> {
            checkCancelled();
            stage.step(instance.name(), () -> change(instance, change));
        });
    }

    private void change(PreparedInstance instance, InstanceChange change) throws RunFailed {
        for (Kind kind : change.goals(instance)) {
            reach(instance, kind, change);
        }
    }

    private void reach(PreparedInstance instance, Kind kind, InstanceChange change) throws RunFailed {
        var goal = new InstanceGoal(
                key(),
                request.task(),
                kind,
                instance.spec(),
                change.isRecreated(instance),
                request.fix(),
                false,
                request.options().skipsDrainOf(instance.member().group()),
                false,
                new DiskOrder(request.options().recreatePersistentDisks(), growDisksInPlace, "", null));
        var ended = entities.converge(instance.member().instanceId(), goal);
        log.debug(instance.name() + ": " + StepTime.line(ended.times()));
        if (!ended.succeeded()) {
            throw new RunFailed(400001, ended.failure());
        }
    }

    /** Groups that follow each other and are not serial are updated together. */
    private static List<List<PreparedGroup>> waves(List<PreparedGroup> groups) {
        var waves = new ArrayList<List<PreparedGroup>>();
        boolean isOpen = false;
        for (PreparedGroup group : groups) {
            if (isOpen && !group.isSerial()) {
                waves.getLast().add(group);
            } else {
                waves.add(new ArrayList<>(List.of(group)));
            }
            isOpen = !group.isSerial();
        }
        return waves;
    }

    private String key() {
        return "task-" + request.task();
    }

    private void checkCancelled() throws RunFailed {
        if (log.isCancelled()) {
            throw RunFailed.cancelled(request.task());
        }
    }

    /** Names of groups with what changes, for a dry run. */
    Map<String, List<String>> preview(PreparedDeployment plan) throws Exception {
        var change = new InstanceChange(request, inspect(plan.instances()));
        var changes = new LinkedHashMap<String, List<String>>();
        for (PreparedGroup group : plan.groups()) {
            changes.put(
                    group.name(),
                    group.instances().stream()
                            .filter(change::isNeeded)
                            .map(PreparedInstance::name)
                            .toList());
        }
        return changes;
    }
}
