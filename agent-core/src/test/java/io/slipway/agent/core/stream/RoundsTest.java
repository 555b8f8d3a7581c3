package io.slipway.agent.core.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.agent.core.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final List<String> THREE = List.of("a:1", "b:1", "c:1");

    @Test
    void agents_begin_at_different_directors() {
        var begun = new TreeMap<String, Integer>();
        for (int i = 0; i < 300; i++) {
            begun.merge(rounds("i-web-" + i, THREE).next(), 1, Integer::sum);
        }

        assertThat(begun).containsOnlyKeys(THREE);
        assertThat(begun.values()).allMatch(count -> count > 70);
    }

    @Test
    void an_agent_begins_at_the_same_director_after_each_restart() {
        assertThat(rounds("vm-1", THREE).next()).isEqualTo(rounds("vm-1", THREE).next());
    }

    @Test
    void all_are_tried_before_there_is_a_pause_and_pauses_grow() {
        var rounds = rounds("vm-1", THREE);
        var tried = new ArrayList<String>();
        var pauses = new ArrayList<Duration>();
        for (int i = 0; i < 9; i++) {
            tried.add(rounds.next());
            pauses.add(rounds.refused());
        }

        assertThat(tried.subList(0, 3)).containsExactlyInAnyOrderElementsOf(THREE);
        assertThat(tried.subList(3, 6)).isEqualTo(tried.subList(0, 3));
        for (int i = 0; i < 9; i++) {
            assertThat(pauses.get(i).isZero()).isEqualTo(i % 3 != 2);
        }
        assertThat(pauses.get(2)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(pauses.get(8)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
    }

    @Test
    void a_single_director_is_never_dialled_without_a_pause() {
        var rounds = rounds("vm-1", List.of("a:1"));

        rounds.next();
        assertThat(rounds.refused()).isPositive();
        rounds.next();
        rounds.welcomed();
        assertThat(rounds.lost(true)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    }

    @Test
    void the_next_one_is_tried_at_once_when_a_stream_is_lost() {
        var rounds = rounds("vm-1", THREE);
        String first = rounds.next();
        rounds.welcomed();

        assertThat(rounds.lost(true)).isZero();
        assertThat(rounds.next()).isNotEqualTo(first);
        assertThat(rounds.refused()).isZero();
        assertThat(rounds.next()).isNotEqualTo(first);
        assertThat(rounds.refused()).isPositive();
    }

    @Test
    void directors_that_welcome_and_hang_up_are_not_dialled_in_a_frenzy() {
        var rounds = rounds("vm-1", THREE);
        for (int i = 0; i < 10; i++) {
            rounds.next();
            rounds.welcomed();
            assertThat(rounds.lost(false)).isPositive();
        }
    }

    @Test
    void pauses_are_short_again_after_a_welcome() {
        var rounds = rounds("vm-1", List.of("a:1"));
        for (int i = 0; i < 10; i++) {
            rounds.next();
            rounds.refused();
        }
        rounds.next();
        rounds.welcomed();

        assertThat(rounds.lost(false)).isLessThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void new_endpoints_go_on_after_the_present_one() {
        var rounds = rounds("vm-1", List.of("b:1"));
        rounds.next();
        rounds.welcomed();

        rounds.endpoints(THREE);

        assertThat(rounds.lost(true)).isZero();
        assertThat(rounds.next()).isEqualTo("c:1");
        assertThat(rounds.next()).isEqualTo("a:1");
    }

    @Test
    void no_endpoints_change_nothing_and_others_take_the_place_of_all() {
        var rounds = rounds("vm-1", List.of("a:1"));

        rounds.endpoints(List.of());
        assertThat(rounds.next()).isEqualTo("a:1");
        rounds.endpoints(List.of("d:1"));

        assertThat(rounds.next()).isEqualTo("d:1");
    }

    private static Rounds rounds(String agentId, List<String> endpoints) {
        return new Rounds(agentId, endpoints, new Backoff(new Random(1)));
    }
}
