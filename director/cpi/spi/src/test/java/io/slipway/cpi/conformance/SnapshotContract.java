package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.CpiFailure.NotSupported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Snapshots, where an infrastructure has them. */
public interface SnapshotContract extends Contract {

    @Test
    default void snapshots_a_disk_or_says_that_it_cannot() {
        String disk = it().newDisk();
        var snapshots = new ArrayList<String>();

        boolean isSupported = DiskContract.supports(() -> {
            snapshots.add(it().cpi().snapshotDisk(disk, Map.of("name", "first")));
            snapshots.add(it().cpi().snapshotDisk(disk, Map.of("name", "second")));
        });

        if (isSupported) {
            assertThat(snapshots).hasSize(2).doesNotHaveDuplicates().doesNotContain("");
            snapshots.forEach(it().cpi()::deleteSnapshot);
            assertThatCode(() -> snapshots.forEach(it().cpi()::deleteSnapshot)).doesNotThrowAnyException();
        }
        assertThat(it().cpi().hasDisk(disk)).isTrue();
    }

    @Test
    default void snapshots_an_attached_disk_or_says_that_it_cannot() {
        String vm = it().newVm();
        String disk = it().newDisk();
        it().cpi().attachDisk(vm, disk);

        DiskContract.supports(() -> it().cpi().snapshotDisk(disk, Map.of()));

        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
    }

    @Test
    default void makes_a_snapshot_once_for_its_key() {
        String disk = it().newDisk();
        var snapshots = new ArrayList<String>();

        boolean isSupported = DiskContract.supports(() -> {
            snapshots.add(it().cpi().snapshotDisk(disk, Map.of(Cpi.SNAPSHOT_KEY, "a")));
            it().reopen();
            snapshots.add(it().cpi().snapshotDisk(disk, Map.of(Cpi.SNAPSHOT_KEY, "a")));
            snapshots.add(it().cpi().snapshotDisk(disk, Map.of(Cpi.SNAPSHOT_KEY, "b")));
        });

        assumeTrue(isSupported && it().fixture().keepsSnapshotKeys(), "this CPI keeps no snapshots by key");
        assertThat(snapshots.get(1)).isEqualTo(snapshots.get(0));
        assertThat(snapshots.get(2)).isNotEqualTo(snapshots.get(0));
    }

    @Test
    default void keeps_in_a_snapshot_what_was_on_the_disk_then() throws IOException {
        String vm = it().newVm();
        String disk = it().newDisk();
        String device = it().cpi().attachDisk(vm, disk);
        var inside = it().fixture().inside(vm);
        assumeTrue(inside.isPresent(), "the VMs of this CPI cannot be looked into");
        inside.get().write(device, "before".getBytes(UTF_8));
        var snapshots = new ArrayList<String>();
        boolean isSupported =
                DiskContract.supports(() -> snapshots.add(it().cpi().snapshotDisk(disk, Map.of())));
        assumeTrue(isSupported, "this CPI snapshots no attached disks");

        inside.get().write(device, "after!".getBytes(UTF_8));

        var kept = it().fixture().insideSnapshot(snapshots.getFirst(), 6);
        assumeTrue(kept.isPresent(), "the snapshots of this CPI cannot be looked into");
        assertThat(kept.get()).asString(UTF_8).isEqualTo("before");
        assertThat(inside.get().read(device, 6)).asString(UTF_8).isEqualTo("after!");
    }

    @Test
    default void keeps_snapshots_when_their_disk_goes() {
        String disk = it().newDisk();
        var snapshots = new ArrayList<String>();
        boolean isSupported =
                DiskContract.supports(() -> snapshots.add(it().cpi().snapshotDisk(disk, Map.of())));

        it().cpi().deleteDisk(disk);

        assumeTrue(isSupported, "this CPI has no snapshots");
        assertThatCode(() -> snapshots.forEach(it().cpi()::deleteSnapshot)).doesNotThrowAnyException();
    }

    @Test
    default void snapshots_no_disk_that_is_not_there() {
        String gone = it().newDisk();
        it().cpi().deleteDisk(gone);

        var failure = failureOf(() -> it().cpi().snapshotDisk(gone, Map.of()));

        assertThat(failure).matches(f -> f.equals(new DiskNotFound(gone)) || f instanceof NotSupported);
    }

    @Test
    default void takes_the_absence_of_a_snapshot_for_success() {
        DiskContract.supports(() -> it().cpi().deleteSnapshot("no-such-snapshot"));
    }
}
