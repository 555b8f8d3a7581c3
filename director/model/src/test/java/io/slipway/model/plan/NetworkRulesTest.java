package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            networks: []                                                                        | 140009 | at least one network
            networks: [{name: none}]                                                            | 150001 | none
            networks: [{name: default}]                                                         | 150006 | must specify availability zone
            azs: [z1], networks: [{name: default, static_ips: [10.0.1.10]}]                     | 150002 | has 2 instances but was allocated 1
            azs: [z1], networks: [{name: default, static_ips: [10.0.1.200, 10.0.1.10]}]         | 130009 | 10.0.1.200
            azs: [z1], networks: [{name: default, static_ips: [10.0.1.10, 10.0.1.10]}]          | 150009 | more than once
            azs: [z1], networks: [{name: dhcp, static_ips: [10.0.1.10, 10.0.1.11]}]             | 150008 | dynamic network 'dhcp'
            azs: [z1], networks: [{name: wide}, {name: dhcp}]                                   | 150005 | default for dns
            azs: [z1], networks: [{name: wide, default: [dns, gateway]}, {name: dhcp, default: [dns]}] | 150004 | default networks: 'wide', 'dhcp'
            azs: [z1], networks: [{name: wide, default: [color]}]                               | 150003 | color
            azs: [z1], networks: [{name: wide, default: [dns, gateway]}, {name: public}]        | 130014 | vip network 'public'
            azs: [z1], networks: [{name: wide, default: [dns]}, {name: public, static_ips: [1.1.1.1, 1.1.1.2], default: [gateway]}] | 130007 | public
            azs: [], networks: [{name: wide}]                                                   | 140017 | empty availability zones
            azs: [z9], networks: [{name: wide}]                                                 | 140018 | z9
            """)
    void what_a_group_may_not_ask_of_its_networks_is_refused(String group, int code, String named) {
        assertThatThrownBy(() -> Groups.group(2, group)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).anyMatch(problem -> problem.code() == code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @Test
    void static_ips_in_an_az_that_the_group_is_not_in_are_refused() {
        var group = Groups.group(1, "azs: [z1], networks: [{name: default, static_ips: [10.0.2.10]}]");

        assertThatThrownBy(() ->
                        Placement.place(group, java.util.List.of(), new Placement.Choices(() -> "id", azs -> azs)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("10.0.2.10");
    }

    @Test
    void a_single_network_is_the_default_for_everything() {
        var group = Groups.group(1, "azs: [z1], networks: [{name: wide}]");

        assertThat(group.networks().getFirst().defaultFor()).containsExactly("dns", "gateway");
        assertThat(group.defaultNetwork()).isEqualTo("wide");
    }

    @Test
    void the_addressable_network_is_the_one_that_links_show() {
        var group = Groups.group(
                1,
                "azs: [z1], networks: [{name: wide, default: [dns, gateway]}, {name: dhcp, default: [addressable]}]");

        assertThat(group.defaultNetwork()).isEqualTo("dhcp");
    }
}
