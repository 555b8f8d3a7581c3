package io.slipway.model.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSpecTest {

    private static JobSpec parse(String properties) {
        return JobSpec.fromMap(Yaml.parseMap("name: web\nproperties:\n" + properties.indent(2), "spec"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.inf", ".nan", "[1, .inf]", "{a: {b: .nan}}"})
    void a_default_that_json_does_not_have_is_refused(String value) {
        assertThatThrownBy(() -> parse("rate: {default: " + value + "}"))
                .hasMessageContaining("'job web.properties.rate.default' is ")
                .hasMessageContaining("expected no number that JSON does not have");
    }

    @Test
    void a_spec_that_was_kept_is_what_it_was() {
        var spec = parse("""
                a.b: {description: 010, default: 0640}
                z: {default: {y: [1.10, 1.0e+16, ~, 12345678901234567890], x: yes}}
                c: {default: ~}
                d: {}
                e:
                """);

        assertThat(JobSpec.fromMap(Yaml.parseMap(Yaml.json(spec.toMap()), "spec")))
                .isEqualTo(spec);
        assertThat(spec.properties().keySet()).containsExactly("a.b", "z", "c", "d", "e");
    }
}
