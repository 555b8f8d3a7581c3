package io.slipway.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The databases that a director may have, each time an empty one. */
public enum EmptyDatabase {
    H2 {
        @Override
        public DatabaseSettings in(Path folder) {
            return DatabaseSettings.embedded(folder);
        }
    },
    POSTGRESQL {
        @Override
        public DatabaseSettings in(Path folder) throws SQLException {
            var server = server();
            String name = "empty_" + COUNT.incrementAndGet();
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return new DatabaseSettings(server.getJdbcUrl("postgres", name), "postgres", "postgres");
        }
    };

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable EmbeddedPostgres server;

    public abstract DatabaseSettings in(Path folder) throws SQLException;

    /** One for all tests of this process; it ends with the process. */
    private static synchronized EmbeddedPostgres server() {
        try {
            if (server == null) {
                server = EmbeddedPostgres.builder().setPort(FreePort.any()).start();
            }
            return server;
        } catch (IOException | IllegalStateException impossible) {
            return Assumptions.abort(
                    "PostgreSQL does not start here (as root it needs user namespaces): " + impossible);
        }
    }
}
