package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.newAgentId;
import static io.slipway.cpi.conformance.CpiUnderTest.newDiskKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.DataSize;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A director that starts anew finds everything that an earlier one made. */
interface ReopeningContract extends Contract {

    @Test
    default void finds_all_vms_again() {
        var request = underTest().request(newAgentId());
        var vm = cpi().createVm(request);
        underTest().newVm();
        cpi().setVmMetadata(vm.cid(), Map.of("name", "other"));
        var before = cpi().listVms();

        underTest().reopen();

        assertThat(cpi().listVms()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(cpi().createVm(request).cid()).isEqualTo(vm.cid());
        assertThat(cpi().listVms()).hasSize(2);
    }

    @Test
    default void finds_all_disks_and_attachments_again() {
        String key = newDiskKey();
        var vm = underTest().newVm();
        String attached = cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty());
        String detached = underTest().newDisk();
        String device = cpi().attachDisk(vm.cid(), attached);

        underTest().reopen();

        assertThat(cpi().findDisk(key)).contains(attached);
        assertThat(cpi().hasDisk(detached)).isTrue();
        assertThat(cpi().getDisks(vm.cid())).containsExactly(attached);
        assertThat(cpi().attachDisk(vm.cid(), attached)).isEqualTo(device);
    }

    @Test
    default void makes_vms_of_a_stemcell_that_was_imported_before() {
        String stemcell = underTest().stemcell();

        underTest().reopen();
        var network = underTest().settings().networks().apply(0);
        var vm = cpi().createVm(underTest().request(newAgentId(), stemcell, network));

        assertThat(cpi().hasVm(vm.cid())).isTrue();
    }

    @Test
    default void does_not_find_again_what_was_deleted() {
        String key = newDiskKey();
        var vm = underTest().newVm();
        String disk = cpi().createDisk(key, DataSize.ofMebibytes(8), Map.of(), Optional.empty());
        cpi().deleteVm(vm.cid());
        cpi().deleteDisk(disk);

        underTest().reopen();

        assertThat(cpi().listVms()).isEmpty();
        assertThat(cpi().findDisk(key)).isEmpty();
    }
}
