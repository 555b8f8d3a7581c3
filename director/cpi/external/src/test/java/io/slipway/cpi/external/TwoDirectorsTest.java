package io.slipway.cpi.external;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiLedger;
import io.slipway.cpi.CpiLedger.Kind;
import io.slipway.cpi.DataSize;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.EmptyDatabase;
import io.slipway.store.lease.Leases;
import io.slipway.store.ledger.CpiLedgers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two directors with one database, each on a machine of its own: their data directories are not the same. */
class TwoDirectorsTest {
    private static final Duration LEASE = Duration.ofMillis(800);
    /** Answers when it is let go. */
    private static final String SLOW = """
            case $method in
            create_vm) while [ ! -e "$here/go" ]; do sleep 0.05; done; echo '{"result": "vm-1"}' ;;
            create_disk) while [ ! -e "$here/go" ]; do sleep 0.05; done; echo '{"result": "disk-1"}' ;;
            *) echo '{"result": true}' ;;
            esac""";

    @TempDir
    Path directory;

    private record Pair(Database database, Leases ofA, Leases ofB) implements AutoCloseable {
        static Pair on(DatabaseSettings settings) {
            var database = Database.open(settings);
            return new Pair(database, new Leases(database.jdbi(), "a", LEASE), new Leases(database.jdbi(), "b", LEASE));
        }

        CpiLedger a() {
            return new CpiLedgers(database.jdbi(), ofA).of("cpi");
        }

        CpiLedger b() {
            return new CpiLedgers(database.jdbi(), ofB).of("cpi");
        }

        /** The first director renews nothing any more. */
        void freeze() {
            ofA.close();
        }

        @Override
        public void close() {
            ofA.close();
            ofB.close();
            database.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_asked_for_the_same_vm_and_disk_make_one_of_each(EmptyDatabase kind) throws Exception {
        try (var two = Pair.on(kind.in(directory))) {
            var cpi = new ScriptedCpi(directory, SLOW);
            Cpi first = on("a", cpi, two.a());
            Cpi second = on("b", cpi, two.b());

            var vms = List.of(first, second).stream()
                    .map(one -> CompletableFuture.supplyAsync(
                            () -> one.createVm(ScriptedCpi.request("agent-1")).cid()))
                    .toList();
            var disks = List.of(first, second).stream()
                    .map(one -> CompletableFuture.supplyAsync(
                            () -> one.createDisk("key-1", DataSize.ofMebibytes(1), Map.of(), Optional.empty())))
                    .toList();
            awaitBegun(two.b());
            Files.createFile(directory.resolve("go"));

            assertThat(vms).allSatisfy(vm -> assertThat(vm.join()).isEqualTo("vm-1"));
            assertThat(disks).allSatisfy(disk -> assertThat(disk.join()).isEqualTo("disk-1"));
            assertThat(asked(cpi, "create_vm")).isEqualTo(1);
            assertThat(asked(cpi, "create_disk")).isEqualTo(1);
            assertThat(second.findVm("agent-1")).isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_vm_that_a_frozen_director_was_making_is_given_up_and_what_it_finds_when_it_wakes_up_does_not_count(
            EmptyDatabase kind) throws Exception {
        try (var two = Pair.on(kind.in(directory))) {
            var cpi = new ScriptedCpi(directory, SLOW);
            var frozen = CompletableFuture.supplyAsync(
                    () -> ScriptedCpi.failureOf(() -> on("a", cpi, two.a()).createVm(ScriptedCpi.request("agent-1"))));
            awaitBegun(two.b());
            two.freeze();

            Cpi other = on("b", cpi, two.b());
            assertThat(ScriptedCpi.failureOf(() -> other.createVm(ScriptedCpi.request("agent-1"))))
                    .isInstanceOf(CpiFailure.OutcomeUnknown.class);
            Files.createFile(directory.resolve("go"));

            assertThat(frozen.join()).satisfies(failure -> {
                assertThat(failure.message()).contains("another director has taken over", "agent-1");
                assertThat(failure.retryable()).isTrue();
            });
            assertThat(two.b().find(Kind.VM, "agent-1"))
                    .hasValueSatisfying(entry -> assertThat(entry.phase()).isEqualTo("LOST"));
            assertThat(other.findVm("agent-1")).isEmpty();
            assertThat(asked(cpi, "create_vm")).isEqualTo(1);
            assertThat(directory.resolve("of-a/calls")).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_vm_is_made_by_another_director_where_the_first_one_died_before_it_asked(EmptyDatabase kind)
            throws Exception {
        try (var two = Pair.on(kind.in(directory))) {
            Files.createFile(directory.resolve("go"));
            var cpi = new ScriptedCpi(directory, SLOW);
            Cpi other = on("b", cpi, two.b());
            // Frozen when its process had begun and was not told yet what to do; the other one comes by, and then it
            // wakes
            // up.
            Cpi frozen = on("a", cpi, new HeldUp(two.a(), new AtomicInteger(), () -> {
                two.freeze();
                assertThat(other.createVm(ScriptedCpi.request("agent-1")).cid()).isEqualTo("vm-1");
            }));

            var failure = ScriptedCpi.failureOf(() -> frozen.createVm(ScriptedCpi.request("agent-1")));

            assertThat(failure.message()).contains("another director has taken over");
            assertThat(asked(cpi, "create_vm")).isEqualTo(1);
            assertThat(other.findVm("agent-1")).isPresent();
            assertThat(directory.resolve("of-a/calls")).isEmptyDirectory();
        }
    }

    private Cpi on(String node, ScriptedCpi cpi, CpiLedger ledger) {
        return cpi.openAt(directory.resolve("of-" + node), ledger);
    }

    private static void awaitBegun(CpiLedger entries) {
        var ledger = new Ledger(entries);
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ledger.vm("agent-1").filter(vm -> vm.begun().pid() > 0).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no call was begun: " + ledger.vms());
            }
            Thread.onSpinWait();
        }
    }

    private static long asked(ScriptedCpi cpi, String method) throws Exception {
        return cpi.requests().stream()
                .filter(one -> one.path("method").asText().equals(method))
                .count();
    }

    /** A ledger whose leases are held up before they are written with for the second time. */
    private record HeldUp(CpiLedger ledger, AtomicInteger puts, Runnable meanwhile) implements CpiLedger {
        @Override
        public String node() {
            return ledger.node();
        }

        @Override
        public Optional<Entry> find(Kind kind, String key) {
            return ledger.find(kind, key);
        }

        @Override
        public Optional<Entry> findByCid(Kind kind, String cid) {
            return ledger.findByCid(kind, cid);
        }

        @Override
        public List<Entry> list(Kind kind) {
            return ledger.list(kind);
        }

        @Override
        public void takeOver(Entry former) {
            ledger.takeOver(former);
        }

        @Override
        public Lease hold(Kind kind, String key) {
            var lease = ledger.hold(kind, key);
            return new Lease() {
                @Override
                public void confirm() {
                    lease.confirm();
                }

                @Override
                public void put(Entry entry) {
                    if (puts.incrementAndGet() == 2) {
                        meanwhile.run();
                    }
                    lease.put(entry);
                }

                @Override
                public void remove() {
                    lease.remove();
                }

                @Override
                public void close() {
                    lease.close();
                }
            };
        }
    }
}
