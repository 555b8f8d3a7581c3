package io.slipway.server;

import io.slipway.store.DatabaseSettings;
import io.slipway.store.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL of a test's own; the test is skipped where none starts. */
record Postgresql(EmbeddedPostgres server) implements AutoCloseable {
    static Postgresql start() {
        try {
            return new Postgresql(
                    EmbeddedPostgres.builder().setPort(FreePort.any()).start());
        } catch (IOException | IllegalStateException impossible) {
            return Assumptions.abort(
                    "PostgreSQL does not start here (as root it needs user namespaces): " + impossible);
        }
    }

    int port() {
        return server.getPort();
    }

    DatabaseSettings settings() {
        return new DatabaseSettings(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
