package io.slipway.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.queue.FairQueue.Claim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    @Test
    void claimants_take_turns_and_the_first_to_come_begins() {
        var queue = FairQueue.of(1)
                .claim(1, "a")
                .claim(2, "a")
                .claim(3, "a")
                .claim(4, "b")
                .claim(5, "c")
                .claim(6, "b");

        assertThat(servedOneByOne(queue)).containsExactly(1L, 4L, 5L, 2L, 6L, 3L);
    }

    @Test
    void no_more_run_than_there_are_workers() {
        var queue = FairQueue.of(2).claim(1, "a").claim(2, "b").claim(3, "c");
        queue = queue.serve(queue.next().orElseThrow());
        queue = queue.serve(queue.next().orElseThrow());

        assertThat(queue.next()).isEmpty();
        assertThat(queue.leave(1).next()).map(Claim::task).contains(3L);
    }

    @Test
    void what_leaves_while_it_waits_is_not_served() {
        var queue = FairQueue.of(1).claim(1, "a").claim(2, "b").leave(1);

        assertThat(servedOneByOne(queue)).containsExactly(2L);
    }

    @Test
    void a_task_that_claims_again_keeps_its_place() {
        var queue = FairQueue.of(1).claim(1, "a").claim(2, "b").claim(1, "a");

        assertThat(servedOneByOne(queue)).containsExactly(1L, 2L);
    }

    @Test
    void newcomers_do_not_overtake_for_ever_who_was_served_before() {
        var queue = FairQueue.of(1).claim(1, "old").claim(2, "old");
        queue = queue.serve(queue.next().orElseThrow());
        var served = new ArrayList<Long>();
        for (long newcomer = 10; newcomer < 30; newcomer++) {
            queue = queue.claim(newcomer, "new-" + newcomer);
            queue = queue.leave(queue.running().keySet().iterator().next());
            var next = queue.next().orElseThrow();
            queue = queue.serve(next);
            served.add(next.task());
        }

        assertThat(served.indexOf(2L)).isBetween(0, 3);
    }

    @Property(tries = 300)
    void with_all_there_from_the_start_no_claimant_is_more_than_one_turn_ahead_of_another_that_waits(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 5) Integer> claimants,
            @ForAll @IntRange(min = 1, max = 4) int workers) {
        var queue = FairQueue.of(workers);
        var left = new HashMap<String, Integer>();
        for (int task = 0; task < claimants.size(); task++) {
            String claimant = "c" + claimants.get(task);
            queue = queue.claim(task, claimant);
            left.merge(claimant, 1, Integer::sum);
        }
        var turns = new HashMap<String, Integer>();
        left.keySet().forEach(claimant -> turns.put(claimant, 0));
        for (int served = 0; served < claimants.size(); served++) {
            if (queue.next().isEmpty()) {
                queue = queue.leave(queue.running().keySet().iterator().next());
            }
            var next = queue.next().orElseThrow();
            queue = queue.serve(next);
            turns.merge(next.claimant(), 1, Integer::sum);
            left.merge(next.claimant(), -1, Integer::sum);

            assertThat(queue.running().size()).isLessThanOrEqualTo(workers);
            assertFair(turns, left);
        }
        assertThat(queue.waiting()).isEmpty();
    }

    private static void assertFair(Map<String, Integer> turns, Map<String, Integer> left) {
        int most = turns.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        left.forEach((claimant, waiting) -> {
            if (waiting > 0) {
                assertThat(most - turns.getOrDefault(claimant, 0)).isLessThanOrEqualTo(1);
            }
        });
    }

    private static List<Long> servedOneByOne(FairQueue all) {
        var served = new ArrayList<Long>();
        var queue = all;
        for (Optional<Claim> next = queue.next(); next.isPresent(); next = queue.next()) {
            served.add(next.get().task());
            queue = queue.serve(next.get()).leave(next.get().task());
        }
        return served;
    }
}
