package io.slipway.health.watch;

import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.health.alert.Alert;
import io.slipway.health.liveness.CertificateRules.Certificate;
import io.slipway.health.liveness.DeploymentSight;
import io.slipway.health.liveness.HealthEvent;
import io.slipway.health.liveness.UnmanagedVms.Vm;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the monitor hears: from the directors that hold agents' streams, and from itself. */
public sealed interface MonitorMessage {

    /** An agent has a stream. */
    record Opened(String instanceId, String agentId, String stream) implements MonitorMessage, RemoteMessage {}

    /** A stream ended that a director held, which goes on. */
    record Broke(String instanceId, String agentId, String stream) implements MonitorMessage, RemoteMessage {}

    /** An agent wants something to be known. */
    record Reported(
            String instanceId, String agentId, String id, int severity, String title, String summary, long timeMillis)
            implements MonitorMessage, RemoteMessage {}

    /** The clock of an agent is far off. */
    record Skewed(String instanceId, String agentId, long aheadMillis) implements MonitorMessage, RemoteMessage {}

    /** All deployments are to be looked at. */
    record Round() implements MonitorMessage, LocalMessage {}

    /**
     * Those have been looked at.
     *
     * @param isWhole whether these are all that there are
     */
    record RoundEnded(Set<String> deployments, boolean isWhole) implements MonitorMessage, LocalMessage {}

    /** What changes slowly is to be looked at. */
    record Inspect() implements MonitorMessage, LocalMessage {}

    /** It has been. */
    record Inspected(List<Certificate> certificates, List<Vm> unmanaged) implements MonitorMessage, LocalMessage {}

    /** These alerts lasted when the monitor before this one ended. */
    record Remembered(List<Alert> open) implements MonitorMessage, LocalMessage {}

    /** One deployment is to be looked at. */
    record Look(String deployment) implements MonitorMessage, LocalMessage {}

    /** Its rows were read. */
    record Looked(DeploymentSight sight, Instant at) implements MonitorMessage, LocalMessage {}

    /** They could not be, or it is gone. */
    record NotLooked(String deployment) implements MonitorMessage, LocalMessage {}

    /** Something that was begun for a deployment has an outcome. */
    record Learned(String deployment, HealthEvent event) implements MonitorMessage, LocalMessage {}

    /** The cluster's singleton is ended by it when another director takes over. */
    record Leave() implements MonitorMessage, LocalMessage {}
}
