package io.slipway.server.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which tables and sequences there are, as both databases say. */
final class Tables {
    /** Of the migrations themselves: each database has its own. */
    private static final String HISTORY = "flyway_schema_history";

    private Tables() {}

    /**
     * All tables, those that others refer to first.
     *
     * @throws IllegalStateException where the two databases have not the same
     */
    static List<Table> find(Connection source, Connection target) throws SQLException {
        Map<String, List<Column>> found = new LinkedHashMap<>();
        Map<String, Map<String, String>> known = sourceColumns(source);
        try (PreparedStatement query = target.prepareStatement("""
                        SELECT c.table_name, c.column_name, c.data_type
                        FROM information_schema.columns c JOIN information_schema.tables t
                          ON t.table_schema = c.table_schema AND t.table_name = c.table_name
                        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> ?
                        ORDER BY c.table_name, c.ordinal_position
                        """);
                ResultSet rows = queried(query, HISTORY)) {
            while (rows.next()) {
                String table = rows.getString(1);
                String column = rows.getString(2);
                String name = known.getOrDefault(table, Map.of()).get(column);
                if (name == null) {
                    throw new IllegalStateException(
                            "the embedded database has no column " + column + " in a table " + table);
                }
                found.computeIfAbsent(table, any -> new ArrayList<>())
                        .add(new Column(column, name, Column.Kind.of(rows.getString(3))));
            }
        }
        for (String table : known.keySet()) {
            if (!table.equals(HISTORY)
                    && known.get(table).size()
                            != found.getOrDefault(table, List.of()).size()) {
                throw new IllegalStateException("the databases have different columns in table " + table);
            }
        }
        return inOrder(found, sourceNames(source), references(target));
    }

    private static ResultSet queried(PreparedStatement query, String argument) throws SQLException {
        query.setString(1, argument);
        return query.executeQuery();
    }

    /** Names as the embedded database has them, by table and column in lower case. */
    private static Map<String, Map<String, String>> sourceColumns(Connection source) throws SQLException {
        Map<String, Map<String, String>> found = new TreeMap<>();
        try (var query = source.createStatement();
                ResultSet rows = query.executeQuery(
                        "SELECT TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'PUBLIC'")) {
            while (rows.next()) {
                found.computeIfAbsent(lower(rows.getString(1)), any -> new TreeMap<>())
                        .put(lower(rows.getString(2)), rows.getString(2));
            }
        }
        return found;
    }

    private static Map<String, String> sourceNames(Connection source) throws SQLException {
        Map<String, String> found = new TreeMap<>();
        try (var query = source.createStatement();
                ResultSet rows = query.executeQuery(
                        "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC'")) {
            while (rows.next()) {
                found.put(lower(rows.getString(1)), rows.getString(1));
            }
        }
        return found;
    }

    /** Which tables a table's rows refer to. */
    private static Map<String, Set<String>> references(Connection target) throws SQLException {
        Map<String, Set<String>> found = new TreeMap<>();
        try (var query = target.createStatement();
                ResultSet rows = query.executeQuery("""
                        SELECT own.relname, other.relname FROM pg_constraint c
                        JOIN pg_class own ON own.oid = c.conrelid JOIN pg_class other ON other.oid = c.confrelid
                        WHERE c.contype = 'f' AND own.oid <> other.oid
                        """)) {
            while (rows.next()) {
                found.computeIfAbsent(rows.getString(1), any -> new HashSet<>()).add(rows.getString(2));
            }
        }
        return found;
    }

    private static List<Table> inOrder(
            Map<String, List<Column>> found, Map<String, String> sourceNames, Map<String, Set<String>> references) {
        List<Table> ordered = new ArrayList<>();
        Set<String> placed = new HashSet<>();
        while (ordered.size() < found.size()) {
            int before = ordered.size();
            found.forEach((name, columns) -> {
                if (!placed.contains(name) && placed.containsAll(references.getOrDefault(name, Set.of()))) {
                    placed.add(name);
                    ordered.add(new Table(name, sourceNames.getOrDefault(name, name), columns));
                }
            });
            if (ordered.size() == before) {
                throw new IllegalStateException("tables refer to each other in a circle");
            }
        }
        return ordered;
    }

    /** The next value of each sequence, by its name in the target; of columns that number themselves, too. */
    static Map<String, Long> nextValues(Connection source, Connection target) throws SQLException {
        Map<String, Long> next = new TreeMap<>();
        try (var query = source.createStatement();
                ResultSet rows = query.executeQuery(
                        "SELECT SEQUENCE_NAME, BASE_VALUE FROM INFORMATION_SCHEMA.SEQUENCES WHERE SEQUENCE_SCHEMA = 'PUBLIC'")) {
            while (rows.next()) {
                next.put(lower(rows.getString(1)), rows.getLong(2));
            }
        }
        try (var query = source.createStatement();
                ResultSet rows = query.executeQuery("""
                        SELECT TABLE_NAME, COLUMN_NAME, IDENTITY_BASE FROM INFORMATION_SCHEMA.COLUMNS
                        WHERE TABLE_SCHEMA = 'PUBLIC' AND IS_IDENTITY = 'YES'
                        """)) {
            while (rows.next()) {
                next.put(sequenceOf(target, lower(rows.getString(1)), lower(rows.getString(2))), rows.getLong(3));
            }
        }
        Set<String> wanted = sequences(target);
        if (!wanted.equals(next.keySet())) {
            throw new IllegalStateException(
                    "the databases have different sequences: " + next.keySet() + " and " + wanted);
        }
        return next;
    }

    private static String sequenceOf(Connection target, String table, String column) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT pg_get_serial_sequence(?, ?)")) {
            query.setString(1, "public." + table);
            query.setString(2, column);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                String name = row.getString(1);
                if (name == null) {
                    throw new IllegalStateException("column " + column + " of table " + table
                            + " numbers itself in the embedded database alone");
                }
                return name.substring(name.indexOf('.') + 1);
            }
        }
    }

    private static Set<String> sequences(Connection target) throws SQLException {
        Set<String> found = new HashSet<>();
        try (var query = target.createStatement();
                ResultSet rows =
                        query.executeQuery("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
