package io.slipway.model.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.ErrorCodes;
import io.slipway.model.Problem;
import io.slipway.model.Problems;
import io.slipway.model.yaml.Fields;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NameTest {

    /** As releases, manifests and configs of the field have them. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
            DEPLOYMENT     ; cf
            DEPLOYMENT     ; service-instance_0b1c9c7e-33f8-4b0c-8a0e-4c6f5d0f5a11
            DEPLOYMENT     ; p-isolation-segment-1.2+x
            INSTANCE_GROUP ; diego_database
            INSTANCE_GROUP ; smoke tests
            INSTANCE_GROUP ; web.east/1
            NETWORK        ; default
            NETWORK        ; PAS-Deployment (east)
            NETWORK        ; übernet
            IDENTIFIER     ; cf-networking
            IDENTIFIER     ; 3.27.0+dev.2-rc_1
            FILE           ; golang-1.21-linux
            FILE           ; bosh-dns-windows
            VARIABLE       ; /p-bosh/cf/uaa_ca
            VARIABLE       ; diego_instance_identity_ca_2-18
            DISK           ; data.1
            CPI            ; ((vcenter_identifier))
            CPI            ; 7f4c-vSphere 1
            CLUSTER        ; my-cluster-1
            USER           ; joe@example.com
            TAG            ; kubernetes.io/cluster/a|b
            TEXT           ; us-east-1a
            TEXT           ; pub-lbs, and more
            TEXT           ; 日本
            """)
    void names_of_the_field_are_names(Name name, String text) {
        assertThat(name.problem("field", text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = ';', textBlock = """
            DEPLOYMENT     ; a|b      ; 40005
            DEPLOYMENT     ; my cf    ; 40005
            DEPLOYMENT     ; a/b      ; 40005
            DEPLOYMENT     ; ..       ; 40005
            DEPLOYMENT     ; -cf      ; 420001
            INSTANCE_GROUP ; a|b      ; 40005
            INSTANCE_GROUP ; web-     ; 420001
            INSTANCE_GROUP ; 日本     ; 420001
            NETWORK        ; a|b      ; 40005
            NETWORK        ; _net     ; 420001
            IDENTIFIER     ; a|b      ; 40005
            IDENTIFIER     ; 1.2 3    ; 40005
            IDENTIFIER     ; .        ; 40005
            FILE           ; ../a     ; 40005
            FILE           ; ..       ; 40005
            VARIABLE       ; a b      ; 540004
            VARIABLE       ; a|b      ; 540004
            VARIABLE       ; a/       ; 540004
            VARIABLE       ; a//b     ; 540004
            DISK           ; a/b      ; 40005
            DISK           ; .a       ; 40005
            CPI            ; a|b      ; 40005
            CLUSTER        ; My       ; 40005
            CLUSTER        ; a|b      ; 40005
            USER           ; a:b      ; 40005
            USER           ; a|b      ; 40005
            TEXT           ; a|b      ; 40005
            TEXT           ; ` a`     ; 40005
            TEXT           ; `a\u00a0`; 40005
            """)
    void what_is_no_name_is_told_by_field_value_and_what_is_expected(Name name, String text, int code) {
        assertThat(name.problem("the.field", text)).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.field()).isEqualTo("the.field");
            assertThat(problem.message()).contains("'" + text + "'");
        });
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_named_by_nothing_by_control_characters_or_without_end(Name name) {
        assertThat(name.problem("f", " ")).map(Problem::code).contains(ErrorCodes.VIOLATED_MIN);
        assertThat(name.problem("f", "")).map(Problem::code).contains(ErrorCodes.VIOLATED_MIN);
        assertThat(name.problem("f", "a".repeat(name.longest() + 1))).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCodes.VIOLATED_MAX);
            assertThat(problem.message()).contains("(" + (name.longest() + 1) + ")");
        });
        for (String part : new String[] {"\0", "\n", "\t", "\u007f", "\u0085", "\u2028", "\ud800"}) {
            assertThat(name.allows("a" + part + "b"))
                    .as("U+%04x", (int) part.charAt(0))
                    .isFalse();
        }
    }

    @Test
    void what_is_built_of_the_longest_names_fits_where_it_is_kept() {
        assertThat("Deployment|".length() + Name.DEPLOYMENT.longest()).isLessThanOrEqualTo(255);
        assertThat("Subnet|".length() + Name.NETWORK.longest() + "/255.255.255.255/32".length())
                .isLessThanOrEqualTo(255);
        assertThat(Name.INSTANCE_GROUP.longest() + "/".length() + 36).isLessThanOrEqualTo(255);
        assertThat("/Slipway/".length() + Name.DEPLOYMENT.longest() + "/".length() + Name.VARIABLE.longest())
                .isLessThanOrEqualTo(500);
        assertThat("cpi-external-".length() + 3 * Name.CPI.longest()).isLessThanOrEqualTo(255);
        assertThat(Name.TEXT.longest() + "-".length() + Name.TEXT.longest()).isLessThanOrEqualTo(512);
    }

    @Test
    void a_cpi_is_as_long_as_its_bytes() {
        assertThat(Name.CPI.allows("ü".repeat(40))).isTrue();
        assertThat(Name.CPI.allows("ü".repeat(41))).isFalse();
    }

    /** Whatever is taken is one line, can be written to a database, and splits at no bar. */
    @Property
    void whatever_is_taken_can_be_kept(@ForAll String text) {
        var takers = EnumSet.allOf(Name.class);
        takers.removeIf(name -> !name.allows(text));

        if (!takers.isEmpty()) {
            assertThat(text.lines()).hasSize(1);
            assertThat(text).doesNotContain("\0");
            assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(text);
            takers.remove(Name.TAG);
            if (!takers.isEmpty()) {
                assertThat(text).doesNotContain("|").isEqualTo(text.strip());
            }
        }
    }

    @Test
    void a_field_that_is_missing_or_no_text_is_told_once() {
        var problems = new Problems();
        var fields = new Fields(Map.of("list", List.of(), "long", "x".repeat(10_000)), "here", problems);

        assertThat(Name.TEXT.read(fields, "none")).isEmpty();
        assertThat(Name.TEXT.read(fields, "list")).isEmpty();
        assertThat(Name.TEXT.read(fields, "long")).hasSize(255);
        assertThat(Name.TEXT.readOptional(fields, "other")).isEmpty();

        assertThat(problems.all())
                .extracting(Problem::code)
                .containsExactly(ErrorCodes.MISSING_FIELD, ErrorCodes.INVALID_TYPE, ErrorCodes.VIOLATED_MAX);
    }
}
