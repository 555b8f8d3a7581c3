package io.slipway.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Timeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseHistoryTest {
    @TempDir
    private Path folder;

    private final List<String> halts = new ArrayList<>();
    private Optional<Timeline> present = Optional.of(new Timeline("7001", 3));

    private DatabaseHistory open() {
        return DatabaseHistory.open(folder.resolve("database-timeline"), () -> present, halts::add);
    }

    @Test
    void a_replica_that_takes_over_is_followed_and_a_former_primary_is_not() {
        try (var history = open()) {
            present = Optional.of(new Timeline("7001", 4));
            history.look();
            assertThat(halts).isEmpty();

            present = Optional.of(new Timeline("7001", 3));
            history.look();
        }

        assertThat(halts)
                .singleElement()
                .asString()
                .contains("on timeline 3, and this director has used timeline 4", "Stop that PostgreSQL");
    }

    @Test
    void no_director_starts_on_a_former_primary() {
        present = Optional.of(new Timeline("7001", 4));
        open().close();
        present = Optional.of(new Timeline("7001", 3));

        assertThatThrownBy(this::open)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("former primary")
                .hasMessageContaining("delete " + folder.resolve("database-timeline"));

        present = Optional.of(new Timeline("7001", 4));
        open().close();
    }

    @Test
    void a_backup_in_another_postgresql_has_a_history_of_its_own() {
        open().close();
        present = Optional.of(new Timeline("8888", 1));
        open().close();
        present = Optional.empty();
        open().close();

        assertThat(halts).isEmpty();
    }

    @Test
    void no_other_postgresql_takes_the_place_of_the_present_one() {
        try (var history = open()) {
            present = Optional.of(new Timeline("8888", 3));
            history.look();
        }

        assertThat(halts).singleElement().asString().contains("was PostgreSQL 7001, and is PostgreSQL 8888");
    }

    @Test
    void a_file_that_says_nothing_is_named() throws Exception {
        Files.writeString(folder.resolve("database-timeline"), "three\n");

        assertThatThrownBy(this::open).hasMessageContaining("database-timeline must have the identifier");
    }
}
