package io.slipway.agent.core.health;

import io.slipway.protocol.agent.v1.Vitals;
import java.time.Duration;

/** Tells how a VM is. */
public interface HealthSource {
    JobReport report();

    Vitals vitals();

    /** For how long nobody needs to look again: what happens earlier than that is told by somebody. */
    Duration unchangedFor(JobReport report);
}
