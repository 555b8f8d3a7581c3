package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.FreePort;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a director keeps in the embedded database is moved into PostgreSQL, and it goes on there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationTest {
    private static final String MANIFEST = TinyRelease.manifest("d", 3, "one", "small");

    /** What clients see of it. */
    private static final List<String> LISTS = List.of(
            "/deployments",
            "/deployments/d",
            "/deployments/d/instances",
            "/deployments/d/variables",
            "/releases",
            "/stemcells",
            "/configs?latest=false",
            "/tasks?limit=100",
            "/events",
            "/disks");

    private final Map<String, JsonNode> before = new TreeMap<>();
    private Postgresql server;
    private SimulatedDirector director;
    private long lastTask;
    private int databases;
    private DatabaseSettings target;

    /** A director that has a deployment in the embedded database, and has ended. */
    @BeforeAll
    void fill(@TempDir Path folder) throws Exception {
        server = Postgresql.start();
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
        director.api().done(director.api().deploy(MANIFEST));
        director.api().done(director.api().deploy(TinyRelease.manifestWithLinks("e")));
        director.api().done(director.api().delete("/deployments/e"));
        for (String list : LISTS) {
            before.put(list, director.api().get(list));
        }
        lastTask = director.api().get("/tasks?limit=1").at("/0/id").asLong();
        director.end();
    }

    @AfterAll
    void stop() throws Exception {
        if (director != null) {
            director.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeAnEmptyDatabase() throws Exception {
        String name = "target" + databases++;
        try (Connection connection = connect(server.settings());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        target = new DatabaseSettings(server.server().getJdbcUrl("postgres", name), "postgres", "postgres");
    }

    @Test
    void a_director_goes_on_in_postgresql_as_if_nothing_had_been() throws Exception {
        List<String> told = new ArrayList<>();
        ServerSettings embedded = director.settings();
        // As 'up --directors 3 --migrate' writes them: of a cluster, and with another patience than usual.
        ServerSettings moved = ChangedSettings.with(
                ChangedSettings.with(embedded, "database", target),
                "cluster",
                new ServerSettings.ClusterAddress(true, "127.0.0.1", FreePort.any(), Duration.ofSeconds(4)));

        Migration.run(embedded, moved, told::add);

        assertThat(told)
                .anyMatch(line -> line.matches("copied [1-9][0-9]* rows of event_journal"))
                .last()
                .asString()
                .matches("both databases have the same [0-9]+ rows in [0-9]+ tables");
        director.goBy(moved);
        try {
            director.start();
            for (String list : LISTS) {
                assertThat(director.api().get(list)).as(list).isEqualTo(before.get(list));
            }
            awaitAgents();
            long task = director.api().deploy(MANIFEST);
            assertThat(task).isGreaterThan(lastTask);
            director.api().done(task);
            assertThat(director.api().text("/tasks/" + task + "/output?type=event"))
                    .doesNotContain("Updating instance", "Creating missing vms");
            assertThat(director.api().get("/deployments/d/instances"))
                    .isEqualTo(before.get("/deployments/d/instances"));
            director.api().done(director.api().deploy(TinyRelease.manifest("d", 2, "two", "large")));
        } finally {
            director.end();
            director.goBy(embedded);
        }
    }

    /** Before it is heard of, an agent is one that does not answer, and a deploy sees to it. */
    private void awaitAgents() throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String states;
        do {
            long look = director.api().taskOf("/deployments/d/instances?format=full");
            director.api().done(look);
            states = director.api().text("/tasks/" + look + "/output?type=result");
            assertThat(System.nanoTime()).as(states).isLessThan(deadline);
        } while (states.lines()
                        .filter(line -> line.contains("\"job_state\":\"running\""))
                        .count()
                < 3);
    }

    @Test
    void can_be_killed_anywhere_and_run_again() throws Exception {
        ServerSettings moved = ChangedSettings.with(director.settings(), "database", target);
        List<String> told = new ArrayList<>();
        for (int line = 0; line < 100; line += 9) {
            int last = told.size() + line;
            assertThatThrownBy(() -> Migration.run(director.settings(), moved, text -> {
                        told.add(text);
                        if (told.size() > last) {
                            throw new Killed();
                        }
                    }))
                    .isInstanceOf(Killed.class);
            if (told.stream().anyMatch(text -> text.startsWith("compared"))) {
                break;
            }
        }
        assertThat(told).anyMatch(text -> text.startsWith("compared"));

        Migration.run(director.settings(), moved, told::add);
        told.clear();
        Migration.run(director.settings(), moved, told::add);

        assertThat(told).as("what was done is only looked at").noneMatch(text -> text.startsWith("copied"));
    }

    /** A process that ends in the midst of it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void sees_each_value_that_is_not_the_same_and_takes_no_database_that_was_used() throws Exception {
        ServerSettings moved = ChangedSettings.with(director.settings(), "database", target);
        Migration.run(director.settings(), moved, text -> {});
        for (String change : List.of(
                "UPDATE event_journal SET event_payload = event_payload || '\\x00' WHERE ordering = 1",
                "INSERT INTO store_rooms (name) VALUES ('more')",
                "SELECT nextval('task_ids')")) {
            try (Connection connection = connect(target);
                    var statement = connection.createStatement()) {
                statement.execute(change);
            }

            assertThatThrownBy(() -> Migration.run(director.settings(), moved, text -> {}))
                    .as(change)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the databases are not the same");

            try (Connection connection = connect(target);
                    var statement = connection.createStatement()) {
                statement.execute("UPDATE slipway_migration.state SET state = 'COPYING'");
            }
            Migration.run(director.settings(), moved, text -> {});
        }
    }

    @Test
    void refuses_a_database_that_has_something_else_in_it() throws Exception {
        try (Connection connection = connect(target);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE thesis (page INT)");
        }

        refused("database", target, "is not empty: it has a table 'thesis'");
    }

    @Test
    void refuses_settings_of_another_director() throws Exception {
        refused("uuid", "other", "they must be of the same director");
        refused("encryptionKey", new byte[] {1}, "have another encryption_key");
        refused("database", director.settings().database(), "moved from the embedded one into PostgreSQL");
    }

    @Test
    void refuses_while_a_director_has_the_database_open() throws Exception {
        Path file = director.settings().dataDirectory().resolve("database/director.mv.db");
        assertThat(Files.exists(file)).isTrue();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            refused("database", target, "stop the director that uses it");
        }
    }

    private void refused(String field, Object value, String message) throws Exception {
        ServerSettings other = ChangedSettings.with(director.settings(), field, value);
        assertThatThrownBy(() -> Migration.run(director.settings(), other, text -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message);
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }
}
