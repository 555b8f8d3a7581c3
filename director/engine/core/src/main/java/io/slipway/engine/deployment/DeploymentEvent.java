package io.slipway.engine.deployment;

import io.slipway.engine.JournaledEvent;
import io.slipway.engine.plan.Accepted;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.engine.request.DeploymentRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a deployment. */
public sealed interface DeploymentEvent extends JournaledEvent {
    record Submitted(DeploymentRequest request) implements DeploymentEvent {}

    /**
     * A run of a request begins, perhaps again.
     *
     * @param epoch greater than that of each run of this deployment before; 0 in journals of early versions
     */
    record RunStarted(long task, long epoch) implements DeploymentEvent {}

    /** The run has decided what it goes by. */
    record PlanPinned(PinnedPlan plan) implements DeploymentEvent {}

    record MembersRecorded(List<Member> members) implements DeploymentEvent {}

    record MemberRemoved(String instanceId) implements DeploymentEvent {}

    record MemberIgnored(String instanceId, boolean isIgnored) implements DeploymentEvent {}

    /** The run has done something that is not to be done again. */
    record RunNoted(String what, String outcome) implements DeploymentEvent {}

    /**
     * A run has come to its end, of which nobody was told yet.
     *
     * @param awaitsClosing false in journals of early versions, which told at once or never
     */
    record RunFinished(
            long task,
            String failure,
            boolean wasCancelled,
            @Nullable Accepted accepted,
            boolean isDeleted,
            @Nullable String result,
            @Nullable String output,
            boolean awaitsClosing)
            implements DeploymentEvent {}

    /** A request was given up before its run began. */
    record Dropped(long task, boolean awaitsClosing) implements DeploymentEvent {}

    /** The end of a task is told: to its row, its log, the audit trail. */
    record RunClosed(long task) implements DeploymentEvent {}
}
