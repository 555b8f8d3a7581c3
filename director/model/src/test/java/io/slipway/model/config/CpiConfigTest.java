package io.slipway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpiConfigTest {

    @Test
    void reads_cpis_and_knows_where_a_type_is_installed() {
        var config = parse("""
                cpis:
                - {name: a, type: openstack, properties: {api_key: x}, migrated_from: [{name: old}]}
                - {name: b, type: vsphere, exec_path: /opt/cpi}
                """);

        assertThat(config.cpis())
                .extracting(CpiDefinition::execPath)
                .containsExactly("/var/vcap/jobs/openstack_cpi/bin/cpi", "/opt/cpi");
        assertThat(config.find("old")).map(CpiDefinition::name).contains("a");
        assertThat(config.find("b")).isPresent();
        assertThat(config.find("c")).isEmpty();
        assertThat(config.cpis().getFirst().toString()).doesNotContain("api_key");
    }

    @Test
    void names_all_that_is_wrong() {
        var problems = problems("cpis: [{type: x, properties: 3}, {name: b, type: x, migrated_from: [{}]}]");

        assertThat(problems).extracting(Problem::message).anyMatch(text -> text.contains("properties"));
        assertThat(problems).hasSize(3);
        assertThat(problems("azs: []")).extracting(Problem::message).anyMatch(text -> text.contains("cpis"));
    }

    @Test
    void takes_no_name_twice_also_not_over_several_configs() {
        var twice = problems("cpis: [{name: a, type: x}, {name: b, type: x, migrated_from: [{name: a}]}]");

        assertThat(twice).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(550000);
            assertThat(problem.message()).isEqualTo("Duplicate cpi name 'a'");
        });
        var one = Yaml.parseMap("cpis: [{name: a, type: x}]", "config");
        assertThat(catchThrowableOfType(InvalidInput.class, () -> CpiConfig.merge(List.of(one, one)))
                        .problems())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: a|b, type: x}",
                "{name: a, type: ../../bin/sh }",
                "{name: a, type: 'x|y'}",
                "{name: ' a', type: x}",
                "{name: a, type: x, migrated_from: [{name: 'b|c'}]}",
                "{name: a, type: x, migrated_from: [{name: ((/old))}]}"
            })
    void names_become_files_and_cannot_be_anything(String cpi) {
        assertThat(problems("cpis:\n- " + cpi.replace(" }", "}"))).isNotEmpty();
    }

    @Test
    void tells_of_keys_that_nobody_reads() {
        assertThat(parse("{x: 1, cpis: [{name: a, type: x, exec: /bin/a, migrated_from: [{name: b, since: 1}]}]}")
                        .warnings())
                .containsExactlyInAnyOrder(
                        "unknown key 'x' is ignored",
                        "unknown key 'cpis[a].exec' is ignored",
                        "unknown key 'cpis[a].migrated_from[b].since' is ignored");
    }

    private static CpiConfig parse(String yaml) {
        return CpiConfig.parse(Yaml.parseMap(yaml, "config"));
    }

    private static List<Problem> problems(String yaml) {
        return catchThrowableOfType(InvalidInput.class, () -> parse(yaml)).problems();
    }
}
