package io.slipway.store.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberStoreTest {
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final MemberStore store = new MemberStore(database.jdbi());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void of_many_that_found_at_once_one_does() {
        for (int round = 0; round < 10; round++) {
            var seen = store.look();
            var founders = IntStream.range(0, 5)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> store.found("node-" + i, seen)))
                    .toList();

            assertThat(founders.stream().filter(one -> one.join().isPresent())).hasSize(1);
            assertThat(store.look().beats()).hasSize(1);
            assertThat(store.look().generation()).isEqualTo(seen.generation() + 1);
        }
    }

    @Test
    void nobody_founds_while_one_that_was_seen_lives() {
        long generation = store.found("a", store.look()).orElseThrow();
        var seen = store.look();
        store.beat("a", generation);

        assertThat(store.found("b", seen)).isEmpty();
        assertThat(store.beat("a", generation)).isTrue();
    }

    @Test
    void a_member_of_a_generation_that_is_over_is_told_so_and_leaves_no_row() {
        long former = store.found("a", store.look()).orElseThrow();
        assertThat(store.found("b", store.look())).isPresent();

        assertThat(store.beat("a", former)).isFalse();
        assertThat(store.look().beats()).containsOnlyKeys("b");
    }

    @Test
    void who_joins_is_a_member_from_its_first_beat_until_it_leaves() {
        long generation = store.found("a", store.look()).orElseThrow();

        assertThat(store.beat("b", generation)).isTrue();
        assertThat(store.look().beats()).containsOnlyKeys("a", "b");
        store.leave("a");

        assertThat(store.look().beats()).containsOnlyKeys("b");
    }
}
