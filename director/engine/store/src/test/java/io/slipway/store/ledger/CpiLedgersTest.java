package io.slipway.store.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CpiLedger.Entry;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.CpiLedger.Lost;
import io.slipway.store.Database;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.lease.Leases;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two directors that remember for a CPI. */
class CpiLedgersTest {
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void what_one_director_writes_the_other_reads(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var leases = new Leases(database.jdbi(), "a", Leases.LASTING);
                var leasesThere = new Leases(database.jdbi(), "b", Leases.LASTING)) {
            var here = new CpiLedgers(database.jdbi(), leases);
            var there = new CpiLedgers(database.jdbi(), leasesThere).of("cpi");

            try (var lease = here.of("cpi").hold(Kind.VM, "agent")) {
                lease.confirm();
                lease.put(entry("agent", "", "INTENDED"));
                lease.put(entry("agent", "vm-1", "MADE"));
            }

            assertThat(there.node()).isEqualTo("b");
            assertThat(there.find(Kind.VM, "agent")).contains(entry("agent", "vm-1", "MADE"));
            assertThat(there.findByCid(Kind.VM, "vm-1")).contains(entry("agent", "vm-1", "MADE"));
            assertThat(there.list(Kind.VM)).hasSize(1);
            assertThat(there.list(Kind.DISK)).isEmpty();
            assertThat(here.of("other").list(Kind.VM)).isEmpty();
            there.takeOver(entry("agent", "of before", "MADE"));
            there.takeOver(entry("former", "vm-0", "MADE"));
            assertThat(here.of("cpi").list(Kind.VM)).extracting(Entry::cid).containsExactly("vm-1", "vm-0");
            try (var lease = there.hold(Kind.VM, "agent")) {
                lease.remove();
            }
            assertThat(here.of("cpi").find(Kind.VM, "agent")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_frozen_director_that_wakes_up_writes_nothing_any_more(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder));
                var leasesThere = new Leases(database.jdbi(), "b", Leases.LASTING)) {
            var leases = new Leases(database.jdbi(), "a", SHORT);
            var frozen = new CpiLedgers(database.jdbi(), leases).of("cpi");
            var there = new CpiLedgers(database.jdbi(), leasesThere).of("cpi");
            var lost = frozen.hold(Kind.VM, "agent");
            lost.put(entry("agent", "", "INTENDED"));
            leases.close();

            try (var lease = there.hold(Kind.VM, "agent")) {
                lease.put(entry("agent", "", "LOST"));

                assertThatThrownBy(lost::confirm).isInstanceOf(Lost.class).hasMessageContaining("vm 'agent'");
                assertThatThrownBy(() -> lost.put(entry("agent", "vm-1", "MADE")))
                        .isInstanceOf(Lost.class);
                assertThatThrownBy(lost::remove).isInstanceOf(Lost.class);
                lost.close();
                lease.confirm();
            }
            assertThat(frozen.find(Kind.VM, "agent")).contains(entry("agent", "", "LOST"));
        }
    }

    private static Entry entry(String key, String cid, String phase) {
        return new Entry(Kind.VM, key, cid, phase, "a", "{}");
    }
}
