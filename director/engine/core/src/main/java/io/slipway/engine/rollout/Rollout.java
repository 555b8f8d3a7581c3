package io.slipway.engine.rollout;

import io.slipway.engine.EngineObserver;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.ask.Parallel;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.plan.DeploymentPlan;
import io.slipway.engine.plan.InstanceChange;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PlannedGroup;
import io.slipway.engine.plan.PlannedInstance;
import io.slipway.engine.preparation.RunServices;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Leads instances to what a plan says: deletes groups that are gone, makes missing VMs, then updates group by group: what
 * the group has too many of goes, and the others change wave by wave. A rollout that is begun again leaves alone what it has
 * led to its end, and goes on with what it had begun.
 */
final class Rollout {
    private static final String UNNEEDED = "Deleting unneeded instances";
    private static final int UPDATE_FAILED = 400001;
    private static final int INSPECTED_AT_ONCE = 128;

    private final Run run;
    private final RunServices services;
    private final ChangeOrder order;
    private final EngineObserver observer;
    private final EngineSettings settings;
    /** Of those that are told to be changed, how many are not yet. */
    private final AtomicInteger toGo = new AtomicInteger();

    private final MemberRemoval removal;

    Rollout(Run run, RunServices services, ChangeOrder order, EngineObserver observer, EngineSettings settings) {
        this.run = run;
        this.services = services;
        this.order = order;
        this.observer = observer;
        this.settings = settings;
        this.removal = new MemberRemoval(run, services, MemberRemoval.Manner.ORDERLY);
    }

    void roll(DeploymentPlan plan) throws Exception {
        MemberRemoval.requireNoneIgnored(plan.obsolete());
        removal.remove(UNNEEDED, List.of(), plan.membersOfGoneGroups(), settings.maxThreads());
        var change = change(plan);
        createMissingVms(plan, change);
        count((int) plan.instances().stream().filter(change::isNeeded).count());
        try {
            for (List<PlannedGroup> together : PlannedGroup.together(plan.groups())) {
                run.check();
                Parallel.each(together, together.size(), group -> update(group, plan.obsoleteOf(group), change));
            }
        } finally {
            count(-toGo.get());
        }
        runPostDeploy(plan, change);
    }

    /** What is to be done to whom. An instance that nobody knew before this run began has nothing to tell. */
    InstanceChange change(DeploymentPlan plan) throws Exception {
        var known = run.start().members().stream().map(Member::instanceId).collect(Collectors.toSet());
        var found = new ConcurrentHashMap<String, InstanceStatus>();
        Parallel.each(
                plan.instances().stream()
                        .filter(one -> known.contains(one.id()))
                        .toList(),
                INSPECTED_AT_ONCE,
                instance -> found.put(instance.id(), services.instances().inspect(instance.id())));
        return new InstanceChange(order, found);
    }

    private void createMissingVms(DeploymentPlan plan, InstanceChange change) throws Exception {
        var missing = plan.instances().stream()
                .filter(instance -> change.isConcerned(instance)
                        && change.isStarted(instance)
                        && (!change.hasVm(instance) || change.isSwapped(instance)))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        var stage = run.log().stage("Creating missing vms", missing.size());
        Parallel.each(missing, settings.maxThreads(), instance -> {
            run.check();
            stage.step(instance.name(), () -> reach(instance, Kind.PREPARED, change));
        });
    }

    private void update(PlannedGroup group, List<Member> unneeded, InstanceChange change) throws Exception {
        var tags = List.of(group.name());
        removal.remove(UNNEEDED, tags, unneeded, group.update().maxInFlightOf(unneeded.size()));
        var changed = group.instances().stream().filter(change::isNeeded).toList();
        if (changed.isEmpty()) {
            return;
        }
        for (PlannedInstance instance : changed) {
            run.log().debug(instance.name() + ": " + String.join(", ", change.reasons(instance)));
        }
        var stage = run.log().stage("Updating instance", tags, changed.size());
        boolean isFirstDeploy = run.start().accepted() == null;
        for (UpdateWave wave : UpdateWave.of(group.update(), changed, isFirstDeploy)) {
            Parallel.each(wave.canaries(), wave.atATime(), canary -> {
                run.check();
                var watched = canary.watchedAs(group.update().canaryWatch());
                stage.step(canary.name() + " (canary)", () -> change(watched, change));
            });
            Parallel.each(wave.others(), wave.atATime(), instance -> {
                run.check();
                stage.step(instance.name(), () -> change(instance, change));
            });
        }
    }

    private void change(PlannedInstance instance, InstanceChange change) throws RunFailed {
        for (Kind kind : change.goals(instance)) {
            reach(instance, kind, change);
        }
        settleAddresses(instance);
        count(-1);
    }

    private void count(int more) {
        toGo.addAndGet(more);
        observer.instancesToGo(more);
    }

    /** Once there is one VM only, its addresses are the instance's; an orphaned VM keeps its own until it is deleted. */
    private void settleAddresses(PlannedInstance instance) {
        var member = instance.member();
        if (member.next() == null) {
            return;
        }
        var settled = instance.settledMember();
        services.release(member.allLeases(), settled.leases());
        run.journal().record(List.of(settled));
    }

    /** As BOSH: once all are up, every instance's post-deploy scripts run, if anything changed at all. */
    private void runPostDeploy(DeploymentPlan plan, InstanceChange change) throws Exception {
        var live = plan.instances().stream()
                .filter(instance -> change.isConcerned(instance) && change.isStarted(instance))
                .toList();
        if (live.stream().anyMatch(change::isOrWasNeeded)) {
            run.check();
            Parallel.each(live, settings.maxThreads(), instance -> reach(instance, Kind.POST_DEPLOYED, change));
        }
    }

    private void reach(PlannedInstance instance, Kind kind, InstanceChange change) throws RunFailed {
        var options = order.options();
        var goal = InstanceGoal.of(run.key(), run.task(), run.fence(), kind, instance.spec())
                .recreating(change.isRecreated(instance))
                .fixing(order.fix())
                .skippingDrain(options.skipsDrainOf(instance.member().group()))
                .with(new DiskOrder(options.recreatePersistentDisks(), settings.growDisksInPlace(), "", null))
                .swapping(instance.swap());
        var ended = services.instances().converge(instance.id(), goal);
        ended.account().forEach(line -> run.log().debug(instance.name() + ": " + line));
        if (!ended.succeeded()) {
            run.check();
            throw new RunFailed(UPDATE_FAILED, ended.failure());
        }
    }

    /** By instance group, which of its instances change. */
    static Map<String, List<String>> changes(DeploymentPlan plan, InstanceChange change) {
        var changes = new LinkedHashMap<String, List<String>>();
        for (PlannedGroup group : plan.groups()) {
            changes.put(
                    group.name(),
                    group.instances().stream()
                            .filter(change::isNeeded)
                            .map(PlannedInstance::name)
                            .toList());
        }
        return changes;
    }
}
