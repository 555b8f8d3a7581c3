package io.slipway.store.ledger;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Entry;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.CpiLedger.Lease;
import io.slipway.cpi.CpiLedger.Lost;
import io.slipway.store.Conflicts;
import io.slipway.store.lease.Leases;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

/** The ledgers of all CPIs in the database. */
public final class CpiLedgers {
    private static final RowMapper<Entry> ENTRY = (row, context) -> new Entry(
            Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
            row.getString("thing"),
            row.getString("cid"),
            row.getString("phase"),
            row.getString("node"),
            row.getString("content"));

    private final Jdbi jdbi;
    private final Leases leases;

    public CpiLedgers(Jdbi jdbi, Leases leases) {
        this.jdbi = jdbi;
        this.leases = leases;
    }

    /** The ledger of one CPI. */
    public CpiLedger of(String cpi) {
        return new Table(cpi);
    }

    private final class Table implements CpiLedger {
        private final String cpi;

        Table(String cpi) {
            this.cpi = cpi;
        }

        @Override
        public String node() {
            return leases.node();
        }

        @Override
        public Optional<Entry> find(Kind kind, String key) {
            return entries("cpi = ? AND kind = ? AND thing = ?", cpi, kind.word(), key).stream()
                    .findFirst();
        }

        @Override
        public Optional<Entry> findByCid(Kind kind, String cid) {
            return entries("cpi = ? AND kind = ? AND cid = ?", cpi, kind.word(), cid).stream()
                    .findFirst();
        }

        @Override
        public List<Entry> list(Kind kind) {
            return entries("cpi = ? AND kind = ?", cpi, kind.word());
        }

        private List<Entry> entries(String which, Object... values) {
            return jdbi.withHandle(
                    handle -> handle.select("SELECT * FROM cpi_ledger WHERE " + which + " ORDER BY thing", values)
                            .map(ENTRY)
                            .list());
        }

        @Override
        public void takeOver(Entry former) {
            Conflicts.added(jdbi, handle -> insert(handle, former));
        }

        private int insert(Handle handle, Entry entry) {
            return handle.execute(
                    "INSERT INTO cpi_ledger (cpi, kind, thing, cid, phase, node, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    cpi,
                    entry.kind().word(),
                    entry.key(),
                    entry.cid(),
                    entry.phase(),
                    entry.node(),
                    entry.content());
        }

        @Override
        public Lease hold(Kind kind, String key) {
            try {
                return new Held(kind, key, leases.hold(cpi + "/" + kind.word(), key));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CpiException(new CpiFailure.CloudError(
                        "interrupted while another director dealt with " + kind.word() + " '" + key + "'", true));
            }
        }

        private final class Held implements Lease {
            private final Kind kind;
            private final String key;
            private final Leases.Lease lease;

            Held(Kind kind, String key, Leases.Lease lease) {
                this.kind = kind;
                this.key = key;
                this.lease = lease;
            }

            @Override
            public void confirm() {
                write(handle -> 0);
            }

            @Override
            public void put(Entry entry) {
                if (entry.kind() != kind || !entry.key().equals(key)) {
                    throw new IllegalArgumentException("the lease of " + kind + " '" + key + "' is none of " + entry);
                }
                write(handle -> delete(handle) + insert(handle, entry));
            }

            @Override
            public void remove() {
                write(this::delete);
            }

            private int delete(Handle handle) {
                return handle.execute(
                        "DELETE FROM cpi_ledger WHERE cpi = ? AND kind = ? AND thing = ?", cpi, kind.word(), key);
            }

            private void write(Conflicts.Work<Integer> work) {
                try {
                    lease.write(work);
                } catch (Leases.Lost taken) {
                    throw new Lost(kind, key);
                }
            }

            @Override
            public void close() {
                lease.close();
            }
        }
    }
}
