package io.slipway.engine.deployment;

import io.slipway.engine.EngineSettings;
import io.slipway.engine.Rows;
import io.slipway.engine.TaskLog;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.StepTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Leads instances to what a plan says: deletes groups that are gone, makes missing VMs, then updates group by group: what
 * the group has too many of goes, and the others change wave by wave. Goals are keyed by the task, so that a rollout that
 * is begun again asks for the same goals.
 */
final class Rollout {
    private static final int IGNORED_INSTANCES_DELETION = 190021;
    private static final String UNNEEDED = "Deleting unneeded instances";

    private final Entities entities;
    private final Rows rows;
    private final TaskLog log;
    private final DeploymentRequest request;
    private final ActorRef<DeploymentCommand> deployment;
    private final int maxThreads;
    private final boolean growDisksInPlace;
    private final String name;
    private final boolean isFirstDeploy;

    Rollout(
            Entities entities,
            Rows rows,
            TaskLog log,
            DeploymentRequest request,
            ActorRef<DeploymentCommand> deployment,
            EngineSettings settings,
            String name,
            DeploymentState state) {
        this.name = name;
        this.entities = entities;
        this.rows = rows;
        this.log = log;
        this.request = request;
        this.deployment = deployment;
        this.maxThreads = settings.maxThreads();
        this.growDisksInPlace = settings.growDisksInPlace();
        this.isFirstDeploy = state.accepted() == null;
    }

    void run(PreparedDeployment plan) throws Exception {
        requireNoneIgnored(plan.obsolete());
        delete(UNNEEDED, List.of(), plan.membersOfGoneGroups(), maxThreads);
        var change = new InstanceChange(request, inspect(plan.instances()));
        createMissingVms(plan, change);
        for (List<PreparedGroup> together : PreparedGroup.together(plan.groups())) {
            checkCancelled();
            Parallel.each(together, together.size(), group -> update(group, plan.obsoleteOf(group), change));
        }
        runPostDeploy(plan, change);
    }

    private static void requireNoneIgnored(List<Member> obsolete) throws RunFailed {
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
    void deleteAll(List<Member> members) throws Exception {
        requireNoneIgnored(members);
        delete("Deleting instances", List.of(), members, maxThreads);
    }

    /** Deletes members with their VMs; their disks become orphans, unless they are to go too. */
    private void delete(String stageName, List<String> tags, List<Member> members, int atATime) throws Exception {
        if (members.isEmpty()) {
            return;
        }
        var stage = log.stage(stageName, tags, members.size());
        Parallel.each(members, atATime, member -> {
            checkCancelled();
            stage.step(member.name(), () -> deleteMember(member));
        });
    }

    private void deleteMember(Member member) throws RunFailed {
        var goal = new InstanceGoal(
                key(),
                request.task(),
                Kind.DELETED,
                GoneSpec.of(name, member),
                false,
                true,
                request.deleteDisks(),
                false,
                request.force(),
                DiskOrder.NONE,
                null);
        var ended = entities.converge(member.instanceId(), goal);
        ended.warnings().forEach(warning -> log.warning(member.name() + ": " + warning));
        log.debug(member.name() + ": " + StepTime.line(ended.times()));
        if (!ended.succeeded()) {
            checkCancelled();
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
                .filter(instance -> change.isConcerned(instance)
                        && change.isStarted(instance)
                        && (!change.hasVm(instance) || change.isSwapped(instance)))
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

    private void update(PreparedGroup group, List<Member> unneeded, InstanceChange change) throws Exception {
        var tags = List.of(group.name());
        delete(UNNEEDED, tags, unneeded, group.update().maxInFlightOf(unneeded.size()));
        var changed = group.instances().stream().filter(change::isNeeded).toList();
        if (changed.isEmpty()) {
            return;
        }
        var stage = log.stage("Updating instance", tags, changed.size());
        for (UpdateWave wave : UpdateWave.of(group.update(), changed, isFirstDeploy)) {
            Parallel.each(wave.canaries(), wave.atATime(), canary -> {
                checkCancelled();
                var watched = canary.watchedAs(group.update().canaryWatch());
                stage.step(canary.name() + " (canary)", () -> change(watched, change));
            });
            Parallel.each(wave.others(), wave.atATime(), instance -> {
                checkCancelled();
                stage.step(instance.name(), () -> change(instance, change));
            });
        }
    }

    private void change(PreparedInstance instance, InstanceChange change) throws RunFailed {
        for (Kind kind : change.goals(instance, key())) {
            reach(instance, kind, change);
        }
        settleAddresses(instance);
    }

    /** Once there is one VM only, its addresses are the instance's; an orphaned VM keeps its own until it is deleted. */
    private void settleAddresses(PreparedInstance instance) {
        var member = instance.member();
        if (member.next() == null) {
            return;
        }
        var settled = instance.settledMember();
        for (String lease : member.allLeases()) {
            if (!settled.leases().contains(lease) && !rows.isHeldByOrphan(lease)) {
                NetworkPlanner.release(entities, List.of(lease));
            }
        }
        entities.recordMembers(deployment, List.of(settled));
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
                new DiskOrder(request.options().recreatePersistentDisks(), growDisksInPlace, "", null),
                instance.swap());
        var ended = entities.converge(instance.member().instanceId(), goal);
        log.debug(instance.name() + ": " + StepTime.line(ended.times()));
        if (!ended.succeeded()) {
            checkCancelled();
            throw new RunFailed(400001, ended.failure());
        }
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
