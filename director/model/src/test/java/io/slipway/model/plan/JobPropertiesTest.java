package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.release.JobSpec;
import io.slipway.model.yaml.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobPropertiesTest {
    private static final String GROUP = "vm_type: small, stemcell: default, instances: 1, azs: [z1], networks:"
            + " [{name: wide, default: [dns, gateway]}]";

    private static JobSpec spec(String properties) {
        return JobSpec.fromMap(Yaml.parseMap("{name: web, properties: {" + properties + "}}", "spec"));
    }

    private static String effective(String declared, String given) {
        return Yaml.json(JobProperties.effective(spec(declared), Yaml.parseMap("{" + given + "}", "manifest")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            bus.user: {}, bus.port: {default: 1}, top: {} |                           | {"bus":{"user":null,"port":1},"top":null}
            bus.user: {}                                  | bus: {user: x, other: y}  | {"bus":{"user":"x"}}
            bus.user: {default: x}                        | bus: {user: ~}            | {"bus":{"user":"x"}}
            bus.user: {default: x}                        | bus: ~                    | {"bus":{"user":"x"}}
            on: {default: true}                           | yes: false                | {"true":false}
            flag: {default: true}                         | flag: false               | {"flag":false}
            a: {}, a.b: {default: 5}                      |                           | {"a":{"b":5}}
            a: {}, a.b: {default: 5}                      | a: {c: 1}                 | {"a":{"c":1,"b":5}}
            a: {}, a.b: {default: 5}                      | a: {c: 1, b: 2}           | {"a":{"b":2,"c":1}}
            a.b: {default: 5}, a: {default: {c: 1}}       |                           | {"a":{"c":1}}
            a: {default: x}, a.b: {default: 5}            |                           | {"a":{"b":5}}
            h: {}                                         | h: {z: 1, a: {y: 1, b: 2}, B: 3, 10: 4, 9: 5} | {"h":{"10":4,"9":5,"B":3,"a":{"b":2,"y":1},"z":1}}
            l: {}                                         | l: [{z: 1, a: 2}]         | {"l":[{"z":1,"a":2}]}
            """)
    void every_declared_name_is_a_node(String declared, String given, String effective) {
        assertThat(effective(declared, given == null ? "" : given)).isEqualTo(effective);
    }

    @Test
    void what_the_manifest_gave_stays_as_it_was() {
        var given = Yaml.parseMap("a: {c: 1}", "manifest");

        JobProperties.effective(spec("a: {}, a.b: {default: 5}"), given);

        assertThat(given).isEqualTo(Map.of("a", Map.of("c", 1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            bus.user: {}                  | bus: text         | Property 'bus.user' expects a hash, but received 'String'
            bus.user: {}, bus.port: {}    | bus: 7            | Property 'bus.user' expects a hash, but received 'Integer'
            bus.user: {}                  | bus: 1.5          | Property 'bus.user' expects a hash, but received 'Float'
            bus.user: {}                  | bus: false        | Property 'bus.user' expects a hash, but received 'FalseClass'
            bus.user: {}                  | bus: yes          | Property 'bus.user' expects a hash, but received 'TrueClass'
            bus.user: {default: x}        | bus: [user]       | Property 'bus.user' expects a hash, but received 'Array'
            a.b.c: {}, a.b.d: {}          | a: {b: x}         | Property 'a.b.c' expects a hash, but received 'String'
            a.b.c: {}                     | a: x              | Property 'a.b.c' expects a hash, but received 'String'
            a: {}, a.b: {}                | a: x              | Property 'a.b' expects a hash, but received 'String'
            """)
    void a_value_where_a_hash_must_be_is_refused(String declared, String given, String message) {
        assertThat(JobProperties.mismatches(spec(declared), Yaml.parseMap(given, "manifest")))
                .containsExactly(message);
        var catalog = new PaperCatalog("{name: web, properties: {" + declared + "}}");

        assertThatThrownBy(() -> Groups.deployment(
                        catalog,
                        "[{name: front, " + GROUP + ", jobs: [{name: web, release: r, properties: {" + given + "}}]}]"))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .extracting(Problem::message)
                        .containsExactly(message + " for job 'web' in instance group 'front'"));
    }

    @Test
    void properties_of_the_group_are_held_to_the_same() {
        var catalog = new PaperCatalog("{name: web, properties: {bus.user: {}, up.down: {}}}");

        assertThatThrownBy(() -> Groups.deployment(
                        catalog,
                        "[{name: front, " + GROUP + ", properties: {bus: x, up: 1}, jobs: [{name: web, release: r}]}]"))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(refused.problems())
                        .extracting(Problem::message)
                        .containsExactly(
                                "Property 'bus.user' expects a hash, but received 'String'"
                                        + " for job 'web' in instance group 'front'",
                                "Property 'up.down' expects a hash, but received 'Integer'"
                                        + " for job 'web' in instance group 'front'"));
    }

    @Test
    void what_fits_and_what_is_null_or_not_declared_is_taken() {
        for (String given : List.of("bus: {user: text}", "bus: ~", "other: text", "bus: {user: {a: 1}}", "bus: {}")) {
            assertThat(JobProperties.mismatches(spec("bus.user: {}"), Yaml.parseMap(given, "manifest")))
                    .isEmpty();
        }
    }
}
