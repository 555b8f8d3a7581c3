package io.slipway.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.EmptyDatabase;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many add to the audit trail at once, and some of them die: it stays one chain, and has all that was promised to be in it. */
class AuditWritersTest {
    private static final ChainKey KEY = AuditWriterProcess.KEY;
    private static final int DIRECTORS = 3;
    private static final int THREADS = 20;
    private static final int FACTS = 20;
    /** What directors number while a test runs does not come so far. */
    private static final long FIRST_OLD_ID = 100_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void three_directors_at_once_make_one_chain(EmptyDatabase kind) throws Exception {
        var settings = kind.in(folder);
        var open = new ArrayList<Database>();
        try {
            for (int i = 0; i < (settings.isEmbedded() ? 1 : DIRECTORS); i++) {
                open.add(Database.open(settings));
            }
            var directors = IntStream.range(0, DIRECTORS)
                    .mapToObj(i -> new EventStore(open.get(i % open.size()).jdbi(), KEY))
                    .toList();
            directors.forEach(director -> director.start(ChainPosition.START));

            var running = new ArrayList<Future<?>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (EventStore director : directors) {
                    for (int thread = 0; thread < THREADS; thread++) {
                        int number = thread;
                        running.add(threads.submit(() -> {
                            for (int fact = 0; fact < FACTS; fact++) {
                                // All directors tell of the same facts.
                                director.append(fact("same/" + number + "/" + fact));
                                director.append(fact("own/" + number + "/" + fact + "/" + directors.indexOf(director)));
                            }
                        }));
                    }
                }
            }
            for (var one : running) {
                one.get();
            }

            assertThat(problems(directors.getFirst())).isEmpty();
            assertThat(keys(open.getFirst().jdbi())).hasSize(THREADS * FACTS * (1 + DIRECTORS));
        } finally {
            open.forEach(Database::close);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_writer_that_is_killed_leaves_a_chain_with_all_that_it_was_told_of(EmptyDatabase kind) throws Exception {
        var settings = kind.in(folder);
        Set<String> told = new HashSet<>();
        for (int life = 1; life <= 3; life++) {
            told.addAll(killedWriter(settings, "life" + life, life * 300));
        }

        try (var database = Database.open(settings)) {
            var events = new EventStore(database.jdbi(), KEY);
            assertThat(problems(events)).isEmpty();
            assertThat(keys(database.jdbi())).containsAll(told);
            assertThat(told).hasSizeGreaterThan(1_000);
        }
    }

    /** The facts that it was told to be committed. */
    private static Set<String> killedWriter(DatabaseSettings settings, String life, int after) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AuditWriterProcess.class.getName(),
                        settings.url(),
                        settings.user(),
                        settings.password(),
                        life)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Set<String> told = new HashSet<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(life)) {
                    told.add(line);
                }
                if (told.size() == after) {
                    // The process's own method would close what it has printed already.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();
        // The last line may have been cut off in the middle.
        told.removeIf(key -> key.split("/").length != 3 || key.endsWith("/"));
        return told;
    }

    @ParameterizedTest
    @EnumSource
    void what_the_database_refuses_is_not_the_fault_of_the_others(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("ALTER TABLE events ADD CONSTRAINT refused CHECK (action <> 'forbidden')"));
            var events = new EventStore(database.jdbi(), KEY);
            events.start(ChainPosition.START);
            Set<String> refused = ConcurrentHashMap.newKeySet();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 50; i++) {
                    String key = (i % 10 == 0 ? "bad" : "good") + i;
                    threads.submit(() -> {
                        try {
                            events.append(new AuditEvent(
                                    0,
                                    key,
                                    1,
                                    "u",
                                    "",
                                    key.startsWith("bad") ? "forbidden" : "create",
                                    "vm",
                                    "v",
                                    "",
                                    "",
                                    "",
                                    "",
                                    "{}"));
                        } catch (RuntimeException refusal) {
                            refused.add(key);
                        }
                    });
                }
            }

            assertThat(refused).containsExactlyInAnyOrder("bad0", "bad10", "bad20", "bad30", "bad40");
            assertThat(keys(database.jdbi())).hasSize(45);
            assertThat(problems(events)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_database_that_is_away_fails_all_and_is_written_to_again(EmptyDatabase kind) throws Exception {
        var settings = kind.in(folder);
        EventStore events;
        try (var database = Database.open(settings)) {
            events = new EventStore(database.jdbi(), KEY);
            events.start(ChainPosition.START);
            events.append(fact("before"));
        }
        assertThatThrownBy(() -> events.append(fact("meanwhile"))).isInstanceOf(RuntimeException.class);
        try (var database = Database.open(settings)) {
            var again = new EventStore(database.jdbi(), KEY);
            again.start(ChainPosition.START);
            again.append(fact("meanwhile"));
            assertThat(keys(database.jdbi())).containsExactly("before", "meanwhile");
            assertThat(problems(again)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void rows_of_earlier_versions_are_taken_in_once(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            for (int i = 1; i <= 2_500; i++) {
                unsealed(database.jdbi(), i);
            }
            var events = new EventStore(database.jdbi(), KEY);

            assertThat(events.start(ChainPosition.START)).isEqualTo(2_500);
            events.append(fact("new"));
            assertThat(problems(events)).isEmpty();

            // A director of an earlier version that still runs.
            unsealed(database.jdbi(), 9_000);
            assertThat(new EventStore(database.jdbi(), KEY).start(ChainPosition.START))
                    .isOne();
            assertThat(problems(events)).isEmpty();

            // Hours later such a row is nobody's.
            unsealed(database.jdbi(), 9_001);
            assertThat(new ChainAdoption(database.jdbi(), KEY).adopt(System.currentTimeMillis() + 7_200_000))
                    .isZero();
            assertThat(problems(events)).singleElement().satisfies(problem -> assertThat(problem.what())
                    .contains("event " + (FIRST_OLD_ID + 9_001)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void old_rows_are_removed_and_the_chain_can_still_be_proven(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = new EventStore(database.jdbi(), KEY);
            events.start(ChainPosition.START);
            for (int at = 1; at <= 1_200; at++) {
                events.append(new AuditEvent(0, "k" + at, at, "u", "", "create", "vm", "v", "", "", "", "", "{}"));
            }
            var anchor = events.verification().head();

            var pruned = events.pruning().olderThan(1_101);

            assertThat(pruned.rows()).isEqualTo(1_100);
            assertThat(pruned.last().number()).isEqualTo(1_100);
            assertThat(pruned.problem()).isEmpty();
            events.append(fact("after"));
            var found = events.verification().look(ChainPosition.START, anchor, 1_000_000);
            assertThat(found.problems()).isEmpty();
            assertThat(found.rows()).isEqualTo(101);
            assertThat(found.checkpoint()).isEqualTo(pruned.last());

            // A row that was put back.
            unsealed(database.jdbi(), 50);
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("UPDATE events SET chain_number = 50 WHERE id = " + (FIRST_OLD_ID + 50)));
            assertThat(problems(events)).extracting(ChainProblem::number).containsExactly(50L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_was_changed_is_not_removed(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var events = new EventStore(database.jdbi(), KEY);
            events.start(ChainPosition.START);
            for (int at = 1; at <= 20; at++) {
                events.append(new AuditEvent(0, "k" + at, at, "u", "", "create", "vm", "v", "", "", "", "", "{}"));
            }
            database.jdbi()
                    .useHandle(handle -> handle.execute("UPDATE events SET username = 'x' WHERE chain_number = 5"));

            var pruned = events.pruning().olderThan(15);

            assertThat(pruned.rows()).isZero();
            assertThat(pruned.problem()).map(ChainProblem::number).contains(4L);
            assertThat(keys(database.jdbi())).hasSize(20);
        }
    }

    private static void unsealed(Jdbi jdbi, int id) {
        jdbi.useHandle(handle -> handle.execute(
                "INSERT INTO events (id, natural_key, at, username, action, object_type, object_name, task, deployment,"
                        + " instance, error, context) VALUES (?, ?, 1, 'u', 'create', 'vm', 'v', '', '', '', '', '{}')",
                FIRST_OLD_ID + id,
                "old " + id));
    }

    private static AuditEvent fact(String key) {
        return new AuditEvent(0, key, System.currentTimeMillis(), "u", "", "create", "vm", "v", "", "d", "", "", "{}");
    }

    private static List<ChainProblem> problems(EventStore events) {
        return events.verification()
                .look(ChainPosition.START, Optional.empty(), 1_000_000)
                .problems();
    }

    private static List<String> keys(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT natural_key FROM events ORDER BY chain_number")
                .mapTo(String.class)
                .list());
    }
}
