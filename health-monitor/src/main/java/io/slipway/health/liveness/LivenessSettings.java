package io.slipway.health.liveness;

import io.slipway.health.resurrection.ResurrectionSettings;
import java.time.Duration;

/** What decisions go by. */
public record LivenessSettings(ResurrectionSettings resurrection, Duration rogueAgentAlert) {
    public static final LivenessSettings DEFAULT =
            new LivenessSettings(ResurrectionSettings.DEFAULT, Duration.ofSeconds(120));
}
