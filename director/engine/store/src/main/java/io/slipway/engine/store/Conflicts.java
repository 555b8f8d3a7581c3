package io.slipway.engine.store;

import java.sql.SQLException;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Transactions that others may get in the way of, on this director or on another. */
public final class Conflicts {
    private static final int TRIES = 8;
    /** A row that somebody else wrote first, a failed serialization, a deadlock. */
    private static final Set<String> STATES = Set.of("23505", "40001", "40P01");

    private Conflicts() {}

    /** Work of a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Handle handle);
    }

    /** Runs a transaction, again from its beginning where another one's rows collide with its own. */
    public static <T> T retried(Jdbi jdbi, Work<T> work) {
        for (int tries = 1; ; tries++) {
            try {
                return jdbi.<T, JdbiException>inTransaction(work::run);
            } catch (JdbiException failure) {
                if (tries == TRIES || !isConflict(failure)) {
                    throw failure;
                }
            }
        }
    }

    private static boolean isConflict(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && STATES.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
