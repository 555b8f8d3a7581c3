package io.slipway.engine.resurrection;

import java.time.Duration;

/**
 * When VMs are made anew by themselves.
 *
 * @param interval between two looks at all instances
 * @param lostGrace how long an agent may be silent before the infrastructure is asked whether its VM is there and on
 * @param unresponsiveGrace how long it may be silent on a VM that is there and on
 * @param minimumDownJobs fewer instances that are down are no meltdown
 * @param percentThreshold a smaller part of a deployment that is down is no meltdown; from 0 to 1
 * @param timeThreshold how long an instance that was down counts
 */
public record ResurrectionSettings(
        Duration interval,
        Duration lostGrace,
        Duration unresponsiveGrace,
        int minimumDownJobs,
        double percentThreshold,
        Duration timeThreshold) {

    /** The thresholds are those of BOSH's health monitor. */
    public static final ResurrectionSettings DEFAULT = new ResurrectionSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(60), 5, 0.2, Duration.ofMinutes(10));
}
