package io.slipway.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.event.ChainVerification.Findings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is done to the audit trail by somebody who can write to the database, and has not the directors' key, is found. */
class AuditChainTest {
    private static final ChainKey KEY = new ChainKey("k".repeat(32).getBytes(StandardCharsets.US_ASCII));
    private static final int ROWS = 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void what_directors_write_is_a_chain_that_holds(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);

            var found = look(events, Optional.empty());

            assertThat(found.problems()).isEmpty();
            assertThat(found.rows()).isEqualTo(ROWS);
            assertThat(found.head().number()).isEqualTo(ROWS);
            assertThat(found.isAtEnd()).isTrue();
            assertThat(events.rows(0, 100))
                    .extracting(ChainRow::number)
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_look_goes_on_where_an_earlier_one_has_come_to(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);

            var first = events.verification().look(ChainPosition.START, Optional.empty(), 4);
            assertThat(first.isAtEnd()).isFalse();
            assertThat(first.reached().number()).isEqualTo(4);
            var second = events.verification().look(first.reached(), Optional.empty(), 100);
            assertThat(second.problems()).isEmpty();
            assertThat(second.rows()).isEqualTo(ROWS - 4);

            var elsewhere = events.verification().look(new ChainPosition(4, "0".repeat(64)), Optional.empty(), 100);
            assertThat(elsewhere.problems()).extracting(ChainProblem::number).containsExactly(5L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_change_of_any_field_is_found(EmptyDatabase kind) throws Exception {
        for (String change : List.of(
                "id = id + 1000",
                "natural_key = 'another'",
                "at = at + 1",
                "username = 'mallory'",
                "client = '10.0.0.9'",
                "action = 'delete'",
                "object_type = 'vm'",
                "object_name = 'other'",
                "task = '7'",
                "deployment = 'd2'",
                "instance = 'web/0'",
                "error = 'none'",
                "context = '{\"a\":1}'",
                "username = 'admi', client = 'n' || client")) {
            try (var database = Database.open(kind.in(folder.resolve(Integer.toHexString(change.hashCode()))))) {
                assertThat(problemsAfter(database, "UPDATE events SET " + change + " WHERE chain_number = 5"))
                        .as(change)
                        .extracting(ChainProblem::number)
                        .containsExactly(5L);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_row_that_is_gone_is_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(kind, "DELETE FROM events WHERE chain_number = 4"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.number()).isEqualTo(4);
                    assertThat(problem.what()).contains("missing");
                });
    }

    @ParameterizedTest
    @EnumSource
    void a_row_that_is_gone_and_whose_place_was_closed_is_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(
                        kind,
                        "DELETE FROM events WHERE chain_number = 4",
                        "UPDATE events SET chain_number = chain_number - 100 WHERE chain_number > 4",
                        "UPDATE events SET chain_number = chain_number + 99 WHERE chain_number < 0"))
                .extracting(ChainProblem::number)
                .contains(4L, 10L);
    }

    @ParameterizedTest
    @EnumSource
    void rows_that_changed_places_are_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(
                        kind,
                        "UPDATE events SET chain_number = -1 WHERE chain_number = 3",
                        "UPDATE events SET chain_number = 3 WHERE chain_number = 4",
                        "UPDATE events SET chain_number = 4 WHERE chain_number = -1"))
                .extracting(ChainProblem::number)
                .contains(3L, 4L);
    }

    @ParameterizedTest
    @EnumSource
    void a_row_that_was_put_in_is_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(kind, inserted("NULL")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("no part of the chain"));
        assertThat(problemsAfter(EmptyDatabase.H2, inserted("11")))
                .extracting(ChainProblem::number)
                .contains(11L, 10L);
    }

    @ParameterizedTest
    @EnumSource
    void the_newest_rows_that_are_gone_are_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(kind, "DELETE FROM events WHERE chain_number > 8"))
                .containsExactly(new ChainProblem(9, "the rows up to 10 are missing"));
    }

    @ParameterizedTest
    @EnumSource
    void the_newest_rows_that_are_gone_are_found_where_the_head_was_forged(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(
                        kind,
                        "UPDATE audit_chain SET chain_number = 8,"
                                + " digest = (SELECT digest FROM events WHERE chain_number = 8) WHERE mark = 'head'",
                        "DELETE FROM events WHERE chain_number > 8"))
                .extracting(ChainProblem::number)
                .containsExactly(8L);
    }

    @ParameterizedTest
    @EnumSource
    void the_newest_rows_that_are_gone_are_found_by_an_anchor_where_an_older_head_was_put_back(EmptyDatabase kind)
            throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);
            var older = mark(database, ChainMark.Kind.HEAD);
            events.append(fact(ROWS + 1));
            var anchor = events.verification().head();
            putBack(database, older);
            execute(database, "DELETE FROM events WHERE chain_number > " + ROWS);

            assertThat(look(events, Optional.empty()).problems()).isEmpty();
            assertThat(look(events, anchor).problems())
                    .extracting(ChainProblem::number)
                    .containsExactly(ROWS + 1L);

            // A director that has seen the newer head says so in the chain itself.
            events.append(fact(ROWS + 2));
            assertThat(look(events, Optional.empty()).problems())
                    .extracting(ChainProblem::number)
                    .containsExactly(ROWS + 1L);
            assertThat(look(events, anchor).problems()).hasSize(2);
            events.append(fact(ROWS + 3));
            assertThat(look(events, Optional.empty()).problems())
                    .as("it is told once")
                    .hasSize(1);

            // One that has not, and is given what another kept.
            putBack(database, older);
            execute(database, "DELETE FROM events WHERE chain_number > " + ROWS);
            var restarted = new EventStore(database.jdbi(), KEY);
            restarted.start(anchor.orElseThrow());
            restarted.append(fact(ROWS + 2));
            assertThat(look(restarted, Optional.empty()).problems()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_forged_checkpoint_is_found(EmptyDatabase kind) throws Exception {
        assertThat(problemsAfter(
                        kind,
                        "UPDATE audit_chain SET chain_number = 3,"
                                + " digest = (SELECT digest FROM events WHERE chain_number = 3) WHERE mark = 'checkpoint'",
                        "DELETE FROM events WHERE chain_number <= 3"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("checkpoint was not written by a director"));
    }

    @ParameterizedTest
    @EnumSource
    void a_checkpoint_in_the_place_of_the_head_is_found(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);
            assertThat(events.pruning().olderThan(8).rows()).isEqualTo(7);

            execute(
                    database,
                    "DELETE FROM events",
                    "UPDATE audit_chain SET chain_number = 7, digest = (SELECT digest FROM audit_chain WHERE mark ="
                            + " 'checkpoint'), at = 8, seal = (SELECT seal FROM audit_chain WHERE mark = 'checkpoint')"
                            + " WHERE mark = 'head'");

            assertThat(look(events, Optional.empty()).problems())
                    .extracting(ChainProblem::number)
                    .containsExactly(7L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void another_key_proves_nothing(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            filled(database);
            var other = new EventStore(database.jdbi(), new ChainKey(new byte[32]));

            assertThat(look(other, Optional.empty()).problems()).hasSize(ROWS + 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_written_after_a_forgery_does_not_hide_it(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);
            execute(
                    database,
                    "UPDATE audit_chain SET chain_number = 8,"
                            + " digest = (SELECT digest FROM events WHERE chain_number = 8) WHERE mark = 'head'",
                    "DELETE FROM events WHERE chain_number > 8");

            var restarted = new EventStore(database.jdbi(), KEY);
            restarted.start(ChainPosition.START);
            restarted.append(fact(20));

            assertThat(look(restarted, Optional.empty()).problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.what())
                            .contains("a director has found here")
                            .contains("the head at 8"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_head_that_was_set_back_does_not_keep_directors_from_writing(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = filled(database);
            execute(
                    database,
                    "UPDATE audit_chain SET chain_number = 0, digest = '', seal = '', at = 0 WHERE mark = 'head'");

            events.append(fact(20));

            assertThat(events.rows(ROWS, 10)).extracting(ChainRow::number).containsExactly(11L, 12L);
            assertThat(look(events, Optional.empty()).problems())
                    .extracting(ChainProblem::number)
                    .containsExactly(11L);
        }
    }

    private List<ChainProblem> problemsAfter(EmptyDatabase kind, String... statements) throws Exception {
        try (var database = Database.open(kind.in(
                folder.resolve(kind + Integer.toHexString(List.of(statements).hashCode()))))) {
            return problemsAfter(database, statements);
        }
    }

    private static List<ChainProblem> problemsAfter(Database database, String... statements) {
        var events = filled(database);
        execute(database, statements);
        return look(events, Optional.empty()).problems();
    }

    private static String inserted(String number) {
        return "INSERT INTO events (id, natural_key, at, username, client, action, object_type, object_name, task,"
                + " deployment, instance, error, context, chain_number, digest) SELECT 900, 'mine', at, 'mallory', client,"
                + " action, object_type, object_name, task, deployment, instance, error, context, " + number
                + ", digest FROM events WHERE chain_number = 10";
    }

    static EventStore filled(Database database) {
        var events = new EventStore(database.jdbi(), KEY);
        events.start(ChainPosition.START);
        for (int i = 1; i <= ROWS; i++) {
            events.append(fact(i));
        }
        return events;
    }

    static AuditEvent fact(int number) {
        return new AuditEvent(
                0, "key " + number, number, "admin", "10.0.0.1", "create", "deployment", "d", "1", "d", "", "", "{}");
    }

    private static Findings look(EventStore events, Optional<ChainPosition> anchor) {
        return events.verification().look(ChainPosition.START, anchor, 1_000_000);
    }

    private static ChainMark mark(Database database, ChainMark.Kind name) {
        return database.jdbi().withHandle(handle -> ChainMark.read(handle, name));
    }

    private static void putBack(Database database, ChainMark mark) {
        database.jdbi().useHandle(handle -> mark.write(handle, KEY));
    }

    private static void execute(Database database, String... statements) {
        database.jdbi().useTransaction(handle -> List.of(statements).forEach(handle::execute));
    }
}
