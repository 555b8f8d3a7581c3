package io.slipway.kubernetes;

import io.slipway.engine.JournaledEvent;
import io.slipway.kubernetes.Cluster.Action;
import io.slipway.kubernetes.Cluster.ActionState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A cluster's life so far. What comes next is a pure function of it: {@link #next()}. */
record ClusterState(
        Phase phase,
        @Nullable ClusterSpec spec,
        String user,
        int action,
        boolean force,
        String address,
        long task,
        String failure,
        boolean isFailedDeletion,
        boolean isDeploymentGone,
        String kubernetesVersion,
        List<String> masterIps,
        String request)
        implements JournaledEvent {
    static final ClusterState NEW =
            new ClusterState(Phase.NEW, null, "", 0, false, "", 0, "", false, false, "", List.of(), "");

    /** @param request which asked for the present action; empty in journals of earlier releases */
    ClusterState {
        masterIps = List.copyOf(masterIps);
        request = Objects.requireNonNullElse(request, "");
    }

    enum Phase {
        NEW,
        CREATING,
        CREATED,
        FAILED,
        DELETING,
        DELETED
    }

    /** The next act towards the outside, if one is due. */
    enum Step {
        NONE,
        LEASE_ADDRESS,
        DEPLOY,
        AWAIT_DEPLOY,
        DELETE_DEPLOYMENT,
        AWAIT_DELETION,
        RETURN_ADDRESS,
        FORGET
    }

    Step next() {
        return switch (phase) {
            case NEW, CREATED, FAILED, DELETED -> Step.NONE;
            case CREATING -> {
                if (address.isEmpty()) {
                    yield Step.LEASE_ADDRESS;
                }
                yield task == 0 ? Step.DEPLOY : Step.AWAIT_DEPLOY;
            }
            case DELETING -> {
                if (!isDeploymentGone) {
                    yield task == 0 ? Step.DELETE_DEPLOYMENT : Step.AWAIT_DELETION;
                }
                yield address.isEmpty() ? Step.FORGET : Step.RETURN_ADDRESS;
            }
        };
    }

    ClusterState apply(ClusterEvent event) {
        return switch (event) {
            case ClusterEvent.CreationAccepted accepted ->
                new ClusterState(
                        Phase.CREATING,
                        accepted.spec(),
                        accepted.user(),
                        accepted.action(),
                        false,
                        "",
                        0,
                        "",
                        false,
                        false,
                        "",
                        List.of(),
                        accepted.request());
            case ClusterEvent.AddressLeased leased -> withAddress(leased.address());
            case ClusterEvent.TaskStarted started ->
                with(phase, action, force, started.task(), "", false, isDeploymentGone, request);
            case ClusterEvent.CreationFinished finished ->
                new ClusterState(
                        Phase.CREATED,
                        spec,
                        user,
                        action,
                        force,
                        address,
                        task,
                        "",
                        false,
                        false,
                        finished.kubernetesVersion(),
                        finished.masterIps(),
                        request);
            case ClusterEvent.ActionFailed failed ->
                with(
                        Phase.FAILED,
                        action,
                        force,
                        task,
                        failed.reason(),
                        phase == Phase.DELETING,
                        isDeploymentGone,
                        request);
            case ClusterEvent.DeletionAccepted accepted ->
                with(
                        Phase.DELETING,
                        accepted.action(),
                        accepted.force(),
                        0,
                        "",
                        false,
                        isDeploymentGone,
                        accepted.request());
            case ClusterEvent.DeploymentGone gone -> with(phase, action, force, task, "", false, true, request);
            case ClusterEvent.AddressReturned returned -> withAddress("");
            case ClusterEvent.Forgotten forgotten ->
                with(Phase.DELETED, action, force, task, "", false, isDeploymentGone, request);
        };
    }

    private ClusterState with(
            Phase newPhase,
            int newAction,
            boolean newForce,
            long newTask,
            String newFailure,
            boolean isNowFailedDeletion,
            boolean isNowGone,
            String newRequest) {
        return new ClusterState(
                newPhase,
                spec,
                user,
                newAction,
                newForce,
                address,
                newTask,
                newFailure,
                isNowFailedDeletion,
                isNowGone,
                kubernetesVersion,
                masterIps,
                newRequest);
    }

    /** Whether what is asked for is what was accepted last: its answer was lost, and it is asked for once more. */
    boolean isFor(String anotherRequest) {
        return phase != Phase.NEW && !request.isEmpty() && request.equals(anotherRequest);
    }

    private ClusterState withAddress(String newAddress) {
        return new ClusterState(
                phase,
                spec,
                user,
                action,
                force,
                newAddress,
                task,
                failure,
                isFailedDeletion,
                isDeploymentGone,
                kubernetesVersion,
                masterIps,
                request);
    }

    ClusterSpec requireSpec() {
        return Objects.requireNonNull(spec, "a cluster that was accepted has a spec");
    }

    /** The cluster's row. Only for a cluster that was accepted. */
    Cluster row(String uuid) {
        ClusterSpec made = requireSpec();
        boolean isDeletion = phase == Phase.DELETING || phase == Phase.DELETED || isFailedDeletion;
        return new Cluster(
                uuid,
                made.name(),
                made.plan().name(),
                isDeletion ? Action.DELETE : Action.CREATE,
                switch (phase) {
                    case NEW, CREATING, DELETING -> ActionState.IN_PROGRESS;
                    case CREATED, DELETED -> ActionState.SUCCEEDED;
                    case FAILED -> ActionState.FAILED;
                },
                description(),
                made.externalHostname().isEmpty() ? address : made.externalHostname(),
                Cluster.API_PORT,
                address,
                made.workers(),
                masterIps,
                kubernetesVersion,
                task);
    }

    private String description() {
        return switch (phase) {
            case NEW, CREATING -> task == 0 ? "Creating cluster" : "Instance provisioning in progress";
            case CREATED -> "Instance provisioning completed";
            case DELETING -> "Instance deletion in progress";
            case DELETED -> "Instance deletion completed";
            case FAILED -> failure;
        };
    }
}
