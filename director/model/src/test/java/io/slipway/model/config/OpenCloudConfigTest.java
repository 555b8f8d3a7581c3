package io.slipway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.yaml.Yaml;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cloud configs with references to variables, when they are uploaded: all is checked that does not hang on a reference. */
class OpenCloudConfigTest {
    /** As operators' templates are written. */
    private static final String TEMPLATE = """
            azs:
            - {name: z1, cloud_properties: {availability_zone: ((zone))}}
            - {name: ((second)), cpi: ((cpi))}
            vm_types: [{name: default, cloud_properties: {size: ((/size))}}, {name: ((/type))}]
            vm_extensions: ((/extensions))
            disk_types: [{name: default, disk_size: ((/disk_size))}]
            networks:
            - name: default
              type: manual
              subnets:
              - range: ((internal_cidr))
                gateway: ((internal_gw))
                azs: [z1, ((second))]
                dns: [8.8.8.8, ((dns))]
                reserved: [((internal_gw))/30, 10.0.0.9]
                static: ((statics))
                cloud_properties: {net_id: ((net_id))}
              - ((subnet))
              - {range: 10.1.0.0/24, gateway: ((gw)), reserved: [((a))-((b))], managed: ((m))}
            - {name: ((other)), type: ((kind)), subnets: ((subnets))}
            - {name: net-((n)), type: dynamic, dns: ((dns))}
            - ((network))
            compilation:
              workers: ((workers))
              reuse_compilation_vms: ((reuse))
              az: ((second))
              vm_type: ((type))
              vm_extensions: [((ext))]
              network: default
            """;

    private static Map<String, Object> tree(String yaml) {
        return Yaml.parseMap(yaml, "cloud config");
    }

    @Test
    void what_hangs_on_references_is_taken() {
        assertThatCode(() -> CloudConfig.checkPart(tree(TEMPLATE))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"azs", "networks", "vm_types", "vm_extensions", "disk_types", "compilation"})
    void a_whole_section_may_be_a_reference(String section) {
        assertThatCode(() -> CloudConfig.checkPart(tree(section + ": ((/all))")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            10.1.0.0/24                      | 10.1.0.0/99                             | 10.1.0.0/99
            {range: 10.1.0.0/24              | {range: 10.1.0.0/24, static: [10.9.9.9]   | 10.9.9.9
            8.8.8.8                          | 8.8.8                                   | 'networks[default].subnets[0].dns[0]' is '8.8.8'
            10.0.0.9                         | 10.0.0.999                              | 'networks[default].subnets[0].reserved[1]' is '10.0.0.999'
            gateway: ((internal_gw))         | gateway: 10.0.0.256                     | Invalid gateway '10.0.0.256'
            ((statics))                      | [10.0.0.5-x]                            | 'networks[default].subnets[0].static[0]' is '10.0.0.5-x'
            ((statics))                      | [10.0.0.9]                              | Static IP '10.0.0.9' is in network 'default' reserved range
            gateway: ((gw))                  | az: ((a)), azs: [((b))]                 | Choose one
            range: ((internal_cidr))         | ranges: ((internal_cidr))               | 'range'
            type: manual                     | type: manuel                            | 'manuel'
            disk_size: ((/disk_size))        | size: ((/disk_size))                    | 'disk_size'
            {name: z1,                       | {name: [((a))],                         | 'azs[0].name'
            {name: ((/type))}                | {name: default}                         | Duplicate name 'default'
            network: default                 | networks: ((n))                         | 'network'
            workers: ((workers))             | workers: 0                              | 'compilation.workers' value (0)
            vm_extensions: [((ext))]         | cloud_properties: {a: ((b))}            | only one is allowed
            vm_type: ((type))                | env: {}                                 | must configure a vm type
            dns: ((dns))                     | dns: ((dns)), subnets: ((s))            | must not specify 'dns'
            dns: ((dns))                     | az: ((az))                              | must not specify 'az'
            """)
    void what_does_not_is_checked(String good, String bad, String named) {
        assertThat(TEMPLATE).contains(good);
        assertThatThrownBy(() -> CloudConfig.checkPart(tree(TEMPLATE.replace(good, bad))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(named);
    }
}
