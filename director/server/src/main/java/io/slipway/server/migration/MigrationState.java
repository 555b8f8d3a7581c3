package io.slipway.server.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What the target knows of the move into it, in a schema of its own: so a move that was killed is begun again, and a
 * database that has something else in it is not touched.
 */
enum MigrationState {
    /** What is in the target may go. */
    COPYING,
    /** All is in the target, and was found to be the same. */
    DONE;

    private static final String SCHEMA = "slipway_migration";

    /**
     * That of an earlier call; {@link #COPYING} where the target is empty, which it says from then on.
     *
     * @throws IllegalStateException where the target is not empty, or has what another director had
     */
    static MigrationState findOrBegin(Connection target, String directorUuid) throws SQLException {
        Optional<MigrationState> earlier = find(target, directorUuid);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        try (var query = target.createStatement();
                ResultSet tables = query.executeQuery(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")) {
            if (tables.next()) {
                throw new IllegalStateException("the database to move into is not empty: it has a table '"
                        + tables.getString(1) + "'. Give an empty one");
            }
        }
        boolean isAutoCommit = target.getAutoCommit();
        target.setAutoCommit(false);
        try (var statement = target.createStatement()) {
            statement.execute("CREATE SCHEMA " + SCHEMA);
            statement.execute(
                    "CREATE TABLE " + SCHEMA + ".state (director VARCHAR(255) NOT NULL, state VARCHAR(20) NOT NULL)");
            try (PreparedStatement insert =
                    target.prepareStatement("INSERT INTO " + SCHEMA + ".state (director, state) VALUES (?, ?)")) {
                insert.setString(1, directorUuid);
                insert.setString(2, COPYING.name());
                insert.execute();
            }
        }
        target.commit();
        target.setAutoCommit(isAutoCommit);
        return COPYING;
    }

    private static Optional<MigrationState> find(Connection target, String directorUuid) throws SQLException {
        try (var query = target.createStatement();
                ResultSet known = query.executeQuery("SELECT to_regclass('" + SCHEMA + ".state') IS NOT NULL")) {
            if (!known.next() || !known.getBoolean(1)) {
                return Optional.empty();
            }
        }
        try (var query = target.createStatement();
                ResultSet row = query.executeQuery("SELECT director, state FROM " + SCHEMA + ".state")) {
            if (!row.next() || !row.getString(1).equals(directorUuid)) {
                throw new IllegalStateException(
                        "the database to move into has what another director had: give an empty one");
            }
            return Optional.of(valueOf(row.getString(2)));
        }
    }

    /** Says so in the target. */
    void record(Connection target) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE " + SCHEMA + ".state SET state = ?")) {
            update.setString(1, name());
            update.execute();
        }
    }
}
