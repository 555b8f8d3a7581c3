package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.kubernetes.Cluster.Action;
import io.slipway.kubernetes.Cluster.ActionState;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdbiClusterRowsTest {
    private final Database database =
            Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID() + "", "sa", ""));
    private final JdbiClusterRows rows = new JdbiClusterRows(database.jdbi());

    @AfterEach
    void closeDatabase() throws Exception {
        ((AutoCloseable) database.dataSource()).close();
    }

    @Test
    void keeps_the_first_claim_to_a_name() {
        var first = rows.claim("a", "uuid-1");

        assertThat(rows.claim("a", "uuid-2")).isEqualTo(first);
        assertThat(rows.claim("b", "uuid-2").number()).isNotEqualTo(first.number());
    }

    @Test
    void gives_every_name_a_number_of_its_own_though_many_ask_at_once() {
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String name = "c" + i;
                threads.execute(
                        () -> numbers.add(rows.claim(name, "uuid-" + name).number()));
            }
        }

        assertThat(numbers).hasSize(8).allMatch(number -> number >= 1 && number <= 8);
    }

    @Test
    void gives_back_what_was_written_unless_it_is_older() {
        rows.write(cluster("u", "old"), 2);
        rows.write(cluster("u", "new"), 3);
        rows.write(cluster("u", "older"), 1);

        assertThat(rows.find("first")).contains(cluster("u", "new"));
        assertThat(rows.list()).containsExactly(cluster("u", "new"));
    }

    @Test
    void many_who_write_a_cluster_for_the_first_time_leave_the_newest() throws Exception {
        var writing = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= 8; i++) {
                int version = i;
                writing.add(threads.submit(() -> rows.write(cluster("u", "version " + version), version)));
            }
        }
        for (Future<?> one : writing) {
            one.get();
        }

        assertThat(rows.list()).containsExactly(cluster("u", "version 8"));
    }

    @Test
    void frees_name_and_number_of_what_is_forgotten() {
        int number = rows.claim("first", "u").number();
        rows.write(cluster("u", "x"), 1);

        rows.forget("u");
        rows.forget("u");

        assertThat(rows.list()).isEmpty();
        assertThat(rows.claims()).isEmpty();
        assertThat(rows.claim("other", "v").number()).isEqualTo(number);
    }

    @Test
    void refuses_more_clusters_than_there_are_numbers() {
        for (int i = 0; i < 255; i++) {
            rows.claim("c" + i, "u" + i);
        }

        assertThatThrownBy(() -> rows.claim("one-more", "u")).hasMessageContaining("255 clusters");
    }

    private static Cluster cluster(String uuid, String description) {
        return new Cluster(
                uuid,
                "first",
                "small",
                Action.CREATE,
                ActionState.SUCCEEDED,
                description,
                "h",
                8443,
                "10.0.0.1",
                1,
                List.of("10.0.0.2"),
                "1.37.2",
                4);
    }
}
