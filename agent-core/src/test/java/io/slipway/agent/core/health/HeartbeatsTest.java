package io.slipway.agent.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.Threads;
import io.slipway.agent.core.kit.Await;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.ProcessState;
import io.slipway.protocol.agent.v1.Vitals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class HeartbeatsTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final Threads threads =
            new Threads(Executors.newCachedThreadPool(), Executors.newSingleThreadScheduledExecutor());
    private final List<FromAgent> sent = new CopyOnWriteArrayList<>();
    private final Source source = new Source();
    private final Heartbeats heartbeats = new Heartbeats(source, sent::add, threads, Level.DEBUG);

    private static final class Source implements HealthSource {
        volatile JobReport report = JobReport.UNMONITORED;
        volatile Duration unchanged = NEVER;
        volatile boolean isBroken;

        @Override
        public JobReport report() {
            if (isBroken) {
                throw new IllegalStateException("monit is out of its mind");
            }
            return report;
        }

        @Override
        public Vitals vitals() {
            return Vitals.newBuilder().setUptimeSeconds(9).build();
        }

        @Override
        public Duration unchangedFor(JobReport now) {
            return unchanged;
        }
    }

    @AfterEach
    void end() {
        heartbeats.close();
        threads.close();
    }

    @Test
    void beats_when_it_is_greeted_and_then_at_the_interval_with_nobody_looking() {
        heartbeats.interval(20);
        heartbeats.greet();

        Await.until("four beats", () -> beats().size() >= 4);

        assertThat(beats()).allSatisfy(beat -> {
            assertThat(beat.getJobState()).isEqualTo("unmonitored");
            assertThat(beat.getVitals().getUptimeSeconds()).isEqualTo(9);
            assertThat(beat.getTimeMillis()).isPositive();
        });
    }

    @Test
    void spreads_the_second_beats_of_many_over_the_interval() {
        var interval = Duration.ofSeconds(2);
        long began = System.nanoTime();
        for (int i = 0; i < 40; i++) {
            var one = new Heartbeats(source, sent::add, threads, Level.DEBUG);
            one.interval((int) interval.toMillis());
            one.greet();
        }

        Await.until("a second beat of one of them", () -> beats().size() > 40);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(interval);
    }

    @Test
    void keeps_its_interval_where_none_is_given() {
        heartbeats.interval(20);
        heartbeats.interval(0);
        heartbeats.greet();

        Await.until("three beats", () -> beats().size() >= 3);
    }

    @Test
    void says_what_changed_as_soon_as_somebody_looks_and_nothing_else() {
        heartbeats.look();
        assertThat(beats()).isEmpty();

        source.report = running("running", 7);
        heartbeats.look();
        heartbeats.look();

        assertThat(beats()).singleElement().satisfies(beat -> assertThat(beat.getJobState())
                .isEqualTo("running"));
        assertThat(heartbeats.last()).isEqualTo(source.report);
    }

    @Test
    void looks_again_as_soon_as_the_jobs_may_have_changed() {
        source.unchanged = Duration.ofMillis(5);
        heartbeats.look();

        source.report = running("running", 7);

        Await.until("a beat", () -> !beats().isEmpty());
    }

    @Test
    void alerts_of_processes_that_died_while_jobs_ran() {
        source.report = running("starting", 6);
        heartbeats.look();
        source.report = running("running", 7);
        heartbeats.look();
        assertThat(alerts()).isEmpty();

        source.report = running("running", 8);
        heartbeats.look();
        source.report = running("failing", 0);
        heartbeats.look();
        source.report = running("running", 9);
        heartbeats.look();

        assertThat(alerts()).containsExactly("process web died and was restarted", "process web died");
    }

    @Test
    void goes_on_looking_where_the_jobs_cannot_be_seen_for_once() {
        source.unchanged = Duration.ofMillis(5);
        source.isBroken = true;
        heartbeats.look();
        source.report = running("running", 7);

        source.isBroken = false;

        Await.until("a beat", () -> !beats().isEmpty());
    }

    private static JobReport running(String state, long pid) {
        var process = ProcessState.newBuilder().setName("web").setState(state).build();
        return new JobReport(state, List.of(process), Map.of("web", pid));
    }

    private List<Heartbeat> beats() {
        return sent.stream()
                .filter(FromAgent::hasHeartbeat)
                .map(FromAgent::getHeartbeat)
                .toList();
    }

    private List<String> alerts() {
        return sent.stream()
                .filter(FromAgent::hasAlert)
                .map(message -> message.getAlert().getTitle())
                .toList();
    }
}
