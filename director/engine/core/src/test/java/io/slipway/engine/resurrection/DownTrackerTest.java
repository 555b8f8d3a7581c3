package io.slipway.engine.resurrection;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.resurrection.DownTracker.Health;
import io.slipway.engine.resurrection.DownTracker.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DownTrackerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = ResurrectionSettings.DEFAULT.lostGrace();

    private final DownTracker tracker = new DownTracker(ResurrectionSettings.DEFAULT);

    @Test
    void gives_a_silent_instance_its_grace() {
        down(START, "a");

        assertThat(tracker.isDownFor("a", GRACE, START)).isFalse();
        assertThat(tracker.isDownFor("a", GRACE, START.plus(GRACE))).isTrue();
    }

    @Test
    void counts_anew_after_an_instance_came_back() {
        down(START, "a");
        tracker.observe(List.of(new Sighting("a", false)), START.plusSeconds(5));
        down(START.plusSeconds(6), "a");

        assertThat(tracker.isDownFor("a", GRACE, START.plusSeconds(12))).isFalse();
    }

    @Test
    void tells_a_few_dead_instances_from_a_meltdown() {
        var many = ids(20);
        var now = START.plus(GRACE);
        assertThat(tracker.healthOf(many, now)).isEqualTo(Health.NORMAL);

        downLong("0", "1", "2", "3");
        assertThat(tracker.healthOf(many, now)).isEqualTo(Health.MANAGED);
        assertThat(tracker.healthOf(ids(4), now)).isEqualTo(Health.MANAGED);

        downLong("4");
        assertThat(tracker.healthOf(many, now)).isEqualTo(Health.MELTDOWN);
        assertThat(tracker.healthOf(ids(30), now)).isEqualTo(Health.MANAGED);
    }

    @Test
    void forgets_what_was_down_long_ago() {
        downLong("0", "1", "2", "3", "4");

        assertThat(tracker.healthOf(ids(5), START.plus(GRACE).plus(Duration.ofMinutes(10))))
                .isEqualTo(Health.MELTDOWN);
        assertThat(tracker.healthOf(ids(5), START.plus(GRACE).plus(Duration.ofMinutes(11))))
                .isEqualTo(Health.NORMAL);
    }

    @Test
    void does_not_ask_for_the_same_instance_all_the_time() {
        tracker.asked(List.of("a"), START);

        assertThat(tracker.mayAsk("a", START.plusSeconds(59))).isFalse();
        assertThat(tracker.mayAsk("a", START.plusSeconds(60))).isTrue();
        assertThat(tracker.mayAsk("b", START)).isTrue();
        tracker.retain(List.of("b"));
        assertThat(tracker.mayAsk("a", START)).isTrue();
    }

    private void down(Instant at, String... ids) {
        tracker.observe(List.of(ids).stream().map(id -> new Sighting(id, true)).toList(), at);
    }

    private void downLong(String... ids) {
        down(START, ids);
        down(START.plus(GRACE), ids);
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
