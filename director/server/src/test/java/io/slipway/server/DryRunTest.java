package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dry run shows what a deploy would do, and leaves everything as it was but the task that it is. */
class DryRunTest {
    /** Of the task itself, which clients read the result from. */
    /** Of the dry run's own task; and in the last one a director says every second that it lives. */
    private static final Set<String> OTHERS = Set.of("TASKS", "TASK_CLIENTS", "TASK_OUTPUTS", "CLUSTER_MEMBERS");

    private static final int INSTANCES = 100;
    /** Longer than names that have changed wait to be published. */
    private static final Duration REST = Duration.ofSeconds(3);

    @Test
    void a_dry_run_of_a_hundred_instances_leaves_every_table_and_journal_as_it_was(@TempDir Path folder)
            throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            director.api().done(director.api().deploy(manifest("old", 3, "one")));
            var before = new TreeMap<String, TreeSet<String>>();
            awaitRest(director);
            before.putAll(content(director));

            director.api().done(director.api().deploy(manifest("new", INSTANCES, "one"), "?dry_run=true"));
            director.api().done(director.api().deploy(manifest("old", INSTANCES, "two"), "?dry_run=true"));
            director.api().done(director.api().deploy(manifest("old", 1, "two"), "?dry_run=true&recreate=true"));

            awaitRest(director);
            var after = content(director);
            assertThat(after.keySet()).isEqualTo(before.keySet());
            for (String table : before.keySet()) {
                assertThat(after.get(table)).as(table).isEqualTo(before.get(table));
            }
            assertThat(director.infrastructure().listVms()).hasSize(3);
            assertThat(director.infrastructure().diskCids()).hasSize(3);
            assertThat(director.api()
                            .get("/deployments?exclude_releases=true&exclude_stemcells=true")
                            .findValuesAsText("name"))
                    .containsExactly("old");
        }
    }

    private static String manifest(String deployment, int instances, String text) {
        return TinyRelease.manifest(deployment, instances, text + "-((secret))", "small")
                + "variables: [{name: secret, type: password, update_mode: overwrite},"
                + " {name: ca, type: certificate, options: {is_ca: true, common_name: ca}}]\n";
    }

    /** What a request does last is done when its task has ended; names are published a while later. */
    private static void awaitRest(SimulatedDirector director) throws Exception {
        var last = content(director);
        long since = System.nanoTime();
        while (System.nanoTime() - since < REST.toNanos()) {
            var now = content(director);
            if (!now.equals(last)) {
                last = now;
                since = System.nanoTime();
            }
        }
    }

    /** All rows of all tables, and of journals, but of the others. */
    private static TreeMap<String, TreeSet<String>> content(SimulatedDirector director) throws SQLException {
        var tables = new TreeMap<String, TreeSet<String>>();
        var database = director.database();
        try (var connection = DriverManager.getConnection(database.url(), database.user(), database.password())) {
            for (String table : tables(connection)) {
                if (!OTHERS.contains(table)) {
                    tables.put(table, rows(connection, table));
                }
            }
        }
        return tables;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        var names = new TreeSet<String>();
        try (var found =
                connection.getMetaData().getTables(null, "PUBLIC", "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (found.next()) {
                names.add(found.getString("TABLE_NAME"));
            }
        }
        assertThat(names).contains("INSTANCES", "VARIABLE_VALUES", "DNS_NUMBERS");
        return List.copyOf(names);
    }

    private static TreeSet<String> rows(Connection connection, String table) throws SQLException {
        var rows = new TreeSet<String>();
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                var row = new StringBuilder();
                boolean isOfTask = false;
                for (int column = 1; column <= columns; column++) {
                    String text = text(found, column);
                    isOfTask |= text.startsWith("Task|");
                    row.append(found.getMetaData().getColumnName(column))
                            .append('=')
                            .append(text)
                            .append(' ');
                }
                if (!isOfTask) {
                    rows.add(row.toString());
                }
            }
        }
        return rows;
    }

    private static String text(ResultSet found, int column) throws SQLException {
        int type = found.getMetaData().getColumnType(column);
        boolean isBinary = type == Types.BLOB || type == Types.VARBINARY || type == Types.BINARY;
        byte[] bytes = isBinary ? found.getBytes(column) : null;
        return bytes == null
                ? String.valueOf(found.getString(column))
                : HexFormat.of().formatHex(bytes);
    }
}
