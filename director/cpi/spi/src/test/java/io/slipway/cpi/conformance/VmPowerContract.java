package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiFailure.VmNotFound;
import io.slipway.cpi.VmDescription;
import org.junit.jupiter.api.Test;

/** Reboots, power, and what outlasts them. */
public interface VmPowerContract extends Contract {

    @Test
    default void reboots_a_vm_that_stays_the_same() {
        var request = it().request(it().newAgentId());
        String cid = it().cpi().createVm(request).cid();

        it().cpi().rebootVm(cid);

        VmDescription found = it().cpi().findVm(request.agentId()).orElseThrow();
        assertThat(found.cid()).isEqualTo(cid);
        assertThat(found.isRunning()).isTrue();
        assertThat(found.networks()).isEqualTo(request.networks());
        assertThat(it().listedCids()).containsExactly(cid);
    }

    @Test
    default void says_that_a_vm_to_be_rebooted_does_not_exist() {
        String gone = it().newVm();
        it().cpi().deleteVm(gone);

        assertThat(failureOf(() -> it().cpi().rebootVm(gone))).isEqualTo(new VmNotFound(gone));
        assertThat(failureOf(() -> it().cpi().rebootVm("no-such-vm"))).isEqualTo(new VmNotFound("no-such-vm"));
    }

    @Test
    default void keeps_a_disk_attached_over_a_reboot() {
        String vm = it().newVm();
        String disk = it().newDisk();
        String device = it().cpi().attachDisk(vm, disk);

        it().cpi().rebootVm(vm);

        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
        assertThat(it().cpi().attachDisk(vm, disk)).isEqualTo(device);
        it().fixture().inside(vm).ifPresent(inside -> assertThat(inside.exists(device))
                .isTrue());
    }

    @Test
    default void brings_all_vms_back_after_it_powered_them_off() {
        String first = it().newVm();
        String second = it().newVm();
        String disk = it().newDisk();
        String device = it().cpi().attachDisk(first, disk);

        it().cpi().powerOffAll();
        assertThat(it().listedCids()).containsExactlyInAnyOrder(first, second);
        assertThat(it().cpi().hasVm(first)).isTrue();
        it().cpi().powerOnAll();

        assertThat(it().cpi().listVms()).hasSize(2).allMatch(VmDescription::isRunning);
        assertThat(it().cpi().getDisks(first)).containsExactly(disk);
        it().fixture().inside(first).ifPresent(inside -> assertThat(inside.exists(device))
                .isTrue());
    }

    @Test
    default void powers_on_what_is_on_without_harm() {
        String cid = it().newVm();

        it().cpi().powerOnAll();
        it().cpi().powerOnAll();

        assertThat(it().cpi().listVms()).hasSize(1).allMatch(VmDescription::isRunning);
        assertThat(it().listedCids()).containsExactly(cid);
    }

    @Test
    default void deletes_a_vm_that_is_off() {
        String cid = it().newVm();
        it().cpi().powerOffAll();

        it().cpi().deleteVm(cid);

        assertThat(it().cpi().hasVm(cid)).isFalse();
        assertThat(it().cpi().listVms()).isEmpty();
    }
}
