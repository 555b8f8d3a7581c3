package io.slipway.health.liveness;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a deployment. News make another one of it, and say what is to be done: {@link #on}.
 *
 * @param firstLook when its rows were read for the first time; null before
 * @param instances by id
 * @param firstDeath when the first died of those that are gathered now; null for none
 * @param lastDeath when the last one did
 * @param meltdowns which are on: empty for the whole deployment, else an instance group
 */
public record DeploymentHealth(
        String name,
        @Nullable Instant firstLook,
        Map<String, InstanceHealth> instances,
        @Nullable Instant firstDeath,
        @Nullable Instant lastDeath,
        Set<String> meltdowns) {
    /** Stands for the whole deployment where an instance group is named. */
    static final String WHOLE = "";

    public DeploymentHealth {
        instances = Map.copyOf(instances);
        meltdowns = Set.copyOf(meltdowns);
    }

    /** Of one that nothing is known of. */
    public static DeploymentHealth of(String name) {
        return new DeploymentHealth(name, null, Map.of(), null, null, Set.of());
    }

    /** What came of news. */
    public record Outcome(DeploymentHealth health, List<HealthAction> actions) {}

    /** What is known after these news, and what is to be done about them. */
    public Outcome on(HealthEvent event, LivenessSettings settings) {
        return new HealthTurn(this, settings).on(event);
    }
}
