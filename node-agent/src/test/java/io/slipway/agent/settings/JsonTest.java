package io.slipway.agent.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void reads_every_kind_of_value() {
        assertThat(Json.parse(" {\"a\": [1, -2.5e3, true, false, null], \"b\\u0041\\n\": {}, \"c\": []} "))
                .isEqualTo(
                        Map.of("a", Arrays.asList(1.0, -2500.0, true, false, null), "bA\n", Map.of(), "c", List.of()));
    }

    @Test
    void reads_back_what_it_quotes() {
        var text = "line\n\"quoted\" \\ \u0001 tab\t ä";

        assertThat(Json.parse(Json.quote(text))).isEqualTo(text);
    }

    @Test
    void names_the_offset_of_what_is_wrong() {
        for (var bad : List.of("", "{", "{\"a\":}", "[1,]", "{} x", "\"open", "tru", "[".repeat(100))) {
            assertThatThrownBy(() -> Json.parse(bad)).as(bad).hasMessageContaining("at offset");
        }
    }
}
