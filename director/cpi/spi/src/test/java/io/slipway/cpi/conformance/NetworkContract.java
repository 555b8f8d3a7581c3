package io.slipway.cpi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Managed networks, where an infrastructure has them. */
public interface NetworkContract extends Contract {

    @Test
    default void makes_a_managed_network_or_says_that_it_cannot() {
        var made = new ArrayList<String>();
        Map<String, Object> subnet = Map.of(
                "type",
                "manual",
                "range",
                "10.254.254.0/24",
                "gateway",
                "10.254.254.1",
                "cloud_properties",
                Map.<String, Object>of());

        boolean isSupported = DiskContract.supports(() -> made.add(it().cpi().createNetwork(subnet)));

        if (isSupported) {
            assertThat(made.getFirst()).isNotBlank();
            it().cpi().deleteNetwork(made.getFirst());
            assertThatCode(() -> it().cpi().deleteNetwork(made.getFirst())).doesNotThrowAnyException();
        }
    }

    @Test
    default void takes_the_absence_of_a_network_for_success() {
        DiskContract.supports(() -> it().cpi().deleteNetwork("no-such-network"));
    }
}
