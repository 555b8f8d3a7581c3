package io.slipway.engine.deployment;

import io.slipway.engine.JournaledEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to a deployment. */
public sealed interface DeploymentEvent extends JournaledEvent {
    record Submitted(DeploymentRequest request) implements DeploymentEvent {}

    record RunStarted(long task) implements DeploymentEvent {}

    record MembersRecorded(List<DeploymentState.Member> members) implements DeploymentEvent {}

    record MemberRemoved(String instanceId) implements DeploymentEvent {}

    record MemberIgnored(String instanceId, boolean isIgnored) implements DeploymentEvent {}

    record RunFinished(
            long task,
            String failure,
            boolean wasCancelled,
            DeploymentState.@Nullable Accepted accepted,
            boolean isDeleted)
            implements DeploymentEvent {}

    record Dropped(long task) implements DeploymentEvent {}
}
