package io.slipway.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** PostgreSQL's programs come as a Maven artifact. They refuse to run as root, which they then do in a user namespace. */
class StoreOnPostgresqlTest extends StoreContract {
    private static EmbeddedPostgres server;
    private int number;

    @BeforeAll
    static void start() {
        try {
            server = EmbeddedPostgres.builder().setPort(FreePort.any()).start();
        } catch (IOException | IllegalStateException impossible) {
            Assumptions.abort("PostgreSQL does not start here (as root it needs user namespaces): " + impossible);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DatabaseSettings settings(Path folder) throws SQLException {
        String name = "store_" + Integer.toHexString(System.identityHashCode(this)) + "_" + number++;
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return new DatabaseSettings(server.getJdbcUrl("postgres", name), "postgres", "postgres");
    }
}
