package io.slipway.engine.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.Fence;
import io.slipway.engine.address.AddressCommand.Want;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressBlockStateTest {
    private static final AddressSpan BLOCK = AddressSpan.of("10.0.0.0/16");
    private static final LeaseFrom SUBNET =
            new LeaseFrom("net", "10.0.0.0/29", List.of("10.0.0.1", "10.0.0.2-10.0.0.3"));

    @Test
    void hands_out_the_lowest_address_that_is_neither_excluded_nor_leased() {
        assertThat(lowestFree(leased("a", "10.0.0.4"))).contains("10.0.0.5");
    }

    @Test
    void never_hands_out_network_and_broadcast_addresses() {
        var state = AddressBlockState.EMPTY.apply(
                new AddressEvent.Leased(Map.of("a", "10.0.0.4", "b", "10.0.0.5", "c", "10.0.0.6"), Fence.NONE));

        assertThat(lowestFree(state)).isEmpty();
        assertThat(state.countFree(SUBNET, BLOCK)).isZero();
    }

    @Test
    void reuses_what_was_released() {
        var state = leased("a", "10.0.0.4").apply(new AddressEvent.Released(Set.of("a")));

        assertThat(lowestFree(state)).contains("10.0.0.4");
    }

    @Test
    void gives_many_their_addresses_at_once_and_each_its_own() {
        var state = leased("a", "10.0.0.5");

        var grant = state.grant(List.of(new Want("a", ""), new Want("b", ""), new Want("c", "")), SUBNET, BLOCK);

        assertThat(grant.addresses()).isEqualTo(Map.of("a", "10.0.0.5", "b", "10.0.0.4", "c", "10.0.0.6"));
        assertThat(grant.fresh()).isEqualTo(Map.of("b", "10.0.0.4", "c", "10.0.0.6"));
        assertThat(state.apply(new AddressEvent.Leased(grant.fresh(), Fence.NONE))
                        .leases())
                .isEqualTo(grant.addresses());
    }

    @Test
    void gives_those_that_can_have_what_they_want_and_says_why_another_cannot() {
        var grant = leased("a", "10.0.0.5").grant(List.of(new Want("b", ""), new Want("c", "10.0.0.5")), SUBNET, BLOCK);

        assertThat(grant.refusal()).isEqualTo("Failed to reserve IP '10.0.0.5' in 'net': it is leased already");
        assertThat(grant.fresh()).isEqualTo(Map.of("b", "10.0.0.4"));
    }

    @Test
    void does_not_give_a_static_address_out_twice_in_one_request() {
        var grant = AddressBlockState.EMPTY.grant(List.of(new Want("a", "10.0.0.4"), new Want("b", "")), SUBNET, BLOCK);

        assertThat(grant.addresses()).isEqualTo(Map.of("a", "10.0.0.4", "b", "10.0.0.5"));
    }

    @Test
    void counts_a_subnet_of_millions_of_addresses_without_walking_over_them() {
        var wide = new LeaseFrom("net", "10.0.0.0/8", List.of("10.0.0.0-10.0.3.255"));

        assertThat(leased("a", "10.0.9.4").countFree(wide, BLOCK)).isEqualTo(65_536 - 1_024 - 1);
    }

    @Test
    void an_address_is_leased_once_whatever_subnet_it_is_asked_for_in() {
        var other = new LeaseFrom("another", "10.0.0.0/28", List.of("10.0.0.1-10.0.0.3"));

        assertThat(leased("a", "10.0.0.4")
                        .grant(List.of(new Want("b", "")), other, BLOCK)
                        .addresses())
                .isEqualTo(Map.of("b", "10.0.0.5"));
    }

    @Test
    void what_a_run_says_that_is_over_counts_no_more() {
        var state =
                AddressBlockState.EMPTY.apply(new AddressEvent.Leased(Map.of("a", "10.0.0.4"), new Fence("dep", 7)));

        assertThat(state.isSuperseded(new Fence("dep", 6))).isTrue();
        assertThat(state.isSuperseded(new Fence("dep", 7))).isFalse();
        assertThat(state.isSuperseded(new Fence("dep", 8))).isFalse();
        assertThat(state.isSuperseded(new Fence("other", 1))).isFalse();
        assertThat(state.isSuperseded(Fence.NONE)).isFalse();
    }

    private static AddressBlockState leased(String key, String address) {
        return AddressBlockState.EMPTY.apply(new AddressEvent.Leased(Map.of(key, address), Fence.NONE));
    }

    private static Optional<String> lowestFree(AddressBlockState state) {
        return Optional.ofNullable(state.grant(List.of(new Want("wants", "")), SUBNET, BLOCK)
                .addresses()
                .get("wants"));
    }
}
