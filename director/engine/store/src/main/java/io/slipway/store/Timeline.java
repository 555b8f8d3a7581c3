package io.slipway.store;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * Which part of its history a PostgreSQL writes: each replica that takes the place of a primary begins a new timeline, with a
 * higher number. Two servers that both write are told apart by it.
 *
 * @param system by which a primary, all its replicas and what becomes of them are known
 */
public record Timeline(String system, long number) {
    private static final int DIGITS = 8;
    /** Of what the control file says, the number is that of the last checkpoint, and may be older. */
    private static final String QUESTION =
            "SELECT system_identifier::text, pg_walfile_name(pg_current_wal_lsn()) FROM pg_control_system()";

    /**
     * That of the server that connections lead to now; empty for the embedded database, and where a server does not tell, as
     * those of some cloud providers. Blocks for a few seconds at most.
     *
     * @throws IllegalStateException where no server answers
     */
    public static Optional<Timeline> of(DatabaseSettings settings) {
        if (settings.isEmbedded()) {
            return Optional.empty();
        }
        try (var connection = settings.unpooled(Map.of("connectTimeout", "2", "socketTimeout", "2"))
                        .getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(QUESTION)) {
            rows.next();
            return Optional.of(new Timeline(
                    rows.getString(1), Long.parseLong(rows.getString(2).substring(0, DIGITS), 16)));
        } catch (SQLException failure) {
            if (isRefusal(failure)) {
                return Optional.empty();
            }
            throw new IllegalStateException(settings + " does not answer: " + failure.getMessage(), failure);
        }
    }

    /** Who asks may not, or the server has no such function. */
    private static boolean isRefusal(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("42") || state.startsWith("0A") || state.startsWith("55");
    }
}
