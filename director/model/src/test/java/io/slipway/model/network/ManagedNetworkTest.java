package io.slipway.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManagedNetworkTest {

    @Test
    void is_found_among_others_with_what_a_cpi_needs() {
        var networks = parse("""
                networks:
                - {name: plain, subnets: [{range: 10.0.0.0/24}]}
                - name: made
                  managed: true
                  subnets: [{name: s1, range: 10.1.0.0/24, gateway: 10.1.0.1, azs: [z1], netmask_bits: 24, cloud_properties: {t: own}}]
                """);

        assertThat(networks).extracting(ManagedNetwork::name).containsExactly("made");
        assertThat(networks.getFirst().subnets().getFirst().definition(Map.of("z1", Map.of("t", "az", "dc", 1))))
                .containsEntry("range", "10.1.0.0/24")
                .containsEntry("gateway", "10.1.0.1")
                .containsEntry("netmask_bits", 24)
                .containsEntry("cloud_properties", Map.of("t", "own", "dc", 1));
    }

    @Test
    void needs_names_for_its_subnets_that_differ() {
        assertThatThrownBy(() -> parse("networks: [{name: made, managed: true, subnets: [{range: 10.1.0.0/24}]}]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("name");
        assertThatThrownBy(() -> parse("networks: [{name: made, managed: true, subnets:"
                        + " [{name: s, range: 10.1.0.0/24}, {name: s, range: 10.2.0.0/24}]}]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("unique");
        assertThatThrownBy(
                        () -> parse(
                                "networks: [{name: made, type: dynamic, managed: true, subnets: [{name: s, range: 10.1.0.0/24}]}]"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("dynamic");
    }

    private static List<ManagedNetwork> parse(String yaml) {
        return ManagedNetwork.parse(List.of(Yaml.parseMap(yaml, "cloud config")));
    }
}
