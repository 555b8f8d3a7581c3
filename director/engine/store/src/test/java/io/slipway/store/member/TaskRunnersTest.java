package io.slipway.store.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.member.TaskRunners.Conclusion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskRunnersTest {
    private static final byte[] ORDER = {1, 2, 3};

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void of_many_that_take_the_turn_of_a_dead_one_one_has_it(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            assertThat(runners.put(1, "dead", ORDER).isFirst()).isTrue();

            var takers = IntStream.range(0, 5)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> runners.take(1, "dead", "node-" + i)))
                    .toList();

            var taken = takers.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .toList();
            assertThat(taken).hasSize(1);
            assertThat(taken.getFirst().isFirst()).isFalse();
            assertThat(runners.order(1))
                    .hasValueSatisfying(order -> assertThat(order).isEqualTo(ORDER));
        }
    }

    @ParameterizedTest
    @EnumSource
    void work_without_an_order_is_taken_by_nobody(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            runners.put(1, "dead");

            assertThat(runners.take(1, "dead", "a")).isEmpty();
            assertThat(runners.take(2, "dead", "a")).isEmpty();
            assertThat(runners.all()).containsOnlyKeys(1L);
            assertThat(runners.all().values()).containsExactly(new TaskRunners.Runner("dead", false));
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_to_be_done_once_is_whoever_does_it_and_however_often(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            var acts = new AtomicInteger();
            var first = runners.put(1, "a", ORDER);
            assertThat(once(database, first, acts)).isEqualTo("act 1");

            var second = runners.take(1, "a", "b").orElseThrow();

            assertThat(once(database, second, acts)).isEqualTo("act 1");
            assertThat(once(database, second, acts)).isEqualTo("act 1");
            assertThat(acts).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void who_was_taken_for_dead_does_nothing_any_more(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            var acts = new AtomicInteger();
            var former = runners.put(1, "a", ORDER);
            var present = runners.take(1, "a", "b").orElseThrow();

            assertThatThrownBy(() -> once(database, former, acts)).isInstanceOf(Turn.Lost.class);
            assertThatThrownBy(() -> database.jdbi().useTransaction(former::check))
                    .isInstanceOf(Turn.Lost.class);
            assertThatThrownBy(() -> runners.conclude(1, "a", new Conclusion("ERROR", "died")))
                    .isInstanceOf(Turn.Lost.class);
            assertThat(acts).hasValue(0);

            database.jdbi().useTransaction(present::check);
            assertThat(once(database, present, acts)).isEqualTo("act 1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_act_that_fails_was_not_done(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            var turn = runners.put(1, "a", ORDER);

            assertThatThrownBy(() -> database.jdbi()
                            .inTransaction(handle -> turn.once(handle, () -> {
                                throw new IllegalStateException("died");
                            })))
                    .hasMessage("died");

            assertThat(once(database, turn, new AtomicInteger())).isEqualTo("act 1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void how_work_ended_is_known_until_its_task_is(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var runners = new TaskRunners(database.jdbi());
            runners.put(1, "a", ORDER);
            assertThat(runners.conclusion(1)).isEmpty();

            runners.conclude(1, "a", new Conclusion("DONE", "Created"));
            assertThat(runners.take(1, "a", "b")).isPresent();

            assertThat(runners.conclusion(1)).contains(new Conclusion("DONE", "Created"));
            runners.remove(1);
            assertThat(List.of(runners.conclusion(1), runners.order(1), runners.take(1, "b", "c")))
                    .allSatisfy(nothing -> assertThat(nothing).isEmpty());
        }
    }

    private static String once(Database database, Turn turn, AtomicInteger acts) {
        return database.jdbi().inTransaction(handle -> turn.once(handle, () -> "act " + acts.incrementAndGet()));
    }
}
