package io.slipway.cli.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cli.supervisor.Watch.Act;
import io.slipway.cli.supervisor.Watch.Look;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private Watch watch = Watch.absent(BEGIN);
    private final List<String> remarks = new ArrayList<>();

    @Test
    void starts_what_is_not_there_once() {
        assertThat(look(0, Look.ABSENT)).isEqualTo(Act.START);
        assertThat(look(1, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(8, Look.ANSWERS)).isEqualTo(Act.NOTHING);
    }

    @Test
    void starts_again_a_second_after_the_end() {
        isHealthyAt(100);

        assertThat(look(200, Look.ABSENT)).isEqualTo(Act.NOTHING);
        assertThat(look(200.5, Look.ABSENT)).isEqualTo(Act.NOTHING);
        assertThat(look(201, Look.ABSENT)).isEqualTo(Act.START);
    }

    @Test
    void kills_who_was_healthy_and_has_been_silent_for_six_seconds() {
        isHealthyAt(100);

        assertThat(look(103, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(105.9, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(106.1, Look.SILENT)).isEqualTo(Act.KILL);
        assertThat(look(106.5, Look.ABSENT)).isEqualTo(Act.NOTHING);
        assertThat(look(107.5, Look.ABSENT)).isEqualTo(Act.START);
    }

    @Test
    void forgets_a_silence_that_ended() {
        isHealthyAt(100);
        look(104, Look.SILENT);
        look(105, Look.ANSWERS);

        assertThat(look(109, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(110, Look.SILENT)).isEqualTo(Act.NOTHING);
    }

    @Test
    void kills_nobody_because_the_machine_stood_still() {
        isHealthyAt(100);

        assertThat(look(4000, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(4001, Look.ANSWERS)).isEqualTo(Act.NOTHING);
    }

    @Test
    void is_patient_with_one_that_starts_but_not_for_ever() {
        look(0, Look.ABSENT);

        assertThat(look(60, Look.SILENT)).isEqualTo(Act.NOTHING);
        assertThat(look(181, Look.SILENT)).isEqualTo(Act.KILL);
    }

    @Test
    void waits_longer_each_time_when_it_ends_at_once_again_and_again_and_says_so() {
        List<Long> pauses = new ArrayList<>();
        double now = 0;
        look(now, Look.ABSENT);
        for (int i = 0; i < 7; i++) {
            now += 1;
            look(now, Look.ABSENT);
            pauses.add(watch.at().getEpochSecond() - BEGIN.getEpochSecond() - (long) now);
            now = watch.at().getEpochSecond() - BEGIN.getEpochSecond();
            assertThat(look(now, Look.ABSENT)).isEqualTo(Act.START);
        }

        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
        assertThat(watch.failures()).isEqualTo(7);
        assertThat(remarks).contains("ended before it was healthy, 3 times in a row, and is started again in 4 s");
    }

    @Test
    void starts_with_short_pauses_again_after_a_healthy_time() {
        look(0, Look.ABSENT);
        look(1, Look.ABSENT);
        look(2, Look.ABSENT);
        look(10, Look.ANSWERS);

        look(60, Look.ABSENT);

        assertThat(watch.failures()).isZero();
        assertThat(watch.at()).isEqualTo(BEGIN.plusSeconds(61));
    }

    @Test
    void takes_over_who_was_there_before() {
        watch = Watch.found(BEGIN.minusSeconds(3600), BEGIN);
        look(4, Look.SILENT);
        assertThat(look(7, Look.SILENT)).as("frozen").isEqualTo(Act.KILL);

        watch = Watch.found(BEGIN.minusSeconds(5), BEGIN);
        look(4, Look.SILENT);
        assertThat(look(7, Look.SILENT)).as("starting").isEqualTo(Act.NOTHING);
    }

    private void isHealthyAt(double second) {
        look(0, Look.ABSENT);
        look(10, Look.ANSWERS);
        look(second, Look.ANSWERS);
    }

    private Act look(double second, Look look) {
        Watch.Step step = watch.step(BEGIN.plusMillis(Math.round(second * 1000)), look);
        watch = step.next();
        if (!step.remark().isEmpty()) {
            remarks.add(step.remark());
        }
        return step.act();
    }
}
