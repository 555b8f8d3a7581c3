package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.Timeline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Of several servers, connections lead to the one that is the primary now. */
class DatabaseServersTest {
    private static final Duration NOTICED = Duration.ofSeconds(15);

    private static final Duration GIVEN_UP = Duration.ofSeconds(8);

    private ReplicatedPostgresql servers;

    @BeforeEach
    void start() throws Exception {
        servers = ReplicatedPostgresql.start();
    }

    @AfterEach
    void stop() throws Exception {
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    void pooled_and_urgent_connections_follow_a_promotion() throws Exception {
        try (var database = Database.open(servers.settings())) {
            long before = Timeline.of(servers.settings()).orElseThrow().number();
            write(database.jdbi(), 1);
            write(database.urgent(), 2);
            assertThatThrownBy(() -> Timeline.of(replicaAlone()))
                    .as("a server that only reads")
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("primary");

            servers.primary().kill();
            servers.promote();

            awaitWrite(database.jdbi(), 3);
            awaitWrite(database.urgent(), 4);
            assertThat(Timeline.of(servers.settings()).orElseThrow().number()).isEqualTo(before + 1);
            List<Integer> there = database.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT n FROM written ORDER BY n")
                            .mapTo(Integer.class)
                            .list());
            assertThat(there).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    @Tag("soak")
    void a_connection_to_a_server_that_stands_still_is_given_up() throws Exception {
        var usual = servers.settings();
        var impatient = new DatabaseSettings(usual.url() + "?socketTimeout=3", usual.user(), usual.password());
        try (var database = Database.open(impatient)) {
            write(database.jdbi(), 1);

            database.jdbi().useHandle(handle -> {
                servers.primary().freeze();
                long asked = System.nanoTime();

                assertThatThrownBy(() -> handle.execute("INSERT INTO written VALUES (2)"))
                        .isInstanceOf(JdbiException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(GIVEN_UP);
            });
            servers.promote();

            awaitWrite(database.jdbi(), 3);
            awaitWrite(database.urgent(), 4);
        }
    }

    private DatabaseSettings replicaAlone() {
        return new DatabaseSettings(
                "jdbc:postgresql://127.0.0.1:" + servers.replica().port() + "/postgres", "postgres", "");
    }

    private static void write(Jdbi jdbi, int number) {
        jdbi.useHandle(handle -> {
            handle.execute("CREATE TABLE IF NOT EXISTS written (n INTEGER PRIMARY KEY)");
            handle.execute("INSERT INTO written VALUES (?)", number);
        });
    }

    private static void awaitWrite(Jdbi jdbi, int number) {
        long end = System.nanoTime() + NOTICED.toNanos();
        while (true) {
            try {
                write(jdbi, number);
                return;
            } catch (JdbiException away) {
                assertThat(System.nanoTime())
                        .as("there again: %s", away.getMessage())
                        .isLessThan(end);
                LockSupport.parkNanos(50_000_000);
            }
        }
    }
}
