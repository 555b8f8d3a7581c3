package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static io.slipway.cpi.conformance.CpiUnderTest.newDiskKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Persistent disks: one for each key, of the size that was asked for. */
interface DiskContract extends Contract {
    /** Not a disk of any CPI. */
    String ABSENT = "disk-absent";

    @Test
    default void makes_a_disk_that_is_found_by_its_key() {
        String key = newDiskKey();
        var size = DataSize.ofMebibytes(16);

        String disk = cpi().createDisk(key, size, Map.of(), Optional.empty());

        assertThat(disk).isNotBlank();
        assertThat(cpi().hasDisk(disk)).isTrue();
        assertThat(cpi().findDisk(key)).contains(disk);
        underTest().settings().diskSizes().apply(disk).ifPresent(actual -> assertThat(actual)
                .isEqualTo(size));
    }

    @Test
    default void makes_one_disk_of_two_requests_with_the_same_key() {
        String key = newDiskKey();

        String first = cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty());
        String second = cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty());

        assertThat(second).isEqualTo(first);
        assertThat(underTest().newDisk()).isNotEqualTo(first);
    }

    @Test
    default void makes_one_disk_of_concurrent_requests_with_the_same_key() throws Exception {
        String key = newDiskKey();
        var cids = new HashSet<String>();

        try (var threads = Executors.newFixedThreadPool(4)) {
            var made = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(
                            () -> cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty())))
                    .toList();
            for (Future<String> one : made) {
                cids.add(one.get());
            }
        }

        assertThat(cids).hasSize(1);
    }

    @Test
    default void makes_a_disk_near_a_vm() {
        var vm = underTest().newVm();

        String disk = cpi().createDisk(newDiskKey(), DataSize.ofMebibytes(8), Map.of(), Optional.of(vm.cid()));

        assertThat(cpi().hasDisk(disk)).isTrue();
        assertThat(cpi().getDisks(vm.cid())).isEmpty();
    }

    @Test
    default void forgets_a_disk_that_is_deleted() {
        String key = newDiskKey();
        String disk = cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty());

        cpi().deleteDisk(disk);

        assertThat(cpi().hasDisk(disk)).isFalse();
        assertThat(cpi().findDisk(key)).isEmpty();
    }

    @Test
    default void takes_the_deletion_of_an_absent_disk_for_success() {
        String disk = underTest().newDisk();
        cpi().deleteDisk(disk);

        assertThatCode(() -> {
                    cpi().deleteDisk(disk);
                    cpi().deleteDisk("../no such disk");
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void does_not_find_disks_that_it_never_made() {
        assertThat(cpi().hasDisk("../no such disk")).isFalse();
        assertThat(cpi().findDisk(newDiskKey())).isEmpty();
    }

    @Test
    default void grows_a_detached_disk_or_says_that_it_cannot() {
        String disk = underTest().newDisk();
        var larger = DataSize.ofMebibytes(32);

        try {
            cpi().resizeDisk(disk, larger);
            cpi().resizeDisk(disk, larger);
        } catch (CpiException refused) {
            assertThat(refused.failure()).isInstanceOf(CpiFailure.NotSupported.class);
            return;
        }

        underTest().settings().diskSizes().apply(disk).ifPresent(actual -> assertThat(actual)
                .isEqualTo(larger));
        assertThat(cpi().hasDisk(disk)).isTrue();
    }

    @Test
    default void does_not_shrink_a_disk() {
        String disk = underTest().newDisk();

        var failure = failureOf(() -> cpi().resizeDisk(disk, DataSize.ofMebibytes(1)));

        assertThat(failure.retryable()).isFalse();
        assertThat(failure).isNotInstanceOf(CpiFailure.DiskNotFound.class);
    }

    @Test
    default void says_that_a_disk_to_be_changed_is_absent() {
        assertThat(failureOf(() -> cpi().setDiskMetadata(ABSENT, Map.of("a", "b"))))
                .isEqualTo(new CpiFailure.DiskNotFound(ABSENT));
        assertThat(failureOf(() -> cpi().resizeDisk(ABSENT, DataSize.ofMebibytes(16))))
                .isInstanceOfAny(CpiFailure.DiskNotFound.class, CpiFailure.NotSupported.class);
        assertThat(failureOf(() -> cpi().snapshotDisk(ABSENT, Map.of())))
                .isInstanceOfAny(CpiFailure.DiskNotFound.class, CpiFailure.NotSupported.class);
    }

    @Test
    default void takes_a_disks_metadata() {
        String disk = underTest().newDisk();

        cpi().setDiskMetadata(disk, Map.of("deployment", "conformance"));

        assertThat(cpi().hasDisk(disk)).isTrue();
    }

    @Test
    default void takes_snapshots_and_deletes_them_where_it_supports_them() {
        String disk = underTest().newDisk();
        String first;
        try {
            first = cpi().snapshotDisk(disk, Map.of("director", "conformance"));
        } catch (CpiException refused) {
            assertThat(refused.failure()).isInstanceOf(CpiFailure.NotSupported.class);
            Assumptions.abort("this CPI has no snapshots");
            return;
        }
        String second = cpi().snapshotDisk(disk, Map.of());

        cpi().deleteSnapshot(first);
        cpi().deleteSnapshot(first);
        cpi().deleteSnapshot(second);
        cpi().deleteSnapshot("../no such snapshot");

        assertThat(second).isNotEqualTo(first);
        assertThat(cpi().hasDisk(disk)).isTrue();
    }
}
