package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a database all the time: writes rows, whose commits must never be lost, and sees when directors journal something
 * that is committed.
 */
final class DatabaseWitness implements AutoCloseable {
    private static final Map<String, String> SHORT = Map.of(
            "connectTimeout", "1", "socketTimeout", "1", "sslResponseTimeout", "1000", "hostRecheckSeconds", "1");
    private static final long PAUSE_MS = 10;

    private final DatabaseSettings settings;
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<Long> progress = new ConcurrentLinkedDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private long next;
    private long journaled;

    private DatabaseWitness(DatabaseSettings settings) {
        this.settings = settings;
        this.thread = Thread.ofPlatform().daemon().name("witness").start(this::look);
    }

    static DatabaseWitness of(DatabaseSettings settings) throws SQLException {
        try (var connection = settings.unpooled(SHORT).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE witness (n BIGINT PRIMARY KEY)");
        }
        return new DatabaseWitness(settings);
    }

    private void look() {
        while (!isClosing()) {
            try (var connection = settings.unpooled(SHORT).getConnection()) {
                while (!isClosing()) {
                    lookOnce(connection);
                }
            } catch (SQLException away) {
                // It is back later, or somewhere else.
            }
        }
    }

    private void lookOnce(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("INSERT INTO witness VALUES (" + ++next + ")");
            acknowledged.add(next);
            try (var rows = statement.executeQuery("SELECT max(ordering) FROM event_journal")) {
                rows.next();
                long now = rows.getLong(1);
                if (now > journaled) {
                    progress.add(System.nanoTime());
                    journaled = now;
                }
            }
        }
    }

    private boolean isClosing() {
        try {
            return closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            return true;
        }
    }

    /** The longest time, within this one, in which no director journaled anything. */
    Duration longestSilence(long from, long to) {
        long last = from;
        long longest = 0;
        for (long one : progress) {
            if (one > from && one <= to) {
                longest = Math.max(longest, one - last);
                last = one;
            }
        }
        return Duration.ofNanos(Math.max(longest, to - last));
    }

    /** All that was ever acknowledged is there; returns how much that is. */
    int assertNothingLost(String round) throws SQLException {
        var expected = Set.copyOf(acknowledged);
        var there = new HashSet<Long>();
        try (var connection = settings.unpooled(SHORT).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT n FROM witness")) {
            while (rows.next()) {
                there.add(rows.getLong(1));
            }
        }
        assertThat(there).as(round).containsAll(expected);
        return expected.size();
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join();
    }
}
