package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CidrTest {
    @Test
    void tells_ranges_from_other_texts() {
        assertThat(Cidr.parse("10.100.200.0/24")).hasToString("Optional[10.100.200.0/24]");
        assertThat(Cidr.parse("10.100.200.7/24")).hasToString("Optional[10.100.200.0/24]");
        assertThat(Cidr.parse("10.0.0.0")).isEmpty();
        assertThat(Cidr.parse("10.0.0/8")).isEmpty();
        assertThat(Cidr.parse("10.0.0.256/8")).isEmpty();
        assertThat(Cidr.parse("10.0.0.0/33")).isEmpty();
    }

    @Test
    void finds_the_smallest_range_around_others() {
        var one = Cidr.parse("10.144.0.0/24").orElseThrow();
        var other = Cidr.parse("10.144.3.0/24").orElseThrow();

        assertThat(Cidr.around(List.of(one))).isEqualTo(one);
        assertThat(Cidr.around(List.of(one, other))).hasToString("10.144.0.0/22");
    }

    @Test
    void counts_addresses_from_the_network_on() {
        var services = Cidr.parse("10.100.200.0/24").orElseThrow();

        assertThat(services.address(1)).isEqualTo("10.100.200.1");
    }
}
