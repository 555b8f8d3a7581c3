package io.slipway.cpi.vsphere.vcenter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

    @Property
    void stays_between_one_and_the_most(
            @ForAll @IntRange(min = 1, max = 64) int most,
            @ForAll @Size(max = 300) List<@IntRange(max = 60_000) Integer> milliseconds) {
        var limit = AdaptiveLimit.upTo(most);

        for (int took : milliseconds) {
            limit = limit.after(Duration.ofMillis(took));
            assertThat(limit.now()).isBetween(1, most);
        }
    }

    @Test
    void grows_to_the_most_while_answers_are_prompt() {
        var limit = AdaptiveLimit.upTo(32);

        for (int i = 0; i < 1000; i++) {
            limit = limit.after(Duration.ofMillis(20));
        }

        assertThat(limit.now()).isEqualTo(32);
    }

    @Test
    void halves_once_for_all_that_became_slow_together() {
        var limit = AdaptiveLimit.upTo(8).after(Duration.ofMillis(20));

        for (int i = 0; i < 8; i++) {
            limit = limit.after(Duration.ofSeconds(5));
        }

        assertThat(limit.now()).isEqualTo(4);
    }

    @Test
    void goes_down_to_one_where_it_stays_slow_and_up_again_when_that_is_over() {
        var limit = AdaptiveLimit.upTo(16).after(Duration.ofMillis(20));
        for (int i = 0; i < 200; i++) {
            limit = limit.after(Duration.ofSeconds(5));
        }
        assertThat(limit.now()).isEqualTo(1);

        for (int i = 0; i < 1000; i++) {
            limit = limit.after(Duration.ofMillis(20));
        }

        assertThat(limit.now()).isEqualTo(16);
    }
}
