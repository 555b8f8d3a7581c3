package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what a rollout does to an instance: a pure function of the request, the plan and how the instance is. */
final class InstanceChange {
    private final DeploymentRequest request;
    private final Map<String, InstanceStatus> before;

    /**
     * What a request wants of VMs, before it is known what they should be.
     *
     * @param request null where VMs are only looked at
     */
    record Wish(@Nullable DeploymentRequest request) {
        static final Wish NONE = new Wish(null);

        /** Other addresses that this request leads to are leased under it. */
        String slot() {
            return request == null ? "" : "t" + request.task();
        }

        boolean makesNetworks() {
            return request != null;
        }

        /** Whether a VM is to become another, if it may keep its addresses. */
        boolean isOther(InstanceStatus status, String vmFingerprint, DeploymentState.Member member) {
            return request != null
                    && status.hasVm()
                    && (!status.vmFingerprint().equals(vmFingerprint) || isToBeRecreated(request, status, member));
        }
    }

    InstanceChange(DeploymentRequest request, Map<String, InstanceStatus> before) {
        this.request = request;
        this.before = before;
    }

    boolean hasVm(PreparedInstance instance) {
        return statusOf(instance).hasVm();
    }

    /** Errands have no VM of their own until they run; those that are to be left alone are. */
    boolean isConcerned(PreparedInstance instance) {
        var member = instance.member();
        return !instance.isErrand() && !member.isIgnored();
    }

    boolean isStarted(PreparedInstance instance) {
        return instance.member().lastingState().equals(DeploymentState.Member.STARTED);
    }

    boolean isNeeded(PreparedInstance instance) {
        var status = statusOf(instance);
        return isConcerned(instance) && (status.hasReplacement() || isOtherThanAsked(instance, status));
    }

    private boolean isOtherThanAsked(PreparedInstance instance, InstanceStatus status) {
        return switch (instance.member().lastingState()) {
            case "detached" -> status.hasVm();
            case "stopped" ->
                !status.isStopped()
                        || isOtherVm(instance, status)
                        || isTaggedAnew(instance, status)
                        || isRecreated(instance);
            default ->
                isOther(instance, status)
                        || isRecreated(instance)
                        || isRestarted(instance)
                        || isGivenOtherDisks(instance, status);
        };
    }

    /** A second VM is made for it before the first one goes. */
    boolean isSwapped(PreparedInstance instance) {
        return instance.swap() != null && isNeeded(instance);
    }

    boolean isRecreated(PreparedInstance instance) {
        return isToBeRecreated(request, statusOf(instance), instance.member());
    }

    private static boolean isToBeRecreated(
            DeploymentRequest request, InstanceStatus status, DeploymentState.Member member) {
        boolean isAsked = request.recreate()
                || request.options()
                        .actionOn(member.group(), member.index(), member.instanceId())
                        .filter(Action.RECREATE::equals)
                        .isPresent();
        String limit = request.options().createdBefore();
        return isAsked
                && status.hasVm()
                && (limit.isEmpty()
                        || status.vmCreatedAt().isEmpty()
                        || Instant.parse(status.vmCreatedAt()).isBefore(Instant.parse(limit)));
    }

    private boolean isGivenOtherDisks(PreparedInstance instance, InstanceStatus status) {
        return request.options().recreatePersistentDisks()
                && !status.disks().isEmpty()
                && !instance.spec().disksFingerprint().isEmpty();
    }

    /** What the instance is led to, one after another; not again what this task led it past. */
    List<Kind> goals(PreparedInstance instance, String taskKey) {
        var status = statusOf(instance);
        boolean isPastStop = status.goalKey().equals(taskKey)
                && !status.goalKind().isEmpty()
                && !status.goalKind().equals(Kind.STOPPED.name());
        return switch (instance.member().lastingState()) {
            case "detached" -> List.of(Kind.DETACHED);
            case "stopped" -> List.of(Kind.STOPPED);
            default ->
                isRestarted(instance) && !isPastStop ? List.of(Kind.STOPPED, Kind.RUNNING) : List.of(Kind.RUNNING);
        };
    }

    private boolean isRestarted(PreparedInstance instance) {
        return action(instance).filter(Action.RESTART::equals).isPresent();
    }

    private Optional<Action> action(PreparedInstance instance) {
        var member = instance.member();
        return request.options().actionOn(member.group(), member.index(), member.instanceId());
    }

    private static boolean isOther(PreparedInstance instance, InstanceStatus status) {
        var spec = instance.spec();
        return !status.appliedHash().equals(spec.hash())
                || isOtherVm(instance, status)
                || isTaggedAnew(instance, status)
                || !status.diskFingerprint().equals(spec.disksFingerprint())
                || !status.isConnected()
                || !"running".equals(status.jobState());
    }

    private static boolean isOtherVm(PreparedInstance instance, InstanceStatus status) {
        return !status.vmFingerprint().equals(instance.spec().vm().fingerprint());
    }

    private static boolean isTaggedAnew(PreparedInstance instance, InstanceStatus status) {
        return status.hasVm() && !instance.spec().vm().tags().equals(status.vmTags());
    }

    private InstanceStatus statusOf(PreparedInstance instance) {
        String id = instance.member().instanceId();
        return before.getOrDefault(id, InstanceStatus.unknown(id));
    }
}
