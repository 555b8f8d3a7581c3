package io.slipway.engine.subnet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubnetStateTest {
    private static final String RANGE = "10.0.0.0/29";
    private static final List<String> EXCLUDED = List.of("10.0.0.1", "10.0.0.2-10.0.0.3");

    @Test
    void hands_out_the_lowest_address_that_is_neither_excluded_nor_leased() {
        var state = SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.4"));

        assertThat(state.lowestFree(RANGE, EXCLUDED)).contains("10.0.0.5");
    }

    @Test
    void never_hands_out_network_and_broadcast_addresses() {
        var state = SubnetState.EMPTY
                .apply(new SubnetEvent.Leased("a", "10.0.0.4"))
                .apply(new SubnetEvent.Leased("b", "10.0.0.5"))
                .apply(new SubnetEvent.Leased("c", "10.0.0.6"));

        assertThat(state.lowestFree(RANGE, EXCLUDED)).isEmpty();
        assertThat(state.countFree(RANGE, EXCLUDED)).isZero();
    }

    @Test
    void reuses_what_was_released() {
        var state =
                SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.4")).apply(new SubnetEvent.Released("a"));

        assertThat(state.lowestFree(RANGE, EXCLUDED)).contains("10.0.0.4");
    }
}
