package io.slipway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.Yaml;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That no key of a cloud config is read by nobody: each is read, refused by name, or told. */
class CloudConfigKeysTest {
    private static final String BASE = """
            azs: [{name: z1, cpi: one, cloud_properties: {az: 1, size: az}}]
            vm_types: [{name: small, cloud_properties: {size: type, kind: type}}]
            vm_extensions:
            - {name: fast, cloud_properties: {kind: fast, speed: 1}}
            - {name: faster, cloud_properties: {speed: 2}}
            disk_types: [{name: d, disk_size: 10, cloud_properties: {iops: 1}}]
            networks: [{name: n, subnets: [{range: 10.0.0.0/24, gateway: 10.0.0.1, az: z1}]}]
            """;

    private static CloudConfig cloud(String compilation) {
        return CloudConfig.parse(
                Yaml.parseMap(BASE + "compilation: {workers: 2, network: n, " + compilation + "}", "cloud config"));
    }

    private static CompilationConfig compilation(String keys) {
        return cloud(keys).compilation().orElseThrow();
    }

    @Test
    void all_that_the_compilation_section_may_have_is_read() {
        var typed = compilation("az: z1, vm_type: small, vm_extensions: [fast, faster], env: {bosh: {swap_size: 0}},"
                + " reuse_compilation_vms: true, orphan_workers: true");
        var sized = compilation("vm_resources: {cpu: 1, ram: 2, ephemeral_disk_size: 3}");

        assertThat(typed.workers()).isEqualTo(2);
        assertThat(typed.az()).contains("z1");
        assertThat(typed.vmType()).contains("small");
        assertThat(typed.vmExtensions()).containsExactly("fast", "faster");
        assertThat(typed.env()).containsKey("bosh");
        assertThat(typed.reuseVms()).isTrue();
        assertThat(typed.orphansWorkers()).isTrue();
        assertThat(sized.vmResources()).contains(Map.of("cpu", 1, "ram", 2, "ephemeral_disk_size", 3));
        assertThat(compilation("cloud_properties: {a: 1}").cloudProperties()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void compilation_vms_are_made_of_az_type_and_extensions_the_later_winning() {
        var cloud = cloud("az: z1, vm_type: small, vm_extensions: [fast, faster]");

        assertThat(cloud.cloudPropertiesOf(cloud.compilation().orElseThrow(), Map.of()))
                .isEqualTo(Map.of("az", 1, "size", "type", "kind", "fast", "speed", 2));
    }

    @Test
    void what_a_cpi_makes_of_resources_wins_over_extensions() {
        var cloud = cloud("az: z1, vm_extensions: [fast], vm_resources: {cpu: 1, ram: 2, ephemeral_disk_size: 3}");

        assertThat(cloud.cloudPropertiesOf(cloud.compilation().orElseThrow(), Map.of("kind", "sized")))
                .isEqualTo(Map.of("az", 1, "size", "az", "kind", "sized", "speed", 1));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            vm_type: small, cloud_properties: {a: 1}                                          | 120007 | only one is allowed
            vm_type: small, vm_resources: {cpu: 1, ram: 1, ephemeral_disk_size: 1}            | 120007 | only one is allowed
            vm_extensions: [fast]                                                             | 120007 | must configure a vm type
            vm_type: small, vm_extensions: [slow]                                             | 120005 | 'slow'
            vm_type: large                                                                    | 120003 | 'large'
            az: z9                                                                            | 120002 | 'z9'
            vm_resources: {cpu: 1, ram: much, ephemeral_disk_size: 1}                         | 40000  | compilation.vm_resources.ram
            vm_resources: {cpu: 1}                                                            | 40001  | ephemeral_disk_size
            env: none                                                                         | 40000  | compilation.env
            orphan_workers: maybe                                                             | 40000  | compilation.orphan_workers
            vm_extensions: fast                                                               | 40000  | compilation.vm_extensions
            """)
    void what_is_wrong_with_the_compilation_section_is_named(String keys, int code, String named) {
        assertThatThrownBy(() -> cloud(keys)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).extracting(Problem::code).contains(code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @Test
    void packages_are_compiled_in_an_az_that_the_network_serves() {
        String cloud = BASE.replace("azs: [", "azs: [{name: z2}, ")
                + "compilation: {workers: 1, network: n, az: z2, vm_type: small}";

        assertThatThrownBy(() -> CloudConfig.parse(Yaml.parseMap(cloud, "cloud config")))
                .hasMessageContaining(
                        "Compilation config refers to az 'z2' but network 'n' has no matching subnet(s).");
    }

    @Test
    void what_has_no_effect_in_the_compilation_section_is_told() {
        assertThat(cloud("reuse_compilation_vms: true, orphan_workers: true").warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("'compilation.reuse_compilation_vms' is ignored"))
                .anyMatch(warning -> warning.contains("'compilation.orphan_workers' is ignored"));
        assertThat(cloud("reuse_compilation_vms: false").warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            colour: red                                                                                 | 'colour'
            azs: [{name: z, colour: red}]                                                               | 'azs[z].colour'
            vm_types: [{name: t, env: {}}]                                                              | 'vm_types[t].env'
            vm_extensions: [{name: e, size: 1}]                                                         | 'vm_extensions[e].size'
            disk_types: [{name: d, disk_size: 1, size: 1}]                                              | 'disk_types[d].size'
            networks: [{name: n, dns: [], subnets: []}]                                                 | 'networks[n].dns'
            networks: [{name: n, subnets: [{range: 10.0.0.0/24, ranges: []}]}]                          | 'networks[n].subnets[0].ranges'
            networks: [{name: n, subnets: [{range: 10.0.0.0/24, netmask_bits: 24}]}]                    | 'networks[n].subnets[0].netmask_bits'
            networks: [{name: n, type: dynamic, subnets: [{reserved: []}]}]                             | 'networks[n].subnets[0].reserved'
            networks: [{name: n, type: vip, subnets: [{dns: [8.8.8.8]}]}]                               | 'networks[n].subnets[0].dns'
            networks: [{name: n, type: vip, range: 10.0.0.0/24}]                                        | 'networks[n].range'
            networks: [{name: n, subnets: []}], compilation: {workers: 1, network: n, size: 1}          | 'compilation.size'
            """)
    void a_key_that_nobody_knows_is_told(String yaml, String key) {
        var tree = Yaml.parseMap("{" + yaml + "}", "cloud config");

        assertThat(CloudConfig.parse(tree).warnings()).containsExactly("unknown key " + key + " is ignored");
        assertThat(CloudConfig.checkPart(tree)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
            subnets: [{range: 10.0.0.0/24, prefix: 28}]                                 ; 160008 ; 'networks[n].subnets[0].prefix' is '28'
            type: dynamic, subnets: [{prefix: 28}]                                      ; 160008 ; '28'
            type: vip, subnets: [{prefix: 28}]                                          ; 160008 ; '28'
            type: dynamic, prefix: 32                                                   ; 160008 ; must not specify 'prefix'
            type: dynamic, managed: true                                                ; 160008 ; must not specify 'managed'
            type: vip, managed: true, subnets: []                                       ; 160008 ; vip
            subnets: [{range: 10.0.0.0/24, dns: [8.8.8.8, none]}]                       ; 160004 ; 'networks[n].subnets[0].dns[1]' is 'none'
            subnets: [{range: 10.0.0.0/24, dns: [8.8.8.0/24]}]                          ; 160004 ; must be a single IP
            type: dynamic, dns: ['2001::z']                                             ; 160004 ; 2001::z
            managed: true, subnets: [{name: s, range: 10.0.0.0/24, netmask_bits: few}]  ; 40000  ; netmask_bits
            subnets: [{range: '2001:db8::/64'}]                                         ; 160002 ; 2001:db8::/64
            subnets: [{range: 10.0.0.0/24, name: a|b}]                                  ; 40005  ; 'networks[n].subnets[a|b].name' is 'a|b'
            subnets: [{range: 10.0.0.0/24, static: [10.0.0.9-10.0.0.5]}]                ; 160010 ; 'networks[n].subnets[0].static[0]'
            """)
    void what_has_no_effect_here_in_a_network_is_refused_by_name(String keys, int code, String named) {
        var tree = Yaml.parseMap("{networks: [{name: n, " + keys + "}]}", "cloud config");

        assertThatThrownBy(() -> CloudConfig.checkPart(tree)).isInstanceOfSatisfying(InvalidInput.class, refused -> {
            assertThat(refused.problems()).extracting(Problem::code).contains(code);
            assertThat(refused).hasMessageContaining(named);
        });
    }

    @Test
    void a_prefix_that_stands_for_one_address_is_what_every_instance_gets() {
        var tree =
                Yaml.parseMap("{networks: [{name: n, subnets: [{range: 10.0.0.0/24, prefix: 32}]}]}", "cloud config");

        assertThat(CloudConfig.checkPart(tree)).isEmpty();
    }

    @Test
    void networks_that_are_one_in_dns_are_refused() {
        var tree =
                Yaml.parseMap("{networks: [{name: a_b, type: dynamic}, {name: A-b, type: dynamic}]}", "cloud config");

        assertThatThrownBy(() -> CloudConfig.checkPart(tree))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .extracting(Problem::code)
                        .isEqualTo(190007))
                .hasMessageContaining("Invalid network name 'A-b', canonical name already taken");
    }

    @Test
    void a_disk_type_without_a_size_is_no_disk_and_one_with_less_is_refused() {
        var none = CloudConfig.parse(Yaml.parseMap("disk_types: [{name: none, disk_size: 0}]", "cloud config"));

        assertThat(none.diskType("none")).map(DiskType::isDisk).isEqualTo(Optional.of(false));
        assertThatThrownBy(() ->
                        CloudConfig.parse(Yaml.parseMap("disk_types: [{name: d, disk_size: -1}]", "cloud config")))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .extracting(Problem::code)
                        .containsExactly(200001));
    }

    @Test
    void a_name_server_may_have_an_address_of_either_kind() {
        var cloud = CloudConfig.parse(Yaml.parseMap(
                "networks: [{name: n, type: dynamic, dns: [8.8.8.8, '2001:4860:4860::8888', 'fe80::1%eth0']}]",
                "cloud config"));

        assertThat(cloud.network("n").orElseThrow().parts().getFirst().dns()).hasSize(3);
        assertThat(cloud.warnings()).isEmpty();
    }
}
