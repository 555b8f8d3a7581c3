package io.slipway.kubernetes;

import io.slipway.engine.JournaledEvent;
import java.util.List;
import java.util.Objects;

/** What happened to a cluster. Fields are only ever added. */
sealed interface ClusterEvent extends JournaledEvent {

    /** A user's request was accepted; action counts the actions of this cluster, and journals of before have no request. */
    record CreationAccepted(int action, ClusterSpec spec, String user, String request) implements ClusterEvent {
        public CreationAccepted {
            request = Objects.requireNonNullElse(request, "");
        }
    }

    record AddressLeased(String address) implements ClusterEvent {}

    /** The deploy or the deletion of the cluster's deployment is this task. */
    record TaskStarted(int action, long task) implements ClusterEvent {}

    record CreationFinished(int action, String kubernetesVersion, List<String> masterIps) implements ClusterEvent {
        public CreationFinished {
            masterIps = List.copyOf(masterIps);
        }
    }

    record ActionFailed(int action, String reason) implements ClusterEvent {}

    record DeletionAccepted(int action, boolean force, String user, String request) implements ClusterEvent {
        public DeletionAccepted {
            request = Objects.requireNonNullElse(request, "");
        }
    }

    /** The cluster's deployment is no more. */
    record DeploymentGone(int action) implements ClusterEvent {}

    record AddressReturned() implements ClusterEvent {}

    /** The cluster's name and row are free. */
    record Forgotten() implements ClusterEvent {}
}
