package io.slipway.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The director's database, migrated to this version's tables: H2 or PostgreSQL, with the same SQL. */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final int CONNECTIONS = 8;
    private static final int READY_SECONDS = 2;
    private static final String URGENT_SECONDS = "2";
    /** A connection of the pool that does not answer for so long is another's place. */
    private static final Duration VALIDATION = Duration.ofSeconds(2);
    /** Who waits for longer is told that the database is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HikariDataSource source;
    private final Jdbi jdbi;
    private final DatabaseSettings settings;

    private Database(HikariDataSource source, DatabaseSettings settings) {
        this.source = source;
        this.jdbi = Jdbi.create(source);
        PlainText.guard(jdbi);
        this.settings = settings;
    }

    /** Connects and migrates. Throws a {@link RuntimeException} naming the database where it cannot. */
    public static Database open(DatabaseSettings settings) {
        var config = new HikariConfig();
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setPoolName("director");
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setValidationTimeout(VALIDATION.toMillis());
        settings.driverProperties().forEach(config::addDataSourceProperty);
        if (!settings.connectionInit().isEmpty()) {
            config.setConnectionInitSql(settings.connectionInit());
        }
        var source = new HikariDataSource(config);
        var flyway = Flyway.configure(Database.class.getClassLoader());
        if (settings.isEmbedded()) {
            flyway.dataSource(source);
        } else {
            // It holds its lock in a transaction for as long as it migrates.
            flyway.dataSource(settings.unpooled(Map.of("socketTimeout", "0")))
                    .initSql("SET idle_in_transaction_session_timeout = 0");
        }
        flyway.locations(
                        "classpath:db/migration/common",
                        "classpath:db/migration/" + (settings.isEmbedded() ? "h2" : "postgresql"))
                .load()
                .migrate();
        return new Database(source, settings);
    }

    /** Whether it answers now. Blocks for a while where it does not. */
    public boolean isReachable() {
        try (var connection = source.getConnection()) {
            return connection.isValid(READY_SECONDS);
        } catch (SQLException away) {
            LOG.debug("the database does not answer: {}", away.getMessage());
            return false;
        }
    }

    public Jdbi jdbi() {
        return jdbi;
    }

    /**
     * Connections for what must not wait behind anything else, and is over within moments: each is opened for its call alone, and
     * given up after two seconds of silence.
     */
    public Jdbi urgent() {
        if (settings.isEmbedded()) {
            return jdbi;
        }
        return Jdbi.create(
                settings.unpooled(Map.of("connectTimeout", URGENT_SECONDS, "socketTimeout", URGENT_SECONDS)));
    }

    public DataSource dataSource() {
        return source;
    }

    public DatabaseSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        if (settings.isEmbedded()) {
            shutDown();
        }
        source.close();
    }

    /** Makes the embedded database write all it has; its connections are of no use afterwards. */
    private void shutDown() {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        } catch (SQLException closed) {
            LOG.debug("the embedded database is closed: {}", closed.getMessage());
        }
    }
}
