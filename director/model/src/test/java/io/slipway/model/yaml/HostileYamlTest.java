package io.slipway.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.InvalidInput;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text: a tree or one line about what is wrong, in little time and memory. */
class HostileYamlTest {

    @Property(tries = 500)
    void any_text_is_a_tree_or_is_refused(@ForAll("texts") String text) {
        try {
            Yaml.canonicalJson(Yaml.parse(text, "manifest"));
        } catch (InvalidInput refused) {
            assertThat(refused.getMessage()).startsWith("Incorrect YAML structure of the manifest: ");
            assertThat(refused.getMessage()).doesNotContain("\n", "Exception", "at io.slipway");
        }
    }

    @Property(tries = 60)
    void aliases_of_aliases_never_expand_far(
            @ForAll @IntRange(min = 2, max = 12) int width,
            @ForAll @IntRange(min = 8, max = 60) int height,
            @ForAll("uses") String use) {
        var text = new StringBuilder("a0: &a0 [").append("x,".repeat(width)).append("]\n");
        for (int level = 1; level <= height; level++) {
            text.append("a%d: &a%d [".formatted(level, level))
                    .append("*a%d, ".formatted(level - 1).repeat(width))
                    .append("]\n");
        }
        text.append(use.formatted(height));

        assertRefusedOrSmall(text.toString());
    }

    @Property(tries = 60)
    void merges_of_merges_never_expand_far(
            @ForAll @IntRange(min = 2, max = 12) int width, @ForAll @IntRange(min = 2, max = 40) int height) {
        var text = new StringBuilder("a0: &a0 {k: v}\n");
        for (int level = 1; level <= height; level++) {
            text.append("a%d: &a%d {k%d: v, <<: [".formatted(level, level, level))
                    .append("*a%d, ".formatted(level - 1).repeat(width))
                    .append("]}\n");
        }

        assertRefusedOrSmall(text.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? ", "!!map {", "&a [", "\"", "|", "%YAML 9", "*", "<<: ["})
    void depth_without_end_is_refused(String opening) {
        assertThatThrownBy(() -> Yaml.parse(opening.repeat(50_000), "manifest")).isInstanceOf(InvalidInput.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [*a]",
                "&a {b: *a}",
                "&a ? *a : 1",
                "a: &a [1]\nb: {? *a : 1}",
                "? {a: 1} : 2",
                "a: *nothing",
                "a: \"x\\0y\"",
                "!!java.io.File x",
                "a: !!binary x",
                "--- a\n--- b"
            })
    void what_no_manifest_needs_is_refused(String text) {
        assertThatThrownBy(() -> Yaml.parse(text, "manifest")).isInstanceOf(InvalidInput.class);
    }

    @Test
    void a_number_without_end_is_refused() {
        assertThatThrownBy(() -> Yaml.parse("a: " + "9".repeat(1_000_000), "manifest"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("100 digits");
        assertThat(Yaml.parse("a: 1e999999\nb: " + "ab12".repeat(32), "manifest"))
                .isInstanceOf(Map.class);
    }

    @Test
    void a_long_text_that_is_used_often_is_refused() {
        String text = "a: &a " + "x".repeat(1_000_000) + "\nb: [" + "*a, ".repeat(100) + "]";

        assertThatThrownBy(() -> Yaml.parse(text, "manifest")).hasMessageContaining("characters");
    }

    @Test
    void a_value_in_a_message_is_short_whatever_its_size() {
        assertThat(Fields.shown(Yaml.parse("a: &a [" + "x, ".repeat(1000) + "]\nb: [*a, *a, *a]", "it")))
                .hasSizeLessThan(130)
                .startsWith("{a=[x x x");
    }

    @Provide
    Arbitrary<String> uses() {
        return Arbitraries.of("", "? *a%d : 1\n", "m: {<<: *a%d}\n", "m: {*a%d : x}\n", "z: *a%d\n");
    }

    @Provide
    Arbitrary<String> texts() {
        var pieces = Arbitraries.of(
                "a",
                "b: ",
                "- ",
                "\n",
                "\n  ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                "&x ",
                "*x",
                "<<: ",
                "? ",
                ": ",
                "|\n",
                ">-\n",
                "\"",
                "'",
                "!!",
                "!!int ",
                "%",
                "---\n",
                "...",
                "#",
                "1",
                "0x",
                "1e9",
                ".nan",
                "-.inf",
                "~",
                "yes",
                "\t",
                "\u0000",
                "\uD800",
                "\uFEFF",
                "\u2028",
                "((",
                "))",
                "9999999999999999999");
        var mixed = pieces.list().ofMaxSize(40).map(list -> String.join("", list));
        return Arbitraries.oneOf(
                mixed,
                Arbitraries.strings().ofMaxLength(60),
                Combinators.combine(mixed, mixed).as((one, two) -> one + "\n" + two));
    }

    private static void assertRefusedOrSmall(String text) {
        try {
            assertThat(Yaml.canonicalJson(Yaml.parse(text, "manifest"))).hasSizeLessThan(20_000_000);
        } catch (InvalidInput refused) {
            assertThat(refused.getMessage()).contains("manifest");
        }
    }
}
