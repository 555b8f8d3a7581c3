package io.slipway.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.engine.RequestRefused;
import io.slipway.model.InvalidInput;
import io.slipway.store.config.ConfigStore.ConfigRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigChecksTest {
    @Test
    void a_cloud_config_may_refer_to_another_one_and_to_variables() {
        assertThat(ConfigChecks.check("cloud", "networks: [{name: n, subnets: [{range: 10.0.0.0/24, az: z9}]}]"))
                .isEmpty();
        assertThat(ConfigChecks.check("cloud", "disk_types: [{name: d, disk_size: ((/size))}]"))
                .isEmpty();

        assertThatThrownBy(() -> ConfigChecks.check("cloud", "disk_types: [{name: d, disk_size: x}]"))
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> ConfigChecks.check("cloud", "- a")).isInstanceOf(RequestRefused.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cloud        | {azs: [{name: z1, colour: red}]}              | 'azs[z1].colour'
            runtime      | {addons: [{name: a, include: {colours: []}}]} | 'addons[a].include.colours'
            cpi          | {cpis: [{name: a, type: x, colour: red}]}     | 'cpis[a].colour'
            resurrection | {rules: [{enabled: true, include: {azs: []}}]}| 'rules[0].include.azs'
            """)
    void keys_that_nobody_reads_are_told(String type, String content, String named) {
        assertThat(ConfigChecks.check(type, content)).singleElement().asString().contains(named.strip());
    }

    @Test
    void cpis_of_two_configs_do_not_share_a_name() {
        var current = List.of(new ConfigRow(1, "cpi", "one", "cpis: [{name: a, type: x}]", 0, true));

        ConfigChecks.checkBesideOthers("cpi", "one", "cpis: [{name: a, type: y}]", current);

        assertThatThrownBy(() -> ConfigChecks.checkBesideOthers("cpi", "two", "cpis: [{name: a, type: y}]", current))
                .hasMessageContaining("Duplicate cpi name 'a'");
    }
}
