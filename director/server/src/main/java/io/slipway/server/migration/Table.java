package io.slipway.server.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table that both databases have.
 *
 * @param source its name in the embedded database
 */
record Table(String name, String source, List<Column> columns) {
    private static final int ROWS_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 4L << 20;
    private static final int ROWS_BETWEEN_REMARKS = 10_000;

    /** What is done with each row. */
    @FunctionalInterface
    private interface RowUse {
        void of(List<@Nullable Object> row) throws SQLException;
    }

    /** Copies all rows, and commits; returns what was read. */
    TableDigest copy(Connection from, Connection to, LongConsumer progress) throws SQLException {
        var digest = new TableDigest();
        try (PreparedStatement insert = to.prepareStatement(insert())) {
            var waiting = new Waiting();
            each(from, select(Column::source, source), row -> {
                digest.add(row);
                for (int i = 0; i < columns.size(); i++) {
                    columns.get(i).write(insert, i + 1, row.get(i));
                }
                insert.addBatch();
                if (waiting.isEnough(row)) {
                    insert.executeBatch();
                }
                if (digest.rows() % ROWS_BETWEEN_REMARKS == 0) {
                    progress.accept(digest.rows());
                }
            });
            insert.executeBatch();
        }
        to.commit();
        return digest;
    }

    /** What waits to be sent: blobs are large. */
    private static final class Waiting {
        private int rows;
        private long bytes;

        boolean isEnough(List<@Nullable Object> row) {
            rows++;
            for (Object value : row) {
                bytes += value instanceof byte[] content ? content.length : 32;
                bytes += value instanceof String text ? text.length() : 0;
            }
            if (rows < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE) {
                return false;
            }
            rows = 0;
            bytes = 0;
            return true;
        }
    }

    TableDigest digestOfSource(Connection from) throws SQLException {
        return digest(from, select(Column::source, source));
    }

    TableDigest digestOfTarget(Connection to) throws SQLException {
        return digest(to, select(Column::name, name));
    }

    private TableDigest digest(Connection connection, String select) throws SQLException {
        var digest = new TableDigest();
        each(connection, select, digest::add);
        return digest;
    }

    private void each(Connection connection, String select, RowUse use) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet rows = statement.executeQuery(select)) {
                while (rows.next()) {
                    List<@Nullable Object> row = new ArrayList<>();
                    for (int i = 0; i < columns.size(); i++) {
                        row.add(columns.get(i).read(rows, i + 1));
                    }
                    use.of(row);
                }
            }
        }
    }

    private String select(java.util.function.Function<Column, String> naming, String table) {
        return "SELECT " + columns.stream().map(naming).map(Table::quoted).collect(Collectors.joining(", ")) + " FROM "
                + quoted(table);
    }

    private String insert() {
        return "INSERT INTO " + quoted(name) + " ("
                + columns.stream().map(Column::name).map(Table::quoted).collect(Collectors.joining(", ")) + ") VALUES ("
                + String.join(", ", Collections.nCopies(columns.size(), "?")) + ")";
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
