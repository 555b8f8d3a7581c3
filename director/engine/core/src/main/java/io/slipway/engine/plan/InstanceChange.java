package io.slipway.engine.plan;

import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal.Kind;
import io.slipway.engine.instance.InstanceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Decides what a rollout does to an instance, and says why: a pure function of the order, the plan and how the instance is. */
public final class InstanceChange {
    private final ChangeOrder order;
    private final Map<String, InstanceStatus> before;

    /** @param before how instances are, by id */
    public InstanceChange(ChangeOrder order, Map<String, InstanceStatus> before) {
        this.order = order;
        this.before = Map.copyOf(before);
    }

    public boolean hasVm(PlannedInstance instance) {
        return statusOf(instance).hasVm();
    }

    /** Errands have no VM of their own until they run; those that are to be left alone are. */
    public boolean isConcerned(PlannedInstance instance) {
        return !instance.isErrand() && !instance.member().isIgnored();
    }

    public boolean isStarted(PlannedInstance instance) {
        return instance.member().isStarted();
    }

    public boolean isNeeded(PlannedInstance instance) {
        return !reasons(instance).isEmpty();
    }

    /** Whether this task changes it, or has done so already in a run that was cut off. */
    public boolean isOrWasNeeded(PlannedInstance instance) {
        return isConcerned(instance) && statusOf(instance).goalKey().equals(order.key()) || isNeeded(instance);
    }

    /** Why something is done to the instance, for people; empty where it stays as it is. */
    public List<String> reasons(PlannedInstance instance) {
        var status = statusOf(instance);
        var reasons = new ArrayList<String>();
        if (!isConcerned(instance) || isDoneByThisTask(instance, status)) {
            return reasons;
        }
        if (status.hasReplacement()) {
            reasons.add("another VM is to take over");
        }
        switch (instance.member().lastingState()) {
            case Member.DETACHED -> {
                if (status.hasVm()) {
                    reasons.add("its VM is to go");
                }
            }
            case Member.STOPPED -> {
                if (!status.isStopped()) {
                    reasons.add("its jobs are to be stopped");
                }
                addVmReasons(instance, status, reasons);
            }
            default -> {
                addVmReasons(instance, status, reasons);
                addJobReasons(instance, status, reasons);
            }
        }
        return reasons;
    }

    private void addVmReasons(PlannedInstance instance, InstanceStatus status, List<String> reasons) {
        if (!status.hasVm()) {
            reasons.add("it has no VM");
        } else if (isOtherVm(instance, status)) {
            reasons.add("its VM is to be another: stemcell, VM type, networks or env changed");
        }
        if (isTaggedAnew(instance, status)) {
            reasons.add("its tags changed");
        }
        if (isRecreated(instance)) {
            reasons.add("its VM is to be made anew");
        }
    }

    private void addJobReasons(PlannedInstance instance, InstanceStatus status, List<String> reasons) {
        var spec = instance.spec();
        if (status.hasVm() && !status.appliedHash().equals(spec.hash())) {
            reasons.add("its jobs, packages or templates changed");
        }
        if (!status.diskFingerprint().equals(spec.disksFingerprint())) {
            reasons.add("its persistent disks changed");
        }
        if (order.actionOn(instance.member()).filter(Action.RESTART::equals).isPresent()) {
            reasons.add("it is to be restarted");
        }
        if (order.options().recreatePersistentDisks()
                && !status.disks().isEmpty()
                && !spec.disksFingerprint().isEmpty()) {
            reasons.add("its persistent disks are to be made anew");
        }
        if (status.hasVm() && !status.isConnected()) {
            reasons.add("its agent does not answer");
        } else if (status.hasVm() && !"running".equals(status.jobState())) {
            reasons.add("its jobs do not run");
        }
    }

    /** An instance that a run of this task has led to its end is not led anywhere once more. */
    private boolean isDoneByThisTask(PlannedInstance instance, InstanceStatus status) {
        var ends =
                switch (instance.member().lastingState()) {
                    case Member.DETACHED -> Set.of(Kind.DETACHED.name());
                    case Member.STOPPED -> Set.of(Kind.STOPPED.name());
                    default -> Set.of(Kind.RUNNING.name(), Kind.POST_DEPLOYED.name());
                };
        return status.goalKey().equals(order.key()) && status.isGoalReached() && ends.contains(status.goalKind());
    }

    /** A second VM is made for it before the first one goes. */
    public boolean isSwapped(PlannedInstance instance) {
        return instance.swap() != null && isNeeded(instance);
    }

    public boolean isRecreated(PlannedInstance instance) {
        return isToBeRecreated(order, statusOf(instance), instance.member());
    }

    /** Whether an instance is to get another VM, since that is asked for. */
    public static boolean isToBeRecreated(ChangeOrder order, InstanceStatus status, Member member) {
        boolean isAsked = order.recreate()
                || order.actionOn(member).filter(Action.RECREATE::equals).isPresent();
        String limit = order.options().createdBefore();
        return isAsked
                && status.hasVm()
                && (limit.isEmpty()
                        || status.vmCreatedAt().isEmpty()
                        || Instant.parse(status.vmCreatedAt()).isBefore(Instant.parse(limit)));
    }

    /** What the instance is led to, one after another; not again what this task led it past. */
    public List<Kind> goals(PlannedInstance instance) {
        var status = statusOf(instance);
        boolean isPastStop = status.goalKey().equals(order.key())
                && !status.goalKind().isEmpty()
                && !status.goalKind().equals(Kind.STOPPED.name());
        return switch (instance.member().lastingState()) {
            case Member.DETACHED -> List.of(Kind.DETACHED);
            case Member.STOPPED -> List.of(Kind.STOPPED);
            default ->
                isRestarted(instance) && !isPastStop ? List.of(Kind.STOPPED, Kind.RUNNING) : List.of(Kind.RUNNING);
        };
    }

    private boolean isRestarted(PlannedInstance instance) {
        return order.actionOn(instance.member()).filter(Action.RESTART::equals).isPresent();
    }

    private static boolean isOtherVm(PlannedInstance instance, InstanceStatus status) {
        return !status.vmFingerprint().equals(instance.spec().vm().fingerprint());
    }

    private static boolean isTaggedAnew(PlannedInstance instance, InstanceStatus status) {
        InstanceSpec spec = instance.spec();
        return status.hasVm() && !spec.vm().tags().equals(status.vmTags());
    }

    private InstanceStatus statusOf(PlannedInstance instance) {
        String id = instance.member().instanceId();
        return before.getOrDefault(id, InstanceStatus.unknown(id));
    }
}
