package io.slipway.cpi.simulated;

import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.simulated.fault.Faults;
import java.nio.file.Path;
import java.util.Map;

/** Makes simulated infrastructures; for the properties see {@link SimulatedSettings}. */
public final class SimulatedCpiFactory implements CpiFactory {
    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public SimulatedCpi create(String directorUuid, Path dataDirectory, Map<String, Object> properties) {
        return SimulatedCpi.open(dataDirectory, SimulatedSettings.of(properties), new Faults());
    }
}
