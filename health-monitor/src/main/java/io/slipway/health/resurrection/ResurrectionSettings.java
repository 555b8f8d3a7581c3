package io.slipway.health.resurrection;

import java.time.Duration;

/**
 * When VMs are made anew by themselves.
 *
 * @param interval between two looks at all instances
 * @param lostGrace how long an agent may be silent before the infrastructure is asked whether its VM is there and on, where no
 *     stream was seen to break
 * @param unresponsiveGrace how long it may be silent on a VM that is there and on
 * @param minimumDownJobs fewer instances that are down are no meltdown
 * @param percentThreshold a smaller part of a deployment that is down is no meltdown; from 0 to 1
 * @param timeThreshold how long an instance that was down counts
 * @param groupPercentThreshold as {@code percentThreshold}, of an instance group; 1 for none but whole groups
 * @param maxInFlight how many VMs of a deployment are made anew at a time
 * @param gathering how long after the last news of a death others are waited for, so that the size of a failure is known before
 *     the first VM is made anew
 * @param stable how long an instance has to be well before its earlier deaths are forgotten
 * @param longestPause between two repairs of a VM that keeps dying
 */
public record ResurrectionSettings(
        Duration interval,
        Duration lostGrace,
        Duration unresponsiveGrace,
        int minimumDownJobs,
        double percentThreshold,
        Duration timeThreshold,
        double groupPercentThreshold,
        int maxInFlight,
        Duration gathering,
        Duration stable,
        Duration longestPause) {
    private static final double HALF = 0.5;
    private static final int AT_A_TIME = 10;

    /** The thresholds are those of BOSH's health monitor. */
    public static final ResurrectionSettings DEFAULT = new ResurrectionSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(60), 5, 0.2, Duration.ofMinutes(10));

    /** With the usual values of what BOSH has no setting for. */
    public ResurrectionSettings(
            Duration interval,
            Duration lostGrace,
            Duration unresponsiveGrace,
            int minimumDownJobs,
            double percentThreshold,
            Duration timeThreshold) {
        this(
                interval,
                lostGrace,
                unresponsiveGrace,
                minimumDownJobs,
                percentThreshold,
                timeThreshold,
                HALF,
                AT_A_TIME,
                Duration.ofMillis(500),
                Duration.ofMinutes(10),
                Duration.ofHours(1));
    }
}
