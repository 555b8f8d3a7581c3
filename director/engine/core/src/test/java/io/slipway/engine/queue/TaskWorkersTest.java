package io.slipway.engine.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.queue.TaskWorkers.Lane;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskWorkersTest {
    private final List<String> told = new ArrayList<>();
    private final TaskWorkers workers = new TaskWorkers(1, 1);

    @Test
    void who_waits_is_told_when_a_worker_is_given_back() {
        claim(Lane.ORDINARY, "a", 1);
        claim(Lane.ORDINARY, "b", 2);

        assertThat(told).containsExactly("1");
        workers.leave(1);
        assertThat(told).containsExactly("1", "2");
    }

    @Test
    void what_is_urgent_does_not_wait_for_what_is_long() {
        claim(Lane.ORDINARY, "a", 1);
        claim(Lane.ORDINARY, "a", 2);
        claim(Lane.URGENT, "a", 3);

        assertThat(told).containsExactly("1", "3");
    }

    @Test
    void who_leaves_the_queue_is_never_told() {
        claim(Lane.ORDINARY, "a", 1);
        claim(Lane.ORDINARY, "b", 2);

        assertThat(workers.withdraw(2)).isTrue();
        workers.leave(1);

        assertThat(told).containsExactly("1");
    }

    @Test
    void a_task_that_has_a_worker_cannot_withdraw() {
        claim(Lane.ORDINARY, "a", 1);

        assertThat(workers.withdraw(1)).isFalse();
        assertThat(workers.withdraw(7)).isFalse();
    }

    @Test
    void giving_a_worker_back_twice_gives_no_second_one() {
        claim(Lane.ORDINARY, "a", 1);
        claim(Lane.ORDINARY, "b", 2);
        claim(Lane.ORDINARY, "c", 3);

        workers.leave(1);
        workers.leave(1);

        assertThat(told).containsExactly("1", "2");
    }

    @Test
    void who_comes_back_to_a_task_that_has_a_worker_goes_on_with_it() {
        claim(Lane.ORDINARY, "a", 1);
        claim(Lane.ORDINARY, "a", 1);

        assertThat(told).containsExactly("1", "1");
    }

    private void claim(Lane lane, String claimant, long task) {
        workers.claim(lane, claimant, task, () -> told.add(Long.toString(task)));
    }
}
