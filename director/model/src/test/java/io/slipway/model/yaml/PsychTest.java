package io.slipway.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML as Ruby's Psych reads it, as the real one answered; see the beginnings of the two files. */
class PsychTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @param type the class in Ruby, or {@code refused}
     * @param written by {@code to_s}; of what is refused, the class that may not be made
     */
    record Scalar(String text, String type, String written) {}

    record Document(String yaml, JsonNode value, boolean isRefused) {}

    static Stream<Scalar> scalars() throws IOException {
        return new String(resource("psych-scalars.tsv"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("# "))
                .map(line -> line.split("\t", -1))
                .map(part -> new Scalar(part[0], part[1], part[2]));
    }

    static Stream<Document> documents() throws IOException {
        return StreamSupport.stream(
                        JSON.readTree(resource("psych-documents.json")).spliterator(), false)
                .map(one -> new Document(one.path("yaml").asText(), one.path("value"), one.has("refused")));
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void reads_plain_scalars_as_psych(Scalar scalar) {
        String yaml = "k: " + scalar.text() + "\n";
        if (scalar.type().equals("refused")) {
            assertThatThrownBy(() -> Yaml.parse(yaml, "manifest"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("Incorrect YAML structure of the manifest: 'k': " + scalar.text()
                            + " is a date (Tried to load unspecified class: " + scalar.written()
                            + "): put it in quotes at line 1, column 4");
            return;
        }
        Object value = Yaml.parseMap(yaml, "manifest").get("k");

        assertThat(classInRuby(value)).isEqualTo(scalar.type());
        assertThat(RubyText.of(value)).isEqualTo(scalar.written());
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void keeps_in_quotes_what_is_in_quotes(Scalar scalar) {
        var quoted = Yaml.parseMap("a: '" + scalar.text().replace("'", "''") + "'\nb: |-\n  " + scalar.text(), "it");

        assertThat(quoted).containsEntry("a", scalar.text()).containsEntry("b", scalar.text());
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void writes_texts_so_that_they_are_read_as_texts(Scalar scalar) {
        var tree = Map.of("k", scalar.text(), scalar.text() + " ", "v");

        assertThat(Yaml.parse(Yaml.dump(tree), "it")).isEqualTo(tree);
        assertThat(Yaml.parse(Yaml.dumpAsBosh(tree), "it")).isEqualTo(tree);
        assertThat(Yaml.parse(Yaml.json(tree), "it")).isEqualTo(tree);
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void writes_values_so_that_they_are_read_as_they_were(Scalar scalar) {
        if (scalar.type().equals("refused")) {
            return;
        }
        var tree = Yaml.parse("k: " + scalar.text(), "it");

        assertThat(Yaml.parse(Yaml.dump(tree), "it")).isEqualTo(tree);
        assertThat(Yaml.parse(Yaml.dumpAsBosh(Objects.requireNonNull(tree)), "it"))
                .isEqualTo(tree);
        assertThat(Yaml.parse(Yaml.json(tree), "it")).isEqualTo(tree);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void reads_documents_as_psych(Document document) throws IOException {
        if (document.isRefused()) {
            assertThatThrownBy(() -> Yaml.parse(document.yaml(), "manifest")).isInstanceOf(InvalidInput.class);
            return;
        }

        assertThat(JSON.readTree(Yaml.canonicalJson(Yaml.parse(document.yaml(), "manifest"))))
                .isEqualTo(document.value());
    }

    @Test
    void takes_words_with_a_colon_for_symbols_and_leaves_addresses_and_ports_alone() {
        var tree = Yaml.parseMap("""
                symbols:
                - :foo
                - :foo?
                - :"foo bar"
                - :'x'
                - !ruby/symbol y
                texts: ['::1', ":8080"]
                address: ::1
                any: '::'
                port: :8080
                path: :9100/metrics
                """, "manifest");

        assertThat(tree.get("symbols")).isEqualTo(java.util.List.of("foo", "foo?", "foo bar", "x", "y"));
        assertThat(tree)
                .containsEntry("texts", java.util.List.of("::1", ":8080"))
                .containsEntry("address", "::1")
                .containsEntry("any", "::")
                .containsEntry("port", ":8080")
                .containsEntry("path", ":9100/metrics");
        assertThat(Yaml.dump(Map.of("a", ":foo", "b", "::1")))
                .contains("a: ':foo'")
                .contains("b: '::1'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: !!java.io.File x",
                "a: !!binary x",
                "a: !!binary /w==",
                "a: !!binary AA==",
                "a: !!float x",
                "a: !!omap [x]",
                "a: 1\n--- x",
                "a: 1\n---\nb: 2",
                "a: 1\n---\n- 2"
            })
    void refuses_what_has_no_place_in_a_tree(String text) {
        assertThatThrownBy(() -> Yaml.parse(text, "manifest")).isInstanceOf(InvalidInput.class);
    }

    @Test
    void names_the_place_of_what_cannot_be_read() {
        assertThatThrownBy(() -> Yaml.parse("jobs:\n- properties: {since: 2024-01-01}\n", "manifest"))
                .hasMessage("Incorrect YAML structure of the manifest: 'jobs[0].properties.since': 2024-01-01 is a date"
                        + " (Tried to load unspecified class: Date): put it in quotes at line 2, column 23");
        assertThatThrownBy(() -> Yaml.parse("a: [*b]", "manifest"))
                .hasMessage(
                        "Incorrect YAML structure of the manifest: 'a[0]': '*b' refers to an anchor that is not there"
                                + " at line 1, column 5");
    }

    @Test
    void writes_floats_as_ruby() {
        var expected = new LinkedHashMap<Double, String>();
        expected.put(1.0, "1.0");
        expected.put(-0.0, "-0.0");
        expected.put(100.0, "100.0");
        expected.put(1e7, "10000000.0");
        expected.put(20240101.1, "20240101.1");
        expected.put(1e14, "100000000000000.0");
        expected.put(1e15, "1.0e+15");
        expected.put(1e16, "1.0e+16");
        expected.put(1e23, "1.0e+23");
        expected.put(1234567890123456.0, "1.234567890123456e+15");
        expected.put(1234567890123456.8, "1234567890123456.8");
        expected.put(1.5e300, "1.5e+300");
        expected.put(123456789012345680.0, "1.2345678901234568e+17");
        expected.put(0.0001, "0.0001");
        expected.put(0.00012345, "0.00012345");
        expected.put(0.00001, "1.0e-05");
        expected.put(-2.5e-10, "-2.5e-10");
        expected.put(Double.MAX_VALUE, "1.7976931348623157e+308");
        expected.put(Double.NaN, "NaN");
        expected.put(Double.NEGATIVE_INFINITY, "-Infinity");

        expected.forEach((number, text) -> assertThat(RubyText.of(number)).isEqualTo(text));
    }

    private static String classInRuby(@Nullable Object value) {
        return switch (value) {
            case null -> "NilClass";
            case Boolean truth -> truth ? "TrueClass" : "FalseClass";
            case Integer number -> "Integer";
            case Long number -> "Integer";
            case BigInteger number -> "Integer";
            case Double number -> "Float";
            default -> value.getClass().getSimpleName();
        };
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(PsychTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
