package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.CpiFailure.NoSpace;
import io.slipway.cpi.CpiFailure.NotSupported;
import io.slipway.cpi.DataSize;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Persistent disks: made once for a key, and kept until they are deleted by name. */
public interface DiskContract extends Contract {

    @Test
    default void knows_no_disk_at_first() {
        assertThat(it().cpi().hasDisk("no-such-disk")).isFalse();
        assertThat(it().cpi().findDisk(it().newDiskKey())).isEmpty();
    }

    @Test
    default void makes_one_disk_for_a_key_however_often_it_is_asked() {
        String key = it().newDiskKey();

        String first = it().createDisk(key);
        String second = it().createDisk(key);

        assertThat(second).isEqualTo(first);
        assertThat(it().cpi().hasDisk(first)).isTrue();
        assertThat(it().cpi().findDisk(key)).contains(first);
    }

    @Test
    default void makes_one_disk_for_a_key_that_many_ask_for_at_once() throws Exception {
        String key = it().newDiskKey();

        var cids = CpiUnderTest.together(6, () -> it().createDisk(key));

        assertThat(new HashSet<>(cids)).hasSize(1);
        assertThat(it().cpi().findDisk(key)).contains(cids.getFirst());
    }

    @Test
    default void makes_different_disks_for_different_keys_near_a_vm_or_not() {
        String vm = it().newVm();

        String first = it().newDisk();
        String second = it().cpi().createDisk(it().newDiskKey(), DataSize.ofMebibytes(64), Map.of(), Optional.of(vm));

        assertThat(first).isNotEqualTo(second);
        assertThat(it().cpi().hasDisk(second)).isTrue();
        assertThat(it().cpi().getDisks(vm)).isEmpty();
    }

    @Test
    default void deletes_a_disk_once_and_takes_its_absence_for_success() {
        String key = it().newDiskKey();
        String cid = it().createDisk(key);

        it().cpi().deleteDisk(cid);

        assertThat(it().cpi().hasDisk(cid)).isFalse();
        assertThat(it().cpi().findDisk(key)).isEmpty();
        assertThatCode(() -> it().cpi().deleteDisk(cid)).doesNotThrowAnyException();
        assertThatCode(() -> it().cpi().deleteDisk("no-such-disk")).doesNotThrowAnyException();
    }

    @Test
    default void makes_a_disk_anew_for_a_key_whose_disk_was_deleted() {
        String key = it().newDiskKey();
        it().cpi().deleteDisk(it().createDisk(key));

        String cid = it().createDisk(key);

        assertThat(it().cpi().findDisk(key)).contains(cid);
    }

    @Test
    default void grows_a_detached_disk_or_says_that_it_cannot() {
        String key = it().newDiskKey();
        String cid = it().createDisk(key);

        boolean isGrown = supports(() -> it().cpi().resizeDisk(cid, DataSize.ofMebibytes(128)));

        assertThat(it().cpi().findDisk(key)).contains(cid);
        if (isGrown) {
            assertThatCode(() -> it().cpi().resizeDisk(cid, DataSize.ofMebibytes(128)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    default void grows_no_disk_that_is_not_there() {
        String gone = it().newDisk();
        it().cpi().deleteDisk(gone);

        var failure = failureOf(() -> it().cpi().resizeDisk(gone, DataSize.ofMebibytes(128)));

        assertThat(failure).matches(f -> f.equals(new DiskNotFound(gone)) || f instanceof NotSupported);
    }

    @Test
    default void takes_metadata_for_a_disk_that_is_there_only() {
        String cid = it().newDisk();
        String gone = it().newDisk();
        it().cpi().deleteDisk(gone);

        assertThatCode(() -> it().cpi().setDiskMetadata(cid, Map.of("deployment", "conformance")))
                .doesNotThrowAnyException();
        assertThat(failureOf(() -> it().cpi().setDiskMetadata(gone, Map.of()))).isEqualTo(new DiskNotFound(gone));
        assertThat(it().cpi().hasDisk(cid)).isTrue();
    }

    @Test
    default void makes_no_disk_for_which_there_is_no_room() {
        var size = it().fixture().sizeWithoutRoom();
        assumeTrue(size.isPresent(), "this CPI cannot know how much room there is");
        String key = it().newDiskKey();

        var failure = failureOf(() -> it().cpi().createDisk(key, size.get(), Map.of(), Optional.empty()));

        assertThat(failure).isInstanceOf(NoSpace.class);
        assertThat(((NoSpace) failure).available()).isLessThan(((NoSpace) failure).needed());
        assertThat(it().cpi().findDisk(key)).isEmpty();
    }

    /** Whether the call did what it should; false where the CPI says that it never does. */
    static boolean supports(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var thrown = Assertions.catchThrowable(call);
        if (thrown == null) {
            return true;
        }
        assertThat(thrown).isInstanceOf(io.slipway.cpi.CpiException.class);
        CpiFailure failure = ((io.slipway.cpi.CpiException) thrown).failure();
        assertThat(failure).isInstanceOf(NotSupported.class);
        return false;
    }
}
