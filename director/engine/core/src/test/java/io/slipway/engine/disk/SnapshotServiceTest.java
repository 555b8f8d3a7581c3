package io.slipway.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.simulated.SimulatedCpi;
import io.slipway.cpi.simulated.SimulatedSettings;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.engine.InstanceFilter;
import io.slipway.engine.OneCpi;
import io.slipway.engine.OneDeployment;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.Snapshots.Snapshot;
import io.slipway.engine.cleanup.OrphanDiskService;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.snapshot.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotServiceTest {
    private static final Requester ADMIN = new Requester("admin", "", "");
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final SnapshotStore store = new SnapshotStore(database.jdbi());
    private final OneDeployment deployment = new OneDeployment();
    private final InlineTasks tasks = new InlineTasks();

    @TempDir
    Path directory;

    private SimulatedCpi cpi;
    private SnapshotService snapshots;

    @BeforeEach
    void open() {
        cpi = SimulatedCpi.open(directory, SimulatedSettings.DEFAULT, new Faults());
        snapshots = serviceAt(NOON);
    }

    @AfterEach
    void close() throws Exception {
        cpi.close();
        ((AutoCloseable) database.dataSource()).close();
    }

    @Test
    void takes_one_of_every_disk_of_instances_with_a_vm() throws Exception {
        deployment.add(0, "started", "vm-0", disk("a"), disk("b"));
        deployment.add(1, "stopped", "vm-1", disk("c"));
        deployment.add(2, "detached", "", disk("d"));

        snapshots.take("dep", ADMIN);

        assertThat(tasks.result).isEqualTo("snapshots of deployment 'dep' created");
        assertThat(snapshots.list("dep"))
                .extracting(Snapshot::index, Snapshot::isClean)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(0, false),
                        org.assertj.core.api.Assertions.tuple(0, false),
                        org.assertj.core.api.Assertions.tuple(1, true));
        assertThat(made()).isEqualTo(3);
    }

    @Test
    void deletes_one_and_then_all() throws Exception {
        deployment.add(0, "started", "vm-0", disk("a"), disk("b"));
        snapshots.take("dep", new InstanceFilter("web", "0"), ADMIN);
        String first = snapshots.list("dep").getFirst().cid();
        assertThat(tasks.result).startsWith("snapshot(s) ").contains(first).endsWith(" created");

        snapshots.delete("dep", first, ADMIN);
        assertThat(made()).isEqualTo(1);
        snapshots.delete("dep", ADMIN);

        assertThat(made()).isZero();
        assertThat(snapshots.list("dep")).isEmpty();
        assertThatThrownBy(() -> snapshots.delete("dep", first, ADMIN))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(70008));
    }

    @Test
    void goes_on_after_a_disk_of_which_no_snapshot_can_be_taken() throws Exception {
        deployment.add(0, "started", "vm-0", "no-such-disk");
        deployment.add(1, "started", "vm-1", disk("a"));

        snapshots.take("dep", ADMIN);

        assertThat(tasks.result).isEqualTo("snapshots of deployment 'dep' created, with 1 failure(s)");
        assertThat(snapshots.list("dep")).hasSize(1);
        assertThat(store.intended()).isEmpty();
    }

    @Test
    void takes_none_where_the_infrastructure_has_none() throws Exception {
        deployment.add(0, "started", "vm-0", disk("a"));
        cpi.faults()
                .on(CpiMethod.SNAPSHOT_DISK)
                .inject(new CpiFault.Fail(new CpiFailure.NotSupported("snapshot_disk")));

        snapshots.take("dep", ADMIN);

        assertThat(tasks.result).isEqualTo("snapshots of deployment 'dep' created");
        assertThat(store.intended()).isEmpty();
    }

    @Test
    void takes_back_one_that_was_made_though_its_call_failed() throws Exception {
        deployment.add(0, "started", "vm-0", disk("a"));
        cpi.faults()
                .on(CpiMethod.SNAPSHOT_DISK)
                .inject(new CpiFault.FailAfterwards(new CpiFailure.CloudError("no answer", true)));
        snapshots.take("dep", ADMIN);
        assertThat(tasks.result).contains("1 failure(s)");
        assertThat(made()).isEqualTo(1);

        snapshots.settleFailed();
        assertThat(made()).as("it may still be under way").isEqualTo(1);
        serviceAt(NOON.plus(Duration.ofHours(2))).settleFailed();

        assertThat(made()).isZero();
        assertThat(store.intended()).isEmpty();
    }

    @Test
    void go_with_the_orphan_disk_that_they_are_of() throws Exception {
        String disk = disk("a");
        deployment.add(0, "started", "vm-0", disk);
        snapshots.take("dep", ADMIN);
        var orphans = new OrphanDiskStore(database.jdbi());
        orphans.add(new OrphanDiskRow(disk, 64, "dep", "web/u", "z1", 7, "", "{}"));
        var service = new OrphanDiskService(tasks, orphans, store, new OneCpi(cpi), Clock.systemUTC());

        service.delete(disk, ADMIN);

        assertThat(made()).isZero();
        assertThat(cpi.hasDisk(disk)).isFalse();
        assertThat(service.list()).isEmpty();
        assertThat(store.of(List.of(disk))).isEmpty();
    }

    private SnapshotService serviceAt(Instant now) {
        return new SnapshotService(tasks, deployment, store, new OneCpi(cpi), Clock.fixed(now, ZoneOffset.UTC));
    }

    private String disk(String key) {
        return cpi.createDisk(key, DataSize.ofMebibytes(64), Map.of(), Optional.empty());
    }

    /** How many there are in the infrastructure. */
    private long made() throws Exception {
        try (var files = Files.list(directory.resolve("snapshots"))) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }
}
