package io.slipway.kubernetes;

import io.slipway.engine.Addresses;
import io.slipway.engine.Deployments;
import io.slipway.engine.Tasks;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What clusters need of the world.
 *
 * @param epochs gives the epoch of an entity that starts; blocks
 * @param blocking runs calls that block
 */
public record ClusterServices(
        Deployments deployments,
        Tasks tasks,
        Addresses addresses,
        ClusterRows rows,
        LongSupplier epochs,
        Executor blocking,
        Timings timings) {

    /**
     * How often things are looked at and tried again.
     *
     * @param look at a task that is awaited
     * @param pause before a step is tried again, doubled each time up to a minute
     * @param tries of a step before its action fails
     */
    public record Timings(Duration look, Duration pause, int tries) {
        public static final Timings DEFAULT = new Timings(Duration.ofMillis(500), Duration.ofSeconds(1), 12);
    }
}
