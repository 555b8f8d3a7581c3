package io.slipway.store;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Writing where others write too, on this director or on another: the ways to do it that both databases know. */
public final class Conflicts {
    private static final int TRIES = 20;
    private static final long LONGEST_PAUSE_MILLIS = 20;
    private static final String TAKEN = "23505";
    /**
     * A row that somebody else wrote first, a failed serialization, a deadlock; and by H2 a row that somebody else changes,
     * and one that was not free in time.
     */
    private static final Set<String> STATES = Set.of(TAKEN, "40001", "40P01", "90131", "HYT00");

    private Conflicts() {}

    /** Work of a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Handle handle);
    }

    /** What only one transaction at a time may change. */
    public enum Room {
        CONFIGS,
        LINKS,
        NETWORKS,
        PROBLEMS,
        SETTINGS,
        VARIABLES
    }

    /**
     * Runs a transaction, again from its beginning where another one's rows collide with its own. For what puts a row in the
     * place of the one that is there: the last one counts.
     */
    public static <T> T retried(Jdbi jdbi, Work<T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return jdbi.<T, JdbiException>inTransaction(work::run);
            } catch (JdbiException failure) {
                if (tries == TRIES || !hasState(failure, STATES)) {
                    throw failure;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS)));
            }
        }
    }

    /**
     * Runs a transaction while nobody else runs one of the same room. For what looks before it writes, or puts several rows
     * in the place of those that are there.
     */
    public static <T> T alone(Jdbi jdbi, Room room, Work<T> work) {
        return retried(jdbi, handle -> {
            enter(handle, room);
            return work.run(handle);
        });
    }

    /** Waits until nobody else is in a room, and stays there until this transaction ends. */
    public static void enter(Handle handle, Room room) {
        handle.createQuery("SELECT name FROM store_rooms WHERE name = :name FOR UPDATE")
                .bind("name", room.name().toLowerCase(Locale.ROOT))
                .mapTo(String.class)
                .one();
    }

    /**
     * Runs a transaction that adds a row; false where a row of the same key is there already. For facts of which the first
     * one counts: looking first would be no guard, since another one may come in between.
     */
    public static boolean added(Jdbi jdbi, Work<?> insert) {
        try {
            jdbi.<JdbiException>useTransaction(insert::run);
            return true;
        } catch (JdbiException failure) {
            if (hasState(failure, Set.of(TAKEN))) {
                return false;
            }
            throw failure;
        }
    }

    /** Whether a row of the same key was there already. */
    public static boolean isTaken(JdbiException failure) {
        return hasState(failure, Set.of(TAKEN));
    }

    private static boolean hasState(Throwable failure, Set<String> states) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && states.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
