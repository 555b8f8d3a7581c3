package io.slipway.cpi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks, where the CPI manages them. */
interface NetworkContract extends Contract {

    @Test
    default void makes_and_deletes_a_network_or_says_that_it_cannot() {
        String network;
        try {
            network = cpi().createNetwork(Map.of("range", "10.99.0.0/24", "gateway", "10.99.0.1"));
        } catch (CpiException refused) {
            assertThat(refused.failure()).isInstanceOf(CpiFailure.NotSupported.class);
            return;
        }

        cpi().deleteNetwork(network);
        cpi().deleteNetwork(network);

        assertThat(network).isNotBlank();
    }

    @Test
    default void takes_the_deletion_of_an_absent_network_for_success() {
        assertThatCode(() -> cpi().deleteNetwork("../no such network")).doesNotThrowAnyException();
    }
}
