package io.slipway.server.migration;

import io.slipway.engine.state.Stores;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.BlobAreas;
import io.slipway.store.blob.BlobSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Moves all that a director keeps in the embedded database into an empty PostgreSQL: all tables, journals among them, and the
 * next values of sequences; and its blobs to where they will be. What was copied is read again and compared. What was there
 * before stays as it is. Killed at any moment, it can be run again; run again after it was done, it only compares.
 */
public final class DatabaseMigration {
    /** A large table is sorted before its first row comes. */
    private static final Map<String, String> PATIENT = Map.of("socketTimeout", "3600");

    /** In these are blobs, where they are in the database; they are moved by themselves. */
    private static final Set<String> OF_BLOBS = Set.of("blobs", "blob_chunks");

    private final DatabaseSettings from;
    private final DatabaseSettings to;
    private final BlobChange blobs;
    private final String directorUuid;
    private final Consumer<String> progress;

    /**
     * Where blobs are, and where they will be.
     *
     * @param scratch a folder for copies of blobs
     */
    public record BlobChange(BlobSettings from, BlobSettings to, Path scratch) {
        boolean isNone() {
            return from.equals(to);
        }
    }

    /**
     * @param directorUuid of the director whose databases these are
     * @param progress is told what is done, line by line
     */
    public DatabaseMigration(
            DatabaseSettings from,
            DatabaseSettings to,
            BlobChange blobs,
            String directorUuid,
            Consumer<String> progress) {
        this.from = from;
        this.to = to;
        this.blobs = blobs;
        this.directorUuid = directorUuid;
        this.progress = progress;
    }

    /** @throws IllegalStateException that says why it cannot be done; what was there before is there still */
    public void run() {
        if (!from.isEmbedded() || to.isEmbedded()) {
            throw new IllegalStateException("a database is moved from the embedded one into PostgreSQL, and not from "
                    + from.url() + " to " + to.url());
        }
        if (!blobs.isNone() && !(blobs.from() instanceof BlobSettings.Directory)) {
            throw new IllegalStateException("blobs are moved from a directory alone: copy them by yourself to where"
                    + " blobs.store will have them, and say the same in both settings");
        }
        try (Database source = source()) {
            MigrationState state = begin();
            try (Database target = Database.open(to);
                    Connection reading = source.dataSource().getConnection();
                    Connection writing = to.unpooled(PATIENT).getConnection()) {
                move(reading, writing, target, state);
            }
        } catch (SQLException | IOException failure) {
            throw new IllegalStateException("the database cannot be moved: " + failure.getMessage(), failure);
        }
    }

    private Database source() {
        try {
            return Database.open(new DatabaseSettings(from.url() + ";IFEXISTS=TRUE", from.user(), from.password()));
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "the embedded database " + from.url() + " cannot be opened: stop the director that uses it ("
                            + failure.getMessage() + ")",
                    failure);
        }
    }

    /** Before there are tables in the target. */
    private MigrationState begin() throws SQLException {
        try (Connection target = to.unpooled(Map.of()).getConnection()) {
            return MigrationState.findOrBegin(target, directorUuid);
        }
    }

    private void move(Connection source, Connection target, Database into, MigrationState state)
            throws SQLException, IOException {
        try (var statement = source.createStatement()) {
            // Otherwise all rows of a table are in memory at once.
            statement.execute("SET LAZY_QUERY_EXECUTION 1");
        }
        try (var statement = target.createStatement()) {
            // Reading may take longer between two writes than a director may.
            statement.execute("SET idle_in_transaction_session_timeout = 0");
        }
        List<Table> all = Tables.find(source, target);
        List<Table> tables = all.stream()
                .filter(table -> blobs.isNone() || !OF_BLOBS.contains(table.name()))
                .toList();
        // PostgreSQL's driver reads a table in parts only within a transaction.
        target.setAutoCommit(false);
        if (state == MigrationState.COPYING) {
            clear(target, all);
            for (Table table : tables) {
                TableDigest copied = table.copy(
                        source, target, rows -> progress.accept("copied " + rows + " rows of " + table.name()));
                progress.accept("copied " + copied.rows() + " rows of " + table.name());
            }
        }
        Map<String, Long> sequences = Tables.nextValues(source, target);
        if (state == MigrationState.COPYING) {
            set(target, sequences);
        }
        if (blobs.from() instanceof BlobSettings.Directory files && !blobs.isNone()) {
            // No transaction stays open meanwhile.
            target.commit();
            try (BlobAreas areas = blobs.to().open(into.jdbi(), blobs.scratch())) {
                new BlobMove(files.root(), areas, progress).run(Stores.AREAS);
            }
        }
        compare(source, target, tables, sequences);
        MigrationState.DONE.record(target);
        target.commit();
    }

    /** What an earlier call copied, and what the migrations of tables put there. */
    private static void clear(Connection target, List<Table> tables) throws SQLException {
        try (var statement = target.createStatement()) {
            statement.execute("TRUNCATE "
                    + tables.stream().map(table -> Table.quoted(table.name())).collect(Collectors.joining(", ")));
        }
        target.commit();
    }

    private static void set(Connection target, Map<String, Long> sequences) throws SQLException {
        try (var statement = target.prepareStatement("SELECT setval(CAST(? AS regclass), ?, false)")) {
            for (Map.Entry<String, Long> sequence : sequences.entrySet()) {
                statement.setString(1, "public." + Table.quoted(sequence.getKey()));
                statement.setLong(2, sequence.getValue());
                statement.execute();
            }
        }
        target.commit();
    }

    private void compare(Connection source, Connection target, List<Table> tables, Map<String, Long> sequences)
            throws SQLException {
        long rows = 0;
        for (Table table : tables) {
            TableDigest expected = table.digestOfSource(source);
            TableDigest found = table.digestOfTarget(target);
            if (!found.isSame(expected)) {
                throw different("table " + table.name() + " has " + expected.rows() + " rows here and " + found.rows()
                        + " there, or others");
            }
            rows += expected.rows();
            progress.accept("compared table " + table.name());
        }
        for (Map.Entry<String, Long> sequence : sequences.entrySet()) {
            try (var query = target.createStatement();
                    ResultSet row = query.executeQuery(
                            "SELECT last_value, is_called FROM public." + Table.quoted(sequence.getKey()))) {
                row.next();
                if (row.getLong(1) != sequence.getValue() || row.getBoolean(2)) {
                    throw different("sequence " + sequence.getKey() + " goes on with another number");
                }
            }
        }
        progress.accept("both databases have the same " + rows + " rows in " + tables.size() + " tables");
    }

    private static IllegalStateException different(String what) {
        return new IllegalStateException("the databases are not the same (" + what
                + "): the one moved into has been used since, or is damaged. To start anew, give an empty one");
    }
}
