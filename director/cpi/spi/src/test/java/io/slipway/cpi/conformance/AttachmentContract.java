package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static io.slipway.cpi.conformance.DiskContract.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import org.junit.jupiter.api.Test;

/** Disks on VMs: on one at a time, and never lost with it. */
interface AttachmentContract extends Contract {

    @Test
    default void attaches_a_disk_and_names_the_device() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();

        String device = cpi().attachDisk(vm.cid(), disk);

        assertThat(device).startsWith("/");
        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
    }

    @Test
    default void takes_the_attachment_of_an_attached_disk_for_success() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();
        String device = cpi().attachDisk(vm.cid(), disk);

        assertThat(cpi().attachDisk(vm.cid(), disk)).isEqualTo(device);
        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
    }

    @Test
    default void attaches_two_disks_as_two_devices() {
        var vm = underTest().newVm();
        String first = underTest().newDisk();
        String second = underTest().newDisk();

        assertThat(cpi().attachDisk(vm.cid(), first)).isNotEqualTo(cpi().attachDisk(vm.cid(), second));
        assertThat(cpi().getDisks(vm.cid())).containsExactlyInAnyOrder(first, second);
    }

    @Test
    default void keeps_a_disk_from_a_second_vm_until_it_is_detached() {
        var first = underTest().newVm();
        var second = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(first.cid(), disk);

        failureOf(() -> cpi().attachDisk(second.cid(), disk));
        assertThat(cpi().getDisks(first.cid())).containsExactly(disk);
        assertThat(cpi().getDisks(second.cid())).isEmpty();

        cpi().detachDisk(first.cid(), disk);
        cpi().attachDisk(second.cid(), disk);
        assertThat(cpi().getDisks(first.cid())).isEmpty();
        assertThat(cpi().getDisks(second.cid())).containsExactly(disk);
    }

    @Test
    default void detaches_a_disk_and_takes_the_detachment_of_a_detached_one_for_success() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);

        cpi().detachDisk(vm.cid(), disk);
        cpi().detachDisk(vm.cid(), disk);

        assertThat(cpi().getDisks(vm.cid())).isEmpty();
        assertThat(cpi().hasDisk(disk)).isTrue();
    }

    @Test
    default void takes_the_detachment_of_an_absent_disk_or_from_an_absent_vm_for_success() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();

        assertThatCode(() -> {
                    cpi().detachDisk(vm.cid(), ABSENT);
                    cpi().detachDisk("vm-absent", disk);
                    cpi().detachDisk("vm-absent", ABSENT);
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void does_not_take_a_disk_from_a_vm_because_it_is_detached_from_another() {
        var vm = underTest().newVm();
        var other = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);

        cpi().detachDisk(other.cid(), disk);

        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
    }

    @Test
    default void says_whether_the_vm_or_the_disk_to_attach_is_absent() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();

        assertThat(failureOf(() -> cpi().attachDisk("vm-absent", disk)))
                .isEqualTo(new CpiFailure.VmNotFound("vm-absent"));
        assertThat(failureOf(() -> cpi().attachDisk(vm.cid(), ABSENT))).isEqualTo(new CpiFailure.DiskNotFound(ABSENT));
        assertThat(failureOf(() -> cpi().getDisks("vm-absent"))).isEqualTo(new CpiFailure.VmNotFound("vm-absent"));
    }

    @Test
    default void keeps_a_disk_over_the_deletion_of_its_vm() {
        var vm = underTest().newVm();
        var next = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);

        cpi().deleteVm(vm.cid());

        assertThat(cpi().hasDisk(disk)).isTrue();
        cpi().attachDisk(next.cid(), disk);
        assertThat(cpi().getDisks(next.cid())).containsExactly(disk);
    }

    @Test
    default void keeps_a_disk_attached_over_a_reboot() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();
        String device = cpi().attachDisk(vm.cid(), disk);

        cpi().rebootVm(vm.cid());

        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
        assertThat(cpi().attachDisk(vm.cid(), disk)).isEqualTo(device);
    }

    @Test
    default void does_not_delete_or_resize_an_attached_disk() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);

        failureOf(() -> cpi().deleteDisk(disk));
        failureOf(() -> cpi().resizeDisk(disk, DataSize.ofMebibytes(64)));

        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
    }
}
