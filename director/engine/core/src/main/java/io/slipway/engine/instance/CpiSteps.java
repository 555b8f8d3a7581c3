package io.slipway.engine.instance;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineServices;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.instance.InstanceState.Disk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The steps that touch the infrastructure. Each blocks, and each may be repeated: VMs and disks are found again by the
 * key that was journaled before, and what is deleted or detached twice is deleted or detached.
 */
final class CpiSteps {
    private final EngineServices services;
    private final Cpi cpi;
    private final String cpiName;

    CpiSteps(EngineServices services, Cpi cpi, String cpiName) {
        this.services = services;
        this.cpi = cpi;
        this.cpiName = cpiName;
    }

    InstanceEvent createVm(String instanceId, InstanceState state, InstanceSpec spec, String agentId) {
        var plan = spec.vm();
        var metadata = new LinkedHashMap<>(plan.tags());
        metadata.put("deployment", spec.deployment());
        metadata.put("instance_group", spec.group());
        metadata.put("job", spec.group());
        metadata.put("id", instanceId);
        metadata.put("index", Integer.toString(spec.index()));
        metadata.put("name", spec.nameOf(instanceId));
        var disks = new ArrayList<String>();
        for (Disk disk : state.disks()) {
            if (!disk.cid().isEmpty()) {
                disks.add(disk.cid());
            }
        }
        var created = cpi.createVm(new VmRequest(
                agentId,
                plan.stemcellCid(),
                plan.cloudProperties(),
                spec.networks(),
                disks,
                services.identities().mint(agentId, plan.environmentJson()),
                metadata));
        return new InstanceEvent.VmCreated(
                agentId,
                created.cid(),
                created.networks(),
                services.clock().instant().toString());
    }

    /** Deletes by agent id where the cid was never learnt. */
    InstanceEvent deleteVm(String agentId, String cid) {
        if (cid.isEmpty()) {
            cpi.findVm(agentId).ifPresent(vm -> cpi.deleteVm(vm.cid()));
        } else {
            cpi.deleteVm(cid);
        }
        return new InstanceEvent.VmDeleted(agentId);
    }

    InstanceEvent createDisk(String key, long sizeMb, InstanceSpec spec, String vmCid) {
        var properties = spec.disk() == null
                ? new LinkedHashMap<String, Object>()
                : spec.disk().cloudProperties();
        String cid = cpi.createDisk(
                key, DataSize.ofMebibytes(sizeMb), properties, vmCid.isEmpty() ? Optional.empty() : Optional.of(vmCid));
        return new InstanceEvent.DiskCreated(key, cid);
    }

    InstanceEvent attachDisk(String vmCid, String diskCid) {
        return new InstanceEvent.DiskAttached(diskCid, vmCid, cpi.attachDisk(vmCid, diskCid));
    }

    InstanceEvent detachDisk(String vmCid, String diskCid) {
        cpi.detachDisk(vmCid, diskCid);
        return new InstanceEvent.DiskDetached(diskCid);
    }

    /** The disk stays where it is; the list of orphans knows it before the instance forgets it. */
    InstanceEvent orphanDisk(String instanceId, String diskCid, InstanceState state, InstanceSpec spec) {
        long sizeMb = state.disks().stream()
                .filter(disk -> disk.cid().equals(diskCid))
                .mapToLong(Disk::sizeMb)
                .sum();
        services.rows()
                .orphan(new OrphanDisk(
                        diskCid,
                        sizeMb,
                        spec.deployment(),
                        spec.nameOf(instanceId),
                        spec.az(),
                        services.clock().instant(),
                        cpiName));
        return new InstanceEvent.DiskOrphaned(diskCid);
    }

    InstanceEvent deleteDisk(String diskCid) {
        cpi.deleteDisk(diskCid);
        return new InstanceEvent.DiskDeleted(diskCid);
    }
}
