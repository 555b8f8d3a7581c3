package io.slipway.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.Problem;
import io.slipway.model.Problems;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FieldsTest {

    @Test
    void takes_a_number_for_the_text_that_ruby_makes_of_it() {
        assertThat(text("1.10")).isEqualTo("1.1");
        assertThat(text("0123")).isEqualTo("83");
        assertThat(text("1_000")).isEqualTo("1000");
        assertThat(text("20240101.1")).isEqualTo("20240101.1");
        assertThat(text("1.0e+20")).isEqualTo("1.0e+20");
        assertThat(text("0.00001")).isEqualTo("1.0e-05");
        assertThat(text("12:30")).isEqualTo("45000");
        assertThat(text("123456789012345678901")).isEqualTo("123456789012345678901");
        assertThat(text("1e3")).isEqualTo("1e3");
        assertThat(text("'1.10'")).isEqualTo("1.10");
        assertThat(fields("k: [1.10, 010]", new Problems()).strings("k")).containsExactly("1.1", "8");
    }

    @Test
    void takes_an_integer_however_it_is_written() {
        assertThat(integer("50_000")).isEqualTo(50_000);
        assertThat(integer("50,000")).isEqualTo(50_000);
        assertThat(integer("0640")).isEqualTo(416);
        assertThat(integer("0x10")).isEqualTo(16);
        assertThat(integer("0b11")).isEqualTo(3);
        assertThat(integer("1:30")).isEqualTo(5400);
    }

    @Test
    void refuses_what_is_no_integer_and_what_is_too_large_for_one() {
        assertThat(problem("1.0", fields -> fields.integer("k", 0)))
                .isEqualTo("Property 'k' value (1.0) should be an integer");
        assertThat(problem("'5'", fields -> fields.integer("k", 0)))
                .isEqualTo("Property 'k' value (5) should be an integer");
        assertThat(problem("1e3", fields -> fields.integer("k", 0)))
                .isEqualTo("Property 'k' value (1e3) should be an integer");
        assertThat(problem("5_000_000_000", fields -> fields.integer("k", 0)))
                .isEqualTo("'k' value (5000000000) should be at most 2147483647");
        assertThat(problem("100000000000000000000", fields -> fields.integer("k", 0)))
                .isEqualTo("'k' value (100000000000000000000) should be at most 2147483647");
        assertThat(problem("12345678.5", fields -> fields.bool("k", false)))
                .isEqualTo("Property 'k' value (12345678.5) should be a boolean");
    }

    private static String text(String written) {
        var problems = new Problems();
        String text = fields("k: " + written, problems).string("k");
        problems.throwIfAny();
        return text;
    }

    private static int integer(String written) {
        var problems = new Problems();
        int number = fields("k: " + written, problems).integer("k", 0);
        problems.throwIfAny();
        return number;
    }

    private static String problem(String written, Consumer<Fields> read) {
        var problems = new Problems();
        read.accept(fields("k: " + written, problems));
        return problems.all().stream().map(Problem::message).reduce("", String::concat);
    }

    private static Fields fields(String yaml, Problems problems) {
        return new Fields(Yaml.parseMap(yaml, "it"), "", problems);
    }
}
