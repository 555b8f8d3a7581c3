package io.slipway.store.member;

import io.slipway.store.Conflicts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Where the APIs of the directors of one database are reached. Calls block. */
public final class DirectorAddresses {
    private final Jdbi jdbi;
    private final Clock clock;

    public DirectorAddresses(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * To be called again and again.
     *
     * @param node a director
     * @param address host:port of its API
     */
    public void tell(String node, String address) {
        Conflicts.retried(jdbi, handle -> {
            handle.execute("DELETE FROM director_addresses WHERE node = ? OR address = ?", node, address);
            return handle.execute(
                    "INSERT INTO director_addresses (node, address, told_at) VALUES (?, ?, ?)",
                    node,
                    address,
                    clock.millis());
        });
    }

    /** Of those that were told within such a time. */
    public List<String> since(Duration age) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT address FROM director_addresses WHERE told_at >= :since ORDER BY address")
                .bind("since", clock.millis() - age.toMillis())
                .mapTo(String.class)
                .list());
    }
}
