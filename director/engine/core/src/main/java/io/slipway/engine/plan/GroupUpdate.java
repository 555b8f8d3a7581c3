package io.slipway.engine.plan;

import io.slipway.engine.DeployOptions;
import io.slipway.model.manifest.UpdateConfig;
import io.slipway.model.manifest.WatchTime;

/**
 * How the instances of a group are updated.
 *
 * @param canaries a number, or a percentage of those that change
 * @param maxInFlight likewise
 * @param isSerial not at the same time as other groups
 * @param startsInAllAzs a first deploy does not go AZ by AZ
 */
public record GroupUpdate(
        String canaries, String maxInFlight, boolean isSerial, boolean startsInAllAzs, WatchTime canaryWatch) {

    /** As the manifest says, but for what was asked for this time. */
    public static GroupUpdate of(UpdateConfig config, DeployOptions options) {
        return new GroupUpdate(
                options.canaries().isEmpty() ? config.canaries() : options.canaries(),
                options.maxInFlight().isEmpty() ? config.maxInFlight() : options.maxInFlight(),
                config.serial(),
                config.startsInAllAzs(),
                config.canaryWatchTime());
    }

    public int canariesOf(int size) {
        return Math.min(size, DeployOptions.amount(canaries, size));
    }

    public int maxInFlightOf(int size) {
        return Math.max(1, DeployOptions.amount(maxInFlight, size));
    }
}
