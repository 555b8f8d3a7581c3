package io.slipway.cpi.simulated.agent;

import java.time.Duration;

/**
 * How long things take in a simulated VM.
 *
 * @param boot from power on until the agent dials
 * @param jobStart from the start of jobs until they run
 * @param command every command takes at least this long
 */
public record AgentTimings(Duration boot, Duration jobStart, Duration command) {
    public static final AgentTimings NONE = new AgentTimings(Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
