package io.slipway.store;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away, and will be back, from one that refuses what it is given. */
public final class Outage {
    /** Of connections; of operators who stop the server; of want of resources; of H2 that is closed or closes. */
    private static final List<String> STATES = List.of("08", "57P", "53", "90067", "90098", "90121");

    private Outage() {}

    /** Whether something failed because the database did not answer: the same may work when it is back. */
    public static boolean is(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException
                    || cause instanceof SQLNonTransientConnectionException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof SQLException sql && isOutage(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOutage(String state) {
        return STATES.stream().anyMatch(state::startsWith);
    }
}
