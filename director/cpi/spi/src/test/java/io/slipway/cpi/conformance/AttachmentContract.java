package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.CpiFailure.VmNotFound;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Disks at VMs: attached to one at a time, and left when that goes. */
public interface AttachmentContract extends Contract {

    @Test
    default void attaches_a_disk_again_without_harm_and_under_the_same_path() {
        String vm = it().newVm();
        String disk = it().newDisk();

        String device = it().cpi().attachDisk(vm, disk);

        assertThat(device).startsWith("/");
        assertThat(it().cpi().attachDisk(vm, disk)).isEqualTo(device);
        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
        it().fixture().inside(vm).ifPresent(inside -> assertThat(inside.exists(device))
                .isTrue());
    }

    @Test
    default void attaches_a_disk_once_though_many_ask_at_once() throws Exception {
        String vm = it().newVm();
        String disk = it().newDisk();

        var devices = CpiUnderTest.together(4, () -> it().cpi().attachDisk(vm, disk));

        assertThat(new HashSet<>(devices)).hasSize(1);
        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
    }

    @Test
    default void attaches_two_disks_under_different_paths() {
        String vm = it().newVm();
        String first = it().newDisk();
        String second = it().newDisk();

        assertThat(it().cpi().attachDisk(vm, first)).isNotEqualTo(it().cpi().attachDisk(vm, second));
        assertThat(it().cpi().getDisks(vm)).containsExactlyInAnyOrder(first, second);
    }

    @Test
    default void lists_no_disks_of_a_vm_that_has_none_and_of_none_that_is_gone() {
        String vm = it().newVm();
        assertThat(it().cpi().getDisks(vm)).isEmpty();

        it().cpi().deleteVm(vm);

        assertThat(failureOf(() -> it().cpi().getDisks(vm))).isEqualTo(new VmNotFound(vm));
    }

    @Test
    default void attaches_nothing_to_a_vm_that_is_not_there() {
        String vm = it().newVm();
        String disk = it().newDisk();
        it().cpi().deleteVm(vm);

        assertThat(failureOf(() -> it().cpi().attachDisk(vm, disk))).isEqualTo(new VmNotFound(vm));

        assertThatCode(() -> it().cpi().deleteDisk(disk)).doesNotThrowAnyException();
    }

    @Test
    default void attaches_no_disk_that_is_not_there() {
        String vm = it().newVm();
        String disk = it().newDisk();
        it().cpi().deleteDisk(disk);

        assertThat(failureOf(() -> it().cpi().attachDisk(vm, disk))).isEqualTo(new DiskNotFound(disk));

        assertThat(it().cpi().getDisks(vm)).isEmpty();
    }

    @Test
    default void gives_a_disk_to_one_vm_at_a_time() {
        String holder = it().newVm();
        String other = it().newVm();
        String disk = it().newDisk();
        it().cpi().attachDisk(holder, disk);

        var failure = failureOf(() -> it().cpi().attachDisk(other, disk));

        assertThat(failure.retryable()).isFalse();
        assertThat(it().cpi().getDisks(holder)).containsExactly(disk);
        assertThat(it().cpi().getDisks(other)).isEmpty();
    }

    @Test
    default void deletes_no_disk_that_is_attached() {
        String vm = it().newVm();
        String disk = it().newDisk();
        it().cpi().attachDisk(vm, disk);

        var failure = failureOf(() -> it().cpi().deleteDisk(disk));

        assertThat(failure.retryable()).isFalse();
        assertThat(it().cpi().hasDisk(disk)).isTrue();
        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
    }

    @Test
    default void detaches_a_disk_once_and_takes_its_absence_for_success() {
        String vm = it().newVm();
        String disk = it().newDisk();
        String device = it().cpi().attachDisk(vm, disk);

        it().cpi().detachDisk(vm, disk);

        assertThat(it().cpi().getDisks(vm)).isEmpty();
        assertThat(it().cpi().hasDisk(disk)).isTrue();
        it().fixture().inside(vm).ifPresent(inside -> assertThat(inside.exists(device))
                .isFalse());
        assertThatCode(() -> it().cpi().detachDisk(vm, disk)).doesNotThrowAnyException();
        assertThatCode(() -> it().cpi().detachDisk(vm, "no-such-disk")).doesNotThrowAnyException();
        assertThatCode(() -> it().cpi().detachDisk("no-such-vm", disk)).doesNotThrowAnyException();
    }

    @Test
    default void detaches_a_disk_from_the_vm_that_has_it_only() {
        String holder = it().newVm();
        String other = it().newVm();
        String disk = it().newDisk();
        it().cpi().attachDisk(holder, disk);

        it().cpi().detachDisk(other, disk);

        assertThat(it().cpi().getDisks(holder)).containsExactly(disk);
    }

    @Test
    default void leaves_a_disk_when_its_vm_is_deleted() {
        String first = it().newVm();
        String key = it().newDiskKey();
        String disk = it().createDisk(key);
        it().cpi().attachDisk(first, disk);

        it().cpi().deleteVm(first);

        assertThat(it().cpi().hasDisk(disk)).isTrue();
        assertThat(it().cpi().findDisk(key)).contains(disk);
        String second = it().newVm();
        assertThat(it().cpi().attachDisk(second, disk)).startsWith("/");
        assertThat(it().cpi().getDisks(second)).containsExactly(disk);
    }

    @Test
    default void leaves_the_data_on_a_disk_when_its_vm_is_deleted() throws Exception {
        String first = it().newVm();
        var inside = it().fixture().inside(first);
        assumeTrue(inside.isPresent(), "VMs of this infrastructure cannot be looked into");
        byte[] data = "what the next VM must find".getBytes(StandardCharsets.UTF_8);
        String disk = it().newDisk();
        inside.get().write(it().cpi().attachDisk(first, disk), data);

        it().cpi().deleteVm(first);
        String second = it().newVm();
        String device = it().cpi().attachDisk(second, disk);

        assertThat(it().fixture().inside(second).orElseThrow().read(device, data.length))
                .isEqualTo(data);
    }

    @Test
    default void leaves_a_disk_to_others_when_its_vm_is_deleted_while_it_is_attached() throws Exception {
        String leaving = it().newVm();
        String disk = it().newDisk();

        CpiUnderTest.together(List.of(
                () -> {
                    it().cpi().deleteVm(leaving);
                    return "";
                },
                () -> {
                    try {
                        return it().cpi().attachDisk(leaving, disk);
                    } catch (CpiException vmIsGone) {
                        return "";
                    }
                }));

        String staying = it().newVm();
        assertThat(it().cpi().attachDisk(staying, disk)).startsWith("/");
        assertThat(it().cpi().getDisks(staying)).containsExactly(disk);
    }

    @Test
    default void deletes_a_disk_whose_vm_was_deleted() {
        String vm = it().newVm();
        String disk = it().newDisk();
        it().cpi().attachDisk(vm, disk);
        it().cpi().deleteVm(vm);

        it().cpi().detachDisk(vm, disk);
        it().cpi().deleteDisk(disk);

        assertThat(it().cpi().hasDisk(disk)).isFalse();
    }
}
