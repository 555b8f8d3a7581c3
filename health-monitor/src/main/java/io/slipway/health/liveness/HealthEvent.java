package io.slipway.health.liveness;

import java.time.Instant;
import java.util.List;

/** News of one deployment. */
public sealed interface HealthEvent {
    Instant at();

    /** Its rows were read. */
    record Looked(DeploymentSight sight, Instant at) implements HealthEvent {}

    /** An agent has a stream. */
    record Opened(String instanceId, String agentId, String stream, Instant at) implements HealthEvent {}

    /** A stream ended that a director held, which goes on. */
    record Broke(String instanceId, String agentId, String stream, Instant at) implements HealthEvent {}

    /** The infrastructure has answered. */
    record Judged(String instanceId, String vmCid, Verdict verdict, Instant at) implements HealthEvent {}

    /** A repair was queued. */
    record Queued(List<String> instanceIds, long task, Instant at) implements HealthEvent {}
}
