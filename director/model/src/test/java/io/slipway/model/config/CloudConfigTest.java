package io.slipway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudConfigTest {
    private static Map<String, Object> tree(String network) {
        return Yaml.parseMap("{azs: [{name: z1}, {name: z2}], networks: [{name: n, " + network + "}]}", "cloud config");
    }

    private static NetworkDefinition network(String network) {
        return CloudConfig.parse(tree(network)).network("n").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            type: odd                                                                            | 160000 | odd
            'subnets: [{range: 10.0.0.0/33}]'                                                    | 160002 | 10.0.0.0/33
            'subnets: [{range: 10.0.0.1/32}]'                                                    | 160002 | at least 2 IPs
            'subnets: [{range: 10.0.0.0/24, gateway: 10.0.1.1}]'                                 | 160003 | inside the range
            'subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.0}]'                                 | 160003 | network id
            'subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.255}]'                               | 160003 | broadcast
            'subnets: [{range: 10.0.0.0/24, reserved: [10.0.1.1]}]'                              | 160005 | 10.0.1.1
            'subnets: [{range: 10.0.0.0/24, static: [10.0.1.1]}]'                                | 160006 | 10.0.1.1
            'subnets: [{range: 10.0.0.0/24, reserved: [10.0.0.5], static: [10.0.0.2-10.0.0.9]}]' | 160006 | reserved range
            'subnets: [{range: 10.0.0.0/24}, {range: 10.0.0.128/25}]'                            | 160001 | overlapping
            'subnets: [{range: 10.0.0.0/24, az: z9}]'                                            | 160007 | z9
            'subnets: [{range: 10.0.0.0/24, az: z1, azs: [z2]}]'                                 | 160008 | Choose one
            'subnets: [{range: 10.0.0.0/24, azs: []}]'                                           | 160008 | empty 'azs'
            'type: dynamic, az: z1'                                                              | 160008 | must not specify 'az'
            'type: dynamic, dns: [8.8.8.8], subnets: [{az: z1}]'                                 | 160008 | must not specify 'dns'
            'type: dynamic, subnets: [{az: z9}]'                                                 | 160007 | z9
            'type: vip, subnets: [{static: [x]}]'                                                | 160010 | x
            """)
    void what_is_wrong_with_a_network_is_named(String network, int code, String named) {
        assertThatThrownBy(() -> network(network)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).anyMatch(problem -> problem.code() == (code == 160000 ? 190010 : code));
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @Test
    void numbers_are_taken_as_they_are_written_for_bosh() {
        var cloud = CloudConfig.parse(Yaml.parseMap("""
                azs: [{name: 1.10}]
                vm_types: [{name: 010, cloud_properties: &small {mode: 0640, ephemeral_disk: {size: 50_000}}}]
                disk_types: [{name: large, disk_size: 50_000}, {name: small, disk_size: 0x400}]
                compilation: {workers: 0x3, network: n, az: 1.10, cloud_properties: {<<: *small, mode: 1:30}}
                networks: [{name: n, subnets: [{range: 10.0.0.0/24, az: 1.10}]}]
                """, "cloud config"));

        assertThat(cloud.az("1.1")).isPresent();
        assertThat(cloud.vmType("8").orElseThrow().cloudProperties())
                .isEqualTo(Map.of("mode", 416, "ephemeral_disk", Map.of("size", 50_000)));
        assertThat(cloud.diskType("large").orElseThrow().sizeMb()).isEqualTo(50_000);
        assertThat(cloud.diskType("small").orElseThrow().sizeMb()).isEqualTo(1024);
        assertThat(cloud.compilation().orElseThrow().workers()).isEqualTo(3);
        assertThat(cloud.compilation().orElseThrow().cloudProperties())
                .isEqualTo(Map.of("mode", 5400, "ephemeral_disk", Map.of("size", 50_000)));
    }

    @Test
    void a_dynamic_network_differs_by_az() {
        var network = network("type: dynamic, subnets: [{az: z1, dns: [8.8.8.8]}, {cloud_properties: {a: 1}}]");

        assertThat(network.partFor("z1").orElseThrow().dns()).containsExactly("8.8.8.8");
        assertThat(network.partFor("z2").orElseThrow().cloudProperties()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void a_dynamic_network_without_subnets_is_the_same_everywhere() {
        var network = network("type: dynamic, dns: [8.8.8.8], cloud_properties: {a: 1}");

        assertThat(network.partFor("z2").orElseThrow())
                .isEqualTo(new NetworkPart(List.of(), List.of("8.8.8.8"), List.of(), Map.of("a", 1)));
    }

    @Test
    void subnets_of_an_az_come_before_those_of_all() {
        var network =
                network("subnets: [{range: 10.0.0.0/24}, {range: 10.0.1.0/24, az: z1}, {range: 10.0.2.0/24, az: z2}]");

        assertThat(network.subnetsFor("z1")).extracting(Subnet::name).containsExactly("n/10.0.1.0/24", "n/10.0.0.0/24");
    }

    @Test
    void one_of_several_configs_may_refer_to_what_others_have() {
        var part = Yaml.parseMap("networks: [{name: n, subnets: [{range: 10.0.0.0/24, az: z1}]}]", "cloud config");
        var other = Yaml.parseMap("azs: [{name: z1}]", "cloud config");

        assertThatCode(() -> CloudConfig.checkPart(part)).doesNotThrowAnyException();
        assertThat(CloudConfig.merge(List.of(part, other)).networks()).hasSize(1);
        assertThatThrownBy(() -> CloudConfig.merge(List.of(part))).hasMessageContaining("z1");
    }
}
