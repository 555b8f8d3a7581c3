package io.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.blob.AgentUploads;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.LogBundles.Kind;
import io.slipway.store.blob.StoredBlob;
import io.slipway.store.catalog.StemcellCatalog;
import io.slipway.store.catalog.StemcellCatalog.StemcellHeader;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.config.ConfigStore.Written;
import io.slipway.store.dns.DnsVersionStore;
import io.slipway.store.errand.ErrandRuns;
import io.slipway.store.event.AuditEvent;
import io.slipway.store.event.ChainKey;
import io.slipway.store.event.EventStore;
import io.slipway.store.event.EventStore.EventFilter;
import io.slipway.store.lease.Leases;
import io.slipway.store.managed.ManagedNetworkStore;
import io.slipway.store.managed.ManagedNetworkStore.SubnetRow;
import io.slipway.store.managed.ManagedNetworkStore.Writer;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import io.slipway.store.problem.ProblemStore;
import io.slipway.store.problem.ProblemStore.ProblemRow;
import io.slipway.store.setting.DirectorSettings;
import io.slipway.store.snapshot.SnapshotStore;
import io.slipway.store.snapshot.SnapshotStore.SnapshotRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many write the same thing at the same moment: nobody fails, and there is one of it. */
class CrowdedStoresTest {
    /** As many as there are connections: more would wait for each other before they met. */
    private static final int CROWD = 8;

    private static final int ROUNDS = 5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void what_is_put_in_the_place_of_another_is_there_once(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var jdbi = database.jdbi();
            var settings = new DirectorSettings(jdbi);
            crowd(i -> settings.put("setting", "value " + i));
            assertThat(settings.get("setting")).get().asString().startsWith("value ");

            var errands = new ErrandRuns(jdbi);
            crowd(i -> errands.record("d", "errand", "state " + i));
            assertThat(errands.last("d", "errand")).startsWith("state ");

            var bundles = new LogBundles(jdbi);
            crowd(i -> bundles.keep(Kind.LOGS, "a".repeat(64), Instant.ofEpochMilli(i)));
            assertThat(bundles.takeExpired(Instant.ofEpochMilli(CROWD - 1))).isEmpty();
            assertThat(bundles.takeExpired(Instant.ofEpochMilli(CROWD))).hasSize(1);

            var uploads = new AgentUploads(jdbi);
            crowd(i -> uploads.record("key", new StoredBlob("b".repeat(64), i)));
            assertThat(uploads.find("key")).map(StoredBlob::sha256).contains("b".repeat(64));

            var dns = new DnsVersionStore(jdbi);
            crowd(i -> dns.describe("d", "content " + i));
            assertThat(dns.descriptions()).hasSize(1);

            var stemcells = new StemcellCatalog(jdbi);
            crowd(i -> stemcells.put(new StemcellHeader("s", "1", "os", "cid " + i, "cpi", "sha1", 3)));
            assertThat(stemcells.list()).hasSize(1);

            var networks = new ManagedNetworkStore(jdbi);
            crowd(i -> writing(jdbi, networks, writer -> writer.put(new SubnetRow("n", "s", "cid " + i, ""))));
            assertThat(networks.subnets("n")).hasSize(1);

            var problems = new ProblemStore(jdbi);
            crowd(i -> problems.replace("d", List.of(problem(i), problem(i))));
            assertThat(problems.list("d"))
                    .hasSize(2)
                    .extracting(ProblemRow::instanceId)
                    .hasSameSizeAs(List.of(1, 2));
            assertThat(problems.list("d").stream().map(ProblemRow::instanceId).distinct())
                    .hasSize(1);
        }
    }

    private static void writing(Jdbi jdbi, ManagedNetworkStore networks, Consumer<Writer> work) {
        try (var leases = new Leases(jdbi, UUID.randomUUID().toString(), Leases.LASTING);
                var lease = leases.hold("network", "n")) {
            work.accept(networks.under(lease));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static ProblemRow problem(int scan) {
        return new ProblemRow(0, "d", "missing_vm", "i" + scan, "web", "", "gone");
    }

    @ParameterizedTest
    @EnumSource
    void of_a_fact_that_is_told_again_the_first_counts(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var jdbi = database.jdbi();
            var events = new EventStore(jdbi, new ChainKey(new byte[32]));
            crowd(i ->
                    events.append(new AuditEvent(0, "key", i, "u", "", "create", "vm", "v", "1", "d", "i", "", "{}")));
            assertThat(events.list(new EventFilter(0, 0, 0, "", "", "", "", "", "", "", 100)))
                    .hasSize(1);

            var disks = new OrphanDiskStore(jdbi);
            crowd(i -> disks.add(new OrphanDiskRow("disk", 1, "d", "g/i", "z", i, "", "{}")));
            assertThat(disks.list()).hasSize(1);

            var vms = new OrphanedVmStore(jdbi);
            crowd(i -> vms.add(new OrphanedVmRow("vm", "d", "g/i", "z", List.of(), List.of(), i, "")));
            assertThat(vms.list()).hasSize(1);

            var snapshots = new SnapshotStore(jdbi);
            crowd(i -> snapshots.intend(new SnapshotRow("key", "", "disk", true, i, "")));
            assertThat(snapshots.intended()).hasSize(1);

            var networks = new ManagedNetworkStore(jdbi);
            crowd(i -> writing(jdbi, networks, writer -> writer.add("n", i)));
            crowd(i -> writing(jdbi, networks, writer -> writer.use("n", "d")));
            assertThat(networks.list()).hasSize(1);
            assertThat(networks.retain("d", List.of(), 1)).containsExactly("n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_two_who_change_the_same_version_of_a_config_one_wins(EmptyDatabase kind) throws Exception {
        try (var database = Database.open(kind.in(folder))) {
            var configs = new ConfigStore(database.jdbi(), Clock.systemUTC());
            crowd(i -> configs.put("cloud", "same", "a: 1"));
            assertThat(configs.list("cloud", "same", 100)).hasSize(1);

            String seen =
                    Long.toString(configs.current("cloud", "same").orElseThrow().id());
            var outcomes = together(i -> configs.put("cloud", "same", "a: 1" + i, Optional.of(seen), others -> {}));
            assertThat(outcomes.stream().filter(Written.Stored.class::isInstance))
                    .hasSize(1);
            assertThat(configs.list("cloud", "same", 100)).hasSize(2);

            var first = together(i -> configs.put("cloud", "new", "a: " + i, Optional.of("0"), others -> {}));
            assertThat(first.stream().filter(Written.Outdated.class::isInstance))
                    .hasSize(CROWD - 1);
        }
    }

    private static void crowd(java.util.function.IntConsumer writer) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            together(i -> {
                writer.accept(i);
                return i;
            });
        }
    }

    /** All at once; throws what any of them throws. */
    private static <T> List<T> together(IntFunction<T> work) throws Exception {
        var barrier = new CyclicBarrier(CROWD);
        var running = new ArrayList<Future<T>>();
        try (var threads = Executors.newFixedThreadPool(CROWD)) {
            for (int i = 0; i < CROWD; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    barrier.await();
                    return work.apply(number);
                }));
            }
        }
        var results = new ArrayList<T>();
        for (Future<T> one : running) {
            try {
                results.add(one.get());
            } catch (ExecutionException failed) {
                throw new AssertionError(failed.getCause());
            }
        }
        return results;
    }
}
