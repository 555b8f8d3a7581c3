package io.slipway.engine.deployment;

import io.slipway.engine.DeployOptions.Action;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceGoal.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what a rollout does to an instance: a pure function of the request, the plan and how the instance is. */
final class InstanceChange {
    private final DeploymentRequest request;
    private final Map<String, InstanceStatus> before;

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
        boolean isMeant =
                request.options().only().isEmpty() || request.options().only().equals(member.instanceId());
        return isMeant && !instance.isErrand() && !member.isIgnored();
    }

    boolean isStarted(PreparedInstance instance) {
        return instance.member().lastingState().equals(DeploymentState.Member.STARTED);
    }

    boolean isNeeded(PreparedInstance instance) {
        var status = statusOf(instance);
        return isConcerned(instance)
                && switch (instance.member().lastingState()) {
                    case "detached" -> status.hasVm();
                    case "stopped" -> !status.isStopped() || isOtherVm(instance, status) || isRecreated(instance);
                    default ->
                        isOther(instance, status)
                                || isRecreated(instance)
                                || isRestarted(instance)
                                || isGivenOtherDisks(instance, status);
                };
    }

    boolean isRecreated(PreparedInstance instance) {
        var status = statusOf(instance);
        boolean isAsked = request.recreate()
                || action(instance).filter(Action.RECREATE::equals).isPresent();
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

    /** What the instance is led to, one after another. */
    List<Kind> goals(PreparedInstance instance) {
        return switch (instance.member().lastingState()) {
            case "detached" -> List.of(Kind.DETACHED);
            case "stopped" -> List.of(Kind.STOPPED);
            default -> isRestarted(instance) ? List.of(Kind.STOPPED, Kind.RUNNING) : List.of(Kind.RUNNING);
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
                || !status.diskFingerprint().equals(spec.disksFingerprint())
                || !status.isConnected()
                || !"running".equals(status.jobState());
    }

    private static boolean isOtherVm(PreparedInstance instance, InstanceStatus status) {
        return !status.vmFingerprint().equals(instance.spec().vm().fingerprint());
    }

    private InstanceStatus statusOf(PreparedInstance instance) {
        String id = instance.member().instanceId();
        return before.getOrDefault(id, InstanceStatus.unknown(id));
    }
}
