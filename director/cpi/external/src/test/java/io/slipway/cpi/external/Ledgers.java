package io.slipway.cpi.external;

import io.slipway.cpi.CpiLedger;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.lease.Leases;
import io.slipway.store.ledger.CpiLedgers;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The database of a director, in memory, by the directory of a test. */
final class Ledgers {
    private static final Map<Path, Database> DATABASES = new ConcurrentHashMap<>();

    private Ledgers() {}

    /** As a director has it that starts now. */
    static CpiLedger of(Path directory) {
        var database = DATABASES.computeIfAbsent(
                directory,
                none -> Database.open(
                        new DatabaseSettings("jdbc:h2:mem:" + directory.hashCode() + ";DB_CLOSE_DELAY=-1", "sa", "")));
        return new CpiLedgers(database.jdbi(), new Leases(database.jdbi(), "node", Leases.LASTING)).of("cpi");
    }
}
