package io.slipway.cpi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiException;
import io.slipway.cpi.VmDescription;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The power of all VMs at once, and the end of everything. */
interface PowerContract extends Contract {

    @Test
    default void powers_all_vms_off_and_on_and_keeps_what_they_are() {
        Assumptions.assumeTrue(underTest().settings().isHost(), "the VMs do not go down with this machine");
        var vm = underTest().newVm();
        underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);
        var before = cpi().listVms();

        cpi().powerOffAll();
        var off = cpi().listVms();
        cpi().powerOffAll();
        cpi().powerOnAll();
        cpi().powerOnAll();

        assertThat(off).hasSize(2).extracting(VmDescription::isRunning).isEqualTo(List.of(false, false));
        assertThat(cpi().listVms()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(cpi().getDisks(vm.cid())).containsExactly(disk);
    }

    @Test
    default void boots_a_vm_that_is_off_when_it_is_created_again() {
        Assumptions.assumeTrue(underTest().settings().isHost(), "the VMs do not go down with this machine");
        var request = underTest().request(CpiUnderTest.newAgentId());
        var vm = cpi().createVm(request);
        cpi().powerOffAll();

        assertThat(cpi().createVm(request)).isEqualTo(vm);

        assertThat(cpi().listVms()).extracting(VmDescription::isRunning).containsExactly(true);
    }

    @Test
    default void leaves_nothing_after_a_purge() {
        var vm = underTest().newVm();
        String disk = underTest().newDisk();
        cpi().attachDisk(vm.cid(), disk);
        String spare = underTest().newDisk();
        snapshot(spare);

        cpi().purge();
        cpi().purge();

        assertThat(cpi().listVms()).isEmpty();
        assertThat(cpi().hasVm(vm.cid())).isFalse();
        assertThat(cpi().hasDisk(disk)).isFalse();
        assertThat(cpi().hasDisk(spare)).isFalse();
    }

    private void snapshot(String disk) {
        try {
            cpi().snapshotDisk(disk, java.util.Map.of());
        } catch (CpiException notSupported) {
            assertThat(notSupported.failure().retryable()).isFalse();
        }
    }
}
