package io.slipway.engine.instance;

import io.slipway.cpi.VmNetwork;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out steps on paper and journals them as the entity does, so that the decisions can be followed without an
 * actor system. It can forget the outcome of any step, as a director does that dies between an act and its record.
 */
final class PaperWorld {
    InstanceState state = InstanceState.NEW;
    final List<String> story = new ArrayList<>();
    final Set<String> vms = new LinkedHashSet<>();
    final Set<String> disks = new LinkedHashSet<>();
    final Set<String> orphans = new LinkedHashSet<>();
    Reach reach = Reach.CONNECTED;
    boolean growsDisks = true;
    Reach reachOfNext = Reach.CONNECTED;
    private int acts;
    private int dieAtAct = -1;

    void dieAfterAct(int number) {
        dieAtAct = number;
    }

    /** The VM is one of an earlier version. */
    void forgetTags() {
        var vm = Objects.requireNonNull(state.vm());
        journal(new InstanceEvent.VmDeleted(vm.agentId()));
        journal(new InstanceEvent.VmIntended(
                vm.agentId(), state.generation(), vm.bornFor(), vm.fingerprint(), vm.cpi(), null));
        journal(new InstanceEvent.VmCreated(vm.agentId(), vm.cid(), vm.networks(), vm.createdAt()));
        state = state.withJobs(jobs -> vm.jobs());
    }

    int acts() {
        return acts;
    }

    /** Leads the instance to a goal; returns false where it does not arrive in a sensible number of steps. */
    boolean lead(InstanceGoal goal) {
        journal(new InstanceEvent.GoalSet(goal));
        for (int i = 0; i < 200; i++) {
            var step = NextStep.of(state, goal, reach, reachOfNext);
            if (step instanceof InstanceStep.Reached) {
                journal(new InstanceEvent.GoalReached(goal.key()));
                return true;
            }
            take(step, goal);
        }
        return false;
    }

    private void take(InstanceStep step, InstanceGoal goal) {
        switch (step) {
            case InstanceStep.IntendVm intend -> {
                int generation = state.generation() + 1;
                journal(new InstanceEvent.VmIntended(
                        "a" + generation,
                        generation,
                        goal.key(),
                        goal.spec().vm().fingerprint(),
                        "",
                        goal.spec().vm().tags()));
            }
            case InstanceStep.IntendReplacement intend -> {
                int generation = state.generation() + 1;
                journal(new InstanceEvent.ReplacementIntended(
                        "a" + generation,
                        generation,
                        goal.key(),
                        goal.spec().vm().fingerprint(),
                        "",
                        goal.spec().vm().tags()));
            }
            case InstanceStep.CreateVm create -> createVm(create.agentId());
            case InstanceStep.CreateReplacement create -> createVm(create.agentId());
            case InstanceStep.AwaitReplacement await -> reachOfNext = Reach.CONNECTED;
            case InstanceStep.ElectReplacement elect ->
                journal(new InstanceEvent.ReplacementElected(elect.agentId(), goal.key()));
            case InstanceStep.OrphanVm orphan ->
                act("orphan vm", new InstanceEvent.VmOrphaned(orphan.agentId()), () -> {
                    vms.remove(orphan.agentId());
                    orphans.add(orphan.agentId());
                });
            case InstanceStep.TagVm tag ->
                act(
                        "tag " + tag.vmCid(),
                        new InstanceEvent.VmTagged(
                                tag.vmCid().replace("cid-", ""),
                                goal.spec().vm().tags()),
                        () -> {});
            case InstanceStep.DeleteVm delete ->
                act("delete vm", new InstanceEvent.VmDeleted(delete.agentId()), () -> vms.remove(delete.agentId()));
            case InstanceStep.IntendDisk create ->
                journal(InstanceEvent.DiskIntended.of(
                        "key-" + state.disks().size() + "-" + goal.key(), create.plan(), goal.key()));
            case InstanceStep.FinishDisk finish -> {
                String cid = "disk-of-" + finish.disk().key();
                act("create disk", new InstanceEvent.DiskCreated(finish.disk().key(), cid), () -> disks.add(cid));
            }
            case InstanceStep.AttachDisk attach ->
                act(
                        "attach " + attach.diskCid(),
                        new InstanceEvent.DiskAttached(attach.diskCid(), attach.vmCid(), "/dev/x"),
                        () -> {});
            case InstanceStep.DetachDisk detach ->
                act("detach " + detach.diskCid(), new InstanceEvent.DiskDetached(detach.diskCid()), () -> {});
            case InstanceStep.DeleteDisk delete ->
                act(
                        "delete disk",
                        new InstanceEvent.DiskDeleted(delete.diskCid()),
                        () -> disks.remove(delete.diskCid()));
            case InstanceStep.OrphanDisk orphan ->
                act(
                        "orphan disk",
                        new InstanceEvent.DiskOrphaned(orphan.diskCid()),
                        () -> orphans.add(orphan.diskCid()));
            case InstanceStep.AdoptDisk adopt ->
                act(
                        "adopt " + adopt.disk().cid(),
                        new InstanceEvent.DiskAdopted("key-of-" + adopt.disk().cid(), adopt.disk()),
                        () -> orphans.remove(adopt.disk().cid()));
            case InstanceStep.GrowDisk grow -> act("grow disk", grown(grow), () -> {});
            case InstanceStep.AwaitAgent await -> reach = Reach.CONNECTED;
            case InstanceStep.AwaitResult await -> answer(await.pending());
            case InstanceStep.AwaitRunning await ->
                journal(new InstanceEvent.JobsSeenRunning(goal.spec().hash()));
            case InstanceStep.Act issued -> {
                journal(new InstanceEvent.CommandIssued(
                        "c" + state.commands(),
                        issued.act(),
                        issued.subject(),
                        goal.spec().hash()));
            }
            case InstanceStep.Reached reached -> throw new IllegalStateException("taken above");
        }
    }

    private InstanceEvent grown(InstanceStep.GrowDisk grow) {
        return growsDisks
                ? new InstanceEvent.DiskGrown(
                        grow.diskCid(), grow.plan().sizeMb(), grow.plan().fingerprint())
                : new InstanceEvent.DiskGrowthRefused(
                        grow.diskCid(), grow.plan().fingerprint());
    }

    private void createVm(String agent) {
        act(
                "create vm",
                new InstanceEvent.VmCreated(agent, "cid-" + agent, List.<VmNetwork>of(), "now"),
                () -> vms.add(agent));
    }

    private void answer(InstanceState.@Nullable Pending pending) {
        if (pending != null) {
            act(pending.act().name(), new InstanceEvent.CommandSucceeded(pending.commandId()), () -> {});
        }
    }

    private void act(String what, InstanceEvent outcome, Runnable effect) {
        effect.run();
        story.add(what);
        if (acts++ == dieAtAct) {
            return;
        }
        journal(outcome);
    }

    private void journal(InstanceEvent event) {
        state = state.apply(event);
    }
}
