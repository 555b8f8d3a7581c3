package io.slipway.health.liveness;

import static io.slipway.health.liveness.Sights.START;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RogueAgentsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Test
    void one_that_comes_again_and_again_is_told_of_until_it_stays_away() {
        var rogues = RogueAgents.NONE;
        for (int second = 0; second <= 120; second += 10) {
            assertThat(rogues.firing(PATIENCE, START.plusSeconds(second))).isEmpty();
            rogues = rogues.came("i-w1-1", START.plusSeconds(second));
        }
        var last = START.plusSeconds(120);

        assertThat(rogues.at(last).firing(PATIENCE, last)).singleElement().satisfies(alert -> assertThat(alert.title())
                .isEqualTo("i-w1-1 is not a part of any deployment"));
        var later = last.plusSeconds(121);
        assertThat(rogues.at(later).firing(PATIENCE, later)).isEmpty();
    }

    @Test
    void one_that_came_once_or_belongs_to_an_instance_after_all_is_none() {
        var rogues =
                RogueAgents.NONE.came("i-w1-2", START).came("i-w2-1", START).came("i-w2-1", START.plusSeconds(130));

        assertThat(rogues.firing(PATIENCE, START.plusSeconds(130))).hasSize(1);
        assertThat(rogues.isKnown("i-w2-1").firing(PATIENCE, START.plusSeconds(130)))
                .isEmpty();
    }
}
