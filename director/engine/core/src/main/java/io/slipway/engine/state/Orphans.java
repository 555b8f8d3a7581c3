package io.slipway.engine.state;

import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVm;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanDiskStore.OrphanDiskRow;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import java.util.HashSet;
import java.util.Set;

/** What instances let go and the infrastructure still has. Calls block; telling the same again changes nothing. */
public final class Orphans {
    private final OrphanDiskStore disks;
    private final OrphanedVmStore vms;

    public Orphans(OrphanDiskStore disks, OrphanedVmStore vms) {
        this.disks = disks;
        this.vms = vms;
    }

    /** A disk that an instance lets go. */
    public void add(OrphanDisk disk) {
        disks.add(new OrphanDiskRow(
                disk.cid(),
                disk.sizeMb(),
                disk.deployment(),
                disk.instance(),
                disk.az(),
                disk.orphanedAt().toEpochMilli(),
                disk.cpi(),
                RowJson.text(disk.cloudProperties())));
    }

    /** A disk is somebody's again. */
    public void takeBack(String diskCid) {
        disks.remove(diskCid);
    }

    /** A VM that an instance lets go. */
    public void add(OrphanedVm vm) {
        vms.add(new OrphanedVmRow(
                vm.cid(),
                vm.deployment(),
                vm.instance(),
                vm.az(),
                vm.ips(),
                vm.leases(),
                vm.orphanedAt().toEpochMilli(),
                vm.cpi()));
    }

    /** Of all orphaned VMs, each as a {@link io.slipway.engine.address.Lease} in text. */
    public Set<String> leases() {
        var leases = new HashSet<String>();
        vms.list().forEach(vm -> leases.addAll(vm.leases()));
        return leases;
    }
}
