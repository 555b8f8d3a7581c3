package io.slipway.health.liveness;

import static io.slipway.health.liveness.Sights.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuestRulesTest {
    private final Sights shop = Sights.of(2);

    @Test
    void a_disk_that_fills_is_a_warning_and_then_critical() {
        shop.beat("w1", disk(79), List.of());
        assertThat(firing(START)).isEmpty();

        shop.beat("w1", disk(80), List.of());
        assertThat(firing(START)).singleElement().satisfies(alert -> {
            assertThat(alert.rule()).isEqualTo("disk_filling");
            assertThat(alert.severity()).isEqualTo(Severity.WARNING);
            assertThat(alert.title()).isEqualTo("The persistent disk of web/w1 is used by 80 %");
            assertThat(alert.summary()).contains("bosh -d shop ssh web/w1");
        });

        shop.beat("w1", disk(90), List.of());
        assertThat(firing(START)).singleElement().satisfies(alert -> assertThat(alert.severity())
                .isEqualTo(Severity.CRITICAL));
    }

    @Test
    void a_process_that_is_restarted_again_and_again_is_told_of_until_it_stays() {
        var at = START;
        for (int restart = 0; restart <= 3; restart++) {
            shop.beat("w1", Map.of(), List.of(process("nginx", 500)));
            shop.look(at);
            assertThat(rules(at))
                    .as("after %d restarts", restart)
                    .isEqualTo(restart < 3 ? List.of() : List.of("process_flapping"));
            shop.beat("w1", Map.of(), List.of(process("nginx", 2)));
            at = at.plusSeconds(60);
            shop.look(at);
            at = at.plusSeconds(1);
        }
        shop.beat("w1", Map.of(), List.of(process("nginx", 2000)));

        assertThat(rules(at.plusSeconds(660))).isEmpty();
    }

    @Test
    void jobs_that_fail_for_more_than_a_minute_are_told_of() {
        shop.failing("w1");
        assertThat(rules(START)).isEmpty();
        assertThat(rules(START.plusSeconds(59))).isEmpty();

        assertThat(firing(START.plusSeconds(60))).singleElement().satisfies(alert -> {
            assertThat(alert.rule()).isEqualTo("jobs_failing");
            assertThat(alert.summary()).startsWith("Not running: nginx (failing). ");
        });
    }

    private List<String> rules(Instant at) {
        return firing(at).stream().map(Alert::rule).toList();
    }

    private List<Alert> firing(Instant at) {
        return Sights.of(shop.look(at), HealthAction.Tell.class).stream()
                .flatMap(tell -> tell.firing().stream())
                .toList();
    }

    private static Map<String, Object> disk(int percent) {
        return Map.of("disk", Map.of("persistent", Map.of("percent", Integer.toString(percent), "inode_percent", "5")));
    }

    private static Map<String, Object> process(String name, long uptime) {
        return Map.of("name", name, "state", "running", "uptime", Map.of("secs", uptime));
    }
}
