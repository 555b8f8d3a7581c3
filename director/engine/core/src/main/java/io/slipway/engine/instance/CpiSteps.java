package io.slipway.engine.instance;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineServices;
import io.slipway.engine.OrphanDisks.OrphanDisk;
import io.slipway.engine.OrphanedVm;
import io.slipway.store.snapshot.SnapshotStore.SnapshotRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        var disks = new ArrayList<String>();
        for (PersistentDisk disk : state.disks()) {
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
                metadata(instanceId, spec),
                plan.stemcellApiVersion()));
        return new InstanceEvent.VmCreated(
                agentId,
                created.cid(),
                created.networks(),
                services.clock().instant().toString());
    }

    /** An infrastructure without tags is not asked again. */
    InstanceEvent tagVm(String instanceId, String vmCid, InstanceState.Vm vm, InstanceSpec spec) {
        try {
            cpi.setVmMetadata(vmCid, metadata(instanceId, spec));
        } catch (CpiException refused) {
            if (!(refused.failure() instanceof CpiFailure.NotSupported)) {
                throw refused;
            }
        }
        return new InstanceEvent.VmTagged(vm.agentId(), spec.vm().tags());
    }

    /** What operators tag VMs with; what the director says of them wins. */
    private static Map<String, String> metadata(String instanceId, InstanceSpec spec) {
        var metadata = new LinkedHashMap<>(spec.vm().tags());
        metadata.put("deployment", spec.deployment());
        metadata.put("instance_group", spec.group());
        metadata.put("job", spec.group());
        metadata.put("id", instanceId);
        metadata.put("index", Integer.toString(spec.index()));
        metadata.put("name", spec.nameOf(instanceId));
        return metadata;
    }

    /** The list of orphans knows the VM before the instance forgets it. */
    InstanceEvent orphanVm(String instanceId, InstanceState.Vm vm, InstanceGoal goal) {
        var spec = goal.spec();
        var leases = goal.swap() == null ? List.<String>of() : goal.swap().leases();
        services.orphans()
                .add(new OrphanedVm(
                        vm.cid(),
                        spec.deployment(),
                        spec.nameOf(instanceId),
                        spec.az(),
                        vm.networks().stream()
                                .map(VmNetwork::ip)
                                .filter(ip -> !ip.isEmpty())
                                .toList(),
                        leases,
                        services.clock().instant(),
                        vm.cpi()));
        return new InstanceEvent.VmOrphaned(vm.agentId());
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

    InstanceEvent createDisk(PersistentDisk disk, InstanceSpec spec, String vmCid) {
        // Intents in journals of earlier versions do not say the properties.
        var properties = disk.cloudProperties().isEmpty()
                        && spec.disk() != null
                        && disk.name().isEmpty()
                ? spec.disk().cloudProperties()
                : disk.cloudProperties();
        String cid = cpi.createDisk(
                disk.key(),
                DataSize.ofMebibytes(disk.sizeMb()),
                properties,
                vmCid.isEmpty() ? Optional.empty() : Optional.of(vmCid));
        return new InstanceEvent.DiskCreated(disk.key(), cid);
    }

    /** From the list of orphans first: what is on it may be deleted at any time. */
    InstanceEvent adoptDisk(String key, DiskOrder.Adopted disk) {
        services.orphans().takeBack(disk.cid());
        if (!cpi.hasDisk(disk.cid())) {
            throw new CpiException(new CpiFailure.DiskNotFound(disk.cid()));
        }
        return new InstanceEvent.DiskAdopted(key, disk);
    }

    /** Where the infrastructure cannot, the data is to be copied instead. */
    InstanceEvent growDisk(String diskCid, InstanceSpec.DiskPlan plan) {
        try {
            cpi.resizeDisk(diskCid, DataSize.ofMebibytes(plan.sizeMb()));
            return new InstanceEvent.DiskGrown(diskCid, plan.sizeMb(), plan.fingerprint());
        } catch (CpiException refused) {
            if (refused.failure() instanceof CpiFailure.NotSupported) {
                return new InstanceEvent.DiskGrowthRefused(diskCid, plan.fingerprint());
            }
            throw refused;
        }
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
        state.disks().stream()
                .filter(disk -> disk.cid().equals(diskCid))
                .findFirst()
                .ifPresent(disk -> services.orphans()
                        .add(new OrphanDisk(
                                diskCid,
                                disk.sizeMb(),
                                spec.deployment(),
                                spec.nameOf(instanceId),
                                spec.az(),
                                services.clock().instant(),
                                cpiName,
                                disk.cloudProperties())));
        return new InstanceEvent.DiskOrphaned(diskCid);
    }

    /** Its snapshots go first, so that one whose deletion failed is still known by its disk. */
    InstanceEvent deleteDisk(String diskCid) {
        for (SnapshotRow snapshot : services.snapshots().of(List.of(diskCid))) {
            cpi.deleteSnapshot(snapshot.cid());
            services.snapshots().remove(snapshot.cid());
        }
        cpi.deleteDisk(diskCid);
        return new InstanceEvent.DiskDeleted(diskCid);
    }

    /** One that cannot be deleted now is deleted later, as orphans are. */
    InstanceEvent deleteOrOrphan(String instanceId, String diskCid, InstanceState state, InstanceSpec spec) {
        try {
            return deleteDisk(diskCid);
        } catch (CpiException refused) {
            return orphanDisk(instanceId, diskCid, state, spec);
        }
    }
}
