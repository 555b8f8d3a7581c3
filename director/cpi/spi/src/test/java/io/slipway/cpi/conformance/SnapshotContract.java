package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.CpiFailure.NotSupported;
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
