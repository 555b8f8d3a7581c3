package io.slipway.cpi.conformance;

import static io.slipway.cpi.conformance.CpiUnderTest.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.CpiFailure.VmNotFound;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a director that comes back must find, and what a purge must not leave. */
public interface RecoveryContract extends Contract {

    @Test
    default void finds_all_vms_and_disks_when_it_is_opened_again() {
        var request = it().request(it().newAgentId());
        String vm = it().cpi().createVm(request).cid();
        String other = it().newVm();
        String key = it().newDiskKey();
        String disk = it().createDisk(key);
        String device = it().cpi().attachDisk(vm, disk);
        it().cpi().setVmMetadata(vm, Map.of("name", "web/0"));
        var described = it().cpi().findVm(request.agentId()).orElseThrow();

        it().reopen();

        assertThat(it().listedCids()).containsExactlyInAnyOrder(vm, other);
        assertThat(it().cpi().findVm(request.agentId())).contains(described);
        assertThat(it().cpi().findDisk(key)).contains(disk);
        assertThat(it().cpi().getDisks(vm)).containsExactly(disk);
        assertThat(it().cpi().attachDisk(vm, disk)).isEqualTo(device);
    }

    @Test
    default void makes_no_second_vm_or_disk_when_it_is_opened_again() {
        var request = it().request(it().newAgentId());
        String vm = it().cpi().createVm(request).cid();
        String key = it().newDiskKey();
        String disk = it().createDisk(key);

        it().reopen();

        assertThat(it().cpi().createVm(request).cid()).isEqualTo(vm);
        assertThat(it().createDisk(key)).isEqualTo(disk);
        assertThat(it().listedCids()).containsExactly(vm);
    }

    @Test
    default void remembers_what_was_deleted_when_it_is_opened_again() {
        String vm = it().newVm();
        String key = it().newDiskKey();
        String disk = it().createDisk(key);
        it().cpi().attachDisk(vm, disk);
        it().cpi().deleteVm(vm);
        it().cpi().detachDisk(vm, disk);
        it().cpi().deleteDisk(disk);

        it().reopen();

        assertThat(it().cpi().listVms()).isEmpty();
        assertThat(it().cpi().hasDisk(disk)).isFalse();
        assertThat(it().cpi().findDisk(key)).isEmpty();
    }

    @Test
    default void makes_vms_of_a_stemcell_that_was_imported_before_it_was_opened_again() {
        String stemcell = it().stemcell();

        it().reopen();

        assertThat(it().makesVmOf(stemcell)).isTrue();
    }

    @Test
    default void purges_all_that_it_made() {
        var request = it().request(it().newAgentId());
        String vm = it().cpi().createVm(request).cid();
        String key = it().newDiskKey();
        String disk = it().createDisk(key);
        it().cpi().attachDisk(vm, disk);
        String second = it().newDisk();

        it().cpi().purge();
        assertThat(it().fixture().leftovers()).isEmpty();
        it().reopen();

        assertThat(it().cpi().listVms()).isEmpty();
        assertThat(it().cpi().findVm(request.agentId())).isEmpty();
        assertThat(it().cpi().hasVm(vm)).isFalse();
        assertThat(it().cpi().hasDisk(disk)).isFalse();
        assertThat(it().cpi().hasDisk(second)).isFalse();
        assertThat(it().cpi().findDisk(key)).isEmpty();
        assertThat(failureOf(() -> it().cpi().rebootVm(vm))).isEqualTo(new VmNotFound(vm));
    }

    @Test
    default void purges_when_there_is_nothing_to_purge() {
        it().cpi().purge();
        it().reopen();

        assertThat(it().cpi().listVms()).isEmpty();
    }
}
