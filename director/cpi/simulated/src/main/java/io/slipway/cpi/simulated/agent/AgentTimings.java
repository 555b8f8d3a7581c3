package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.blob.BlobClient;
import java.time.Duration;

/**
 * How long things take in a simulated VM.
 *
 * @param boot from power on until the agent dials
 * @param jobStart from the start of jobs until they run
 * @param command every command takes at least this long
 * @param patience for how long a transfer of a blob is tried again
 */
public record AgentTimings(Duration boot, Duration jobStart, Duration command, Duration patience) {
    public static final AgentTimings NONE =
            new AgentTimings(Duration.ZERO, Duration.ZERO, Duration.ZERO, BlobClient.PATIENCE);
}
