package io.slipway.health.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.AgentListener.Beat;
import io.slipway.health.plugin.Notices;
import io.slipway.health.plugin.Plugins;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamNewsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void tells_of_a_clock_that_is_far_off_and_of_no_other_heartbeat() throws Exception {
        var told = new ArrayList<MonitorMessage>();
        var clock = Clock.fixed(NOW, ZoneOffset.UTC);
        try (var plugins = Plugins.start(List.of(), Notices.NOTHING);
                var heartbeats = Heartbeats.start(List::of, plugins, clock)) {
            var news = new StreamNews(told::add, heartbeats, clock);

            news.heard("w1", "i-w1-1", beat(NOW.plusSeconds(29)));
            assertThat(told).isEmpty();
            news.heard("w1", "i-w1-1", beat(NOW.minus(Duration.ofMinutes(5))));

            assertThat(told).containsExactly(new MonitorMessage.Skewed("w1", "i-w1-1", -300_000));
        }
    }

    private static Beat beat(Instant at) {
        return new Beat("running", Map.of(), List.of(), at.toEpochMilli());
    }
}
