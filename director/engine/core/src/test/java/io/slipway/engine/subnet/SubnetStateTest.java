package io.slipway.engine.subnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.subnet.SubnetCommand.Want;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubnetStateTest {
    private static final String RANGE = "10.0.0.0/29";
    private static final List<String> EXCLUDED = List.of("10.0.0.1", "10.0.0.2-10.0.0.3");

    @Test
    void hands_out_the_lowest_address_that_is_neither_excluded_nor_leased() {
        var state = SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.4"));

        assertThat(lowestFree(state)).contains("10.0.0.5");
    }

    @Test
    void never_hands_out_network_and_broadcast_addresses() {
        var state = SubnetState.EMPTY
                .apply(new SubnetEvent.Leased("a", "10.0.0.4"))
                .apply(new SubnetEvent.Leased("b", "10.0.0.5"))
                .apply(new SubnetEvent.Leased("c", "10.0.0.6"));

        assertThat(lowestFree(state)).isEmpty();
        assertThat(state.countFree(RANGE, EXCLUDED)).isZero();
    }

    @Test
    void reuses_what_was_released() {
        var state =
                SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.4")).apply(new SubnetEvent.Released("a"));

        assertThat(lowestFree(state)).contains("10.0.0.4");
    }

    @Test
    void gives_many_their_addresses_at_once_and_each_its_own() {
        var state = SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.5"));

        var grant =
                state.grant("net", List.of(new Want("a", ""), new Want("b", ""), new Want("c", "")), RANGE, EXCLUDED);

        assertThat(grant.addresses()).isEqualTo(Map.of("a", "10.0.0.5", "b", "10.0.0.4", "c", "10.0.0.6"));
        assertThat(grant.fresh()).isEqualTo(Map.of("b", "10.0.0.4", "c", "10.0.0.6"));
        assertThat(state.apply(new SubnetEvent.AllLeased(grant.fresh())).leases())
                .isEqualTo(grant.addresses());
    }

    @Test
    void refuses_all_where_one_cannot_have_what_it_wants() {
        var state = SubnetState.EMPTY.apply(new SubnetEvent.Leased("a", "10.0.0.5"));

        var grant = state.grant("net", List.of(new Want("b", ""), new Want("c", "10.0.0.5")), RANGE, EXCLUDED);

        assertThat(grant.refusal()).isEqualTo("Failed to reserve IP '10.0.0.5' in 'net': it is leased already");
        assertThat(grant.fresh()).isEmpty();
    }

    @Test
    void does_not_give_a_static_address_out_twice_in_one_request() {
        var grant =
                SubnetState.EMPTY.grant("net", List.of(new Want("a", "10.0.0.4"), new Want("b", "")), RANGE, EXCLUDED);

        assertThat(grant.addresses()).isEqualTo(Map.of("a", "10.0.0.4", "b", "10.0.0.5"));
    }

    private static Optional<String> lowestFree(SubnetState state) {
        return Optional.ofNullable(state.grant("net", List.of(new Want("wants", "")), RANGE, EXCLUDED)
                .addresses()
                .get("wants"));
    }
}
