package io.slipway.cpi.local;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.VmNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Whether this machine can carry VMs, and the addresses that tests use on it. */
final class Machine {
    private static final String SUBNET = "10.231.77.";

    private Machine() {}

    /** Skips the test, with the factory's own words, where this is not root or a tool is missing. */
    static void assumeItCarriesVms(Path directory) {
        try {
            new LocalCpiFactory().create("probe", directory, Map.of()).close();
        } catch (CpiException refused) {
            Assumptions.abort(refused.failure().message());
        }
    }

    /** Far from the subnet of a real installation. */
    static VmNetwork network(int n) {
        return new VmNetwork(
                "default",
                "manual",
                SUBNET + (10 + n),
                24,
                SUBNET + "1",
                List.of("10.231.77.1"),
                List.of("dns", "gateway"),
                Map.of());
    }
}
