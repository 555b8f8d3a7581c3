package io.slipway.store.lease;

import io.slipway.store.Conflicts;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rights to deal with things of the outside world: one director at a time has that of a thing, over calls that may take an hour
 * and during which no transaction stays open. A lease is a row with a number that no other lease has; whoever writes of the
 * thing writes, in the same transaction, that its own lease is the one that counts. Leases are renewed while this is open, and
 * run out by the database's clock: no clock of a director has a say. Calls block.
 */
public final class Leases implements AutoCloseable {
    /** How long one lasts whose director does not renew it. */
    public static final Duration LASTING = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final long PAUSE_MILLIS = 100;
    /** In the time that one lasts: some may fail. */
    private static final int RENEWALS = 4;

    /** As of the transaction's begin: who waited for a row takes it for earlier than it is, and nothing runs out too early. */
    private static final String NOW = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)";

    private final Jdbi jdbi;
    private final String node;
    private final Duration lasting;
    private final Set<Long> held = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("leases").factory());

    /**
     * Opens them for a director that starts: what an earlier life of it held is free again.
     *
     * @param node of this director; the same after a restart, and another one on every other machine
     * @param lasting how long one lasts that is not renewed
     */
    public Leases(Jdbi jdbi, String node, Duration lasting) {
        this.jdbi = jdbi;
        this.node = node;
        this.lasting = lasting;
        jdbi.useHandle(handle -> handle.execute("DELETE FROM leases WHERE node = ?", node));
        long pause = lasting.toMillis() / RENEWALS;
        renewal.scheduleWithFixedDelay(this::renew, pause, pause, TimeUnit.MILLISECONDS);
    }

    public String node() {
        return node;
    }

    /** Leases that are held are renewed no longer. */
    @Override
    public void close() {
        renewal.shutdownNow();
    }

    private void renew() {
        if (held.isEmpty()) {
            return;
        }
        try {
            jdbi.useHandle(handle -> held.forEach(fence -> handle.execute(
                    "UPDATE leases SET until_millis = " + NOW + " + ? WHERE fence = ?", lasting.toMillis(), fence)));
        } catch (RuntimeException away) {
            LOG.warn("leases cannot be renewed now: {}", away.getMessage());
        }
    }

    /**
     * Waits until nobody else deals with a thing, on this director or on another. One that died or was frozen loses its lease
     * after a while.
     */
    public Lease hold(String scope, String thing) throws InterruptedException {
        while (true) {
            if (!isHeld(scope, thing)) {
                long fence = jdbi.withHandle(handle -> handle.createQuery("SELECT NEXTVAL('lease_fences')")
                        .mapTo(Long.class)
                        .one());
                if (isFirst(scope, thing, fence) || ranOut(scope, thing, fence)) {
                    held.add(fence);
                    return new Lease(scope, thing, fence);
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** A look only, which costs the database little while somebody waits for long. */
    private boolean isHeld(String scope, String thing) {
        return jdbi.withHandle(handle -> handle.select(
                        "SELECT node FROM leases WHERE scope = ? AND thing = ? AND until_millis >= " + NOW,
                        scope,
                        thing)
                .mapTo(String.class)
                .findOne()
                .isPresent());
    }

    private boolean isFirst(String scope, String thing, long fence) {
        return Conflicts.added(
                jdbi,
                handle -> handle.execute(
                        "INSERT INTO leases (scope, thing, fence, node, until_millis) VALUES (?, ?, ?, ?, " + NOW
                                + " + ?)",
                        scope,
                        thing,
                        fence,
                        node,
                        lasting.toMillis()));
    }

    private boolean ranOut(String scope, String thing, long fence) {
        return Conflicts.<Integer>retried(
                        jdbi,
                        handle -> handle.execute(
                                "UPDATE leases SET fence = ?, node = ?, until_millis = " + NOW
                                        + " + ? WHERE scope = ? AND thing = ? AND until_millis < " + NOW,
                                fence,
                                node,
                                lasting.toMillis(),
                                scope,
                                thing))
                > 0;
    }

    /** The right to deal with one thing; it lasts until it is closed, or this director is taken for dead. */
    public final class Lease implements AutoCloseable {
        private final String scope;
        private final String thing;
        private final long fence;

        private Lease(String scope, String thing, long fence) {
            this.scope = scope;
            this.thing = thing;
            this.fence = fence;
        }

        /**
         * Runs a transaction that writes of the thing. The lease's row stays locked meanwhile: nobody takes it over in between.
         *
         * @throws Lost where another director has it: nothing is written
         */
        public <T> T write(Conflicts.Work<T> work) {
            return Conflicts.retried(jdbi, handle -> {
                int mine = handle.execute(
                        "UPDATE leases SET until_millis = " + NOW + " + ? WHERE scope = ? AND thing = ? AND fence = ?",
                        lasting.toMillis(),
                        scope,
                        thing,
                        fence);
                if (mine == 0) {
                    throw new Lost(scope, thing);
                }
                return work.run(handle);
            });
        }

        /**
         * To be called at the last moment before an act that must not be done by two at a time.
         *
         * @throws Lost where another director has it
         */
        public void confirm() {
            write(handle -> fence);
        }

        @Override
        public void close() {
            held.remove(fence);
            try {
                jdbi.useHandle(handle -> handle.execute("DELETE FROM leases WHERE fence = ?", fence));
            } catch (RuntimeException away) {
                LOG.warn("the lease of {} '{}' runs out by itself: {}", scope, thing, away.getMessage());
            }
        }
    }

    /** Another director took this one for dead, and deals with the thing itself. */
    public static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String scope, String thing) {
            super("another director has taken over what is done about " + scope + " '" + thing + "'");
        }
    }
}
