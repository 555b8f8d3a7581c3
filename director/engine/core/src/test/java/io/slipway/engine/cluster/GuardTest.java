package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GuardTest {
    private static final Duration LONGEST = Duration.ofSeconds(3);
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> halts = new ArrayList<>();
    private final Guard guard = Guard.by(nanos::get, LONGEST, halts::add);

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Test
    void a_process_that_runs_on_may_act() {
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(100));
            guard.tick();
            guard.check();
        }

        assertThat(halts).isEmpty();
    }

    @Test
    void one_that_stood_still_halts_before_it_acts_even_where_the_act_comes_before_the_tick() {
        pass(LONGEST.plusMillis(1));

        guard.check();

        assertThat(halts).singleElement().asString().contains("3001 ms");
    }

    @Test
    void one_that_stood_still_halts_also_where_it_was_about_to_do_nothing() {
        pass(LONGEST.plusSeconds(40));

        guard.tick();

        assertThat(halts).hasSize(1);
    }
}
