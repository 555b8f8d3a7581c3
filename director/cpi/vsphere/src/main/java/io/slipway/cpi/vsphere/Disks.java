package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.VirtualDeviceConfigSpec;
import com.vmware.vim25.VirtualDeviceConfigSpecOperation;
import com.vmware.vim25.VirtualMachineConfigSpec;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiFailure.CloudError;
import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.CpiFailure.NoSpace;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.vsphere.DiskFiles.DiskFile;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.placement.Placement;
import io.slipway.cpi.vsphere.properties.DiskProperties;
import io.slipway.cpi.vsphere.properties.StoreWish;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Persistent disks: made once for their keys, grown, described, copied, and deleted when no VM has them. */
final class Disks {
    private static final long KIB = 1024;

    private final Vcenter vcenter;
    private final VsphereSettings settings;
    private final Names names;
    private final Foundations foundations;
    private final DiskFiles files;
    private final StoragePolicies policies;
    private final Vms vms;
    private final Attachments attachments;
    private final Locks locks;

    /** @param locks one of each disk */
    Disks(Parts parts, Vms vms, Attachments attachments, Locks locks) {
        vcenter = parts.vcenter();
        settings = parts.settings();
        names = parts.names();
        foundations = parts.foundations();
        files = parts.diskFiles();
        policies = parts.policies();
        this.vms = vms;
        this.attachments = attachments;
        this.locks = locks;
    }

    String create(
            String key, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVm, CallContext asker)
            throws RemoteException {
        var properties = DiskProperties.of(cloudProperties);
        String cid = names.disk(key);
        return locks.with(cid, () -> {
            StoreWish wish = properties.stores().orElse(settings.persistentStores());
            var policy = policies.find(properties.storagePolicy());
            var holder = attachments.holder(cid);
            if (holder.isPresent()) {
                return cid;
            }
            var there = files.home(cid, store -> allows(wish, policy, store));
            DiskFile file = there.isPresent()
                    ? there.get()
                    : files.create(
                            cid,
                            place(cid, size, wish, policy, nearVm, asker),
                            size.bytes(),
                            properties.type().orElse(settings.diskType()),
                            policy.map(StoragePolicies.Policy::id));
            files.identify(cid, file);
            return cid;
        });
    }

    private static boolean allows(StoreWish wish, Optional<StoragePolicies.Policy> policy, Store store) {
        return policy.map(p -> p.storeIds().contains(store.id()))
                .orElseGet(() -> wish.allows(store.name())
                        || store.pod().map(wish::allowsPod).orElse(false));
    }

    private Store place(
            String cid,
            DataSize size,
            StoreWish wish,
            Optional<StoragePolicies.Policy> policy,
            Optional<String> nearVm,
            CallContext asker)
            throws RemoteException {
        var foundation = foundations.now();
        var compatible = policy.map(StoragePolicies.Policy::storeIds);
        Optional<Set<String>> hosts = nearVm.isEmpty()
                ? Optional.empty()
                : vms.state(nearVm.get()).flatMap(VmState::host).map(host -> Set.of(host.val));
        var near = Placement.ofDisk(foundation, wish, compatible, size.bytes(), hosts);
        var stores =
                near.isEmpty() ? Placement.ofDisk(foundation, wish, compatible, size.bytes(), Optional.empty()) : near;
        if (stores.isEmpty()) {
            long most =
                    Placement.ofDisk(foundation, wish, compatible, -Placement.HEADROOM_BYTES, Optional.empty()).stream()
                            .mapToLong(Store::freeBytes)
                            .max()
                            .orElse(0);
            throw new CpiException(new NoSpace(
                    "disk '" + cid + "' on " + wish,
                    new DataSize(size.bytes() + Placement.HEADROOM_BYTES),
                    new DataSize(most)));
        }
        Store best = stores.getFirst();
        asker.log("disk '" + cid + "' goes to datastore '" + best.name() + "', chosen because it has "
                + new DataSize(best.freeBytes()) + " of free space, the most"
                + (near.isEmpty() || nearVm.isEmpty() ? "" : " that VM '" + nearVm.get() + "' reaches"));
        foundations.promise(best, size.bytes());
        return best;
    }

    void delete(String cid) throws RemoteException {
        locks.with(cid, () -> {
            var found = attachments.find(cid);
            if (found.isPresent()) {
                found.get().vm().ifPresent(vm -> {
                    throw new CpiException(new CloudError(
                            "disk '" + cid + "' is attached to VM '" + vm.name() + "'; detach it first", false));
                });
                var home = files.home(cid).orElseThrow();
                files.deleteDescription(cid, home);
                files.delete(cid, home);
            }
            return true;
        });
    }

    boolean has(String cid) throws RemoteException {
        return files.home(cid, store -> true).isPresent()
                || attachments.find(cid).isPresent();
    }

    void resize(String cid, DataSize size) throws RemoteException {
        locks.with(cid, () -> {
            var found = attachments.find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
            long kib = Math.ceilDiv(size.bytes(), KIB);
            if (found.device().isPresent()) {
                var device = found.device().get();
                if (mustGrow(cid, device.capacityInKB, kib)) {
                    var spec = new VirtualMachineConfigSpec();
                    spec.deviceChange = new VirtualDeviceConfigSpec[] {
                        CloneSpecs.change(VirtualDeviceConfigSpecOperation.edit, CloneSpecs.grown(device, kib))
                    };
                    ManagedObjectReference vm = found.vm().orElseThrow().reference();
                    vcenter.task(session -> session.api().reconfigVM_Task(vm, spec));
                }
                return true;
            }
            var home = files.home(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
            Store store = files.storeOf(home.path()).orElseThrow();
            if (mustGrow(cid, files.capacityKib(cid, store).orElse(0L), kib)) {
                files.extend(home, size.bytes());
            }
            return true;
        });
    }

    private static boolean mustGrow(String cid, long now, long wanted) {
        if (now > wanted) {
            throw new CpiException(new CpiFailure.InvalidRequest("disk '" + cid + "' has " + new DataSize(now * KIB)
                    + ": expected a size from that on, not " + new DataSize(wanted * KIB)));
        }
        return now < wanted;
    }

    void describe(String cid, Map<String, String> metadata) throws RemoteException {
        locks.with(cid, () -> {
            var found = attachments.find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
            Store store = files.storeOf(found.path()).orElseThrow();
            files.describe(cid, files.at(cid, store), VmState.json(metadata));
            return true;
        });
    }

    String snapshot(String cid, Map<String, String> metadata, String key) throws RemoteException {
        return locks.with(cid, () -> {
            var found = attachments.find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
            if (found.vm().isPresent()) {
                // Its file is locked by the host that runs the VM.
                throw new CpiException(new CpiFailure.NotSupported("snapshot_disk of an attached disk"));
            }
            String snapshot = names.snapshot(cid, key);
            if (files.home(snapshot).isEmpty()) {
                Store store = files.storeOf(found.path()).orElseThrow();
                files.copy(found.path(), snapshot, store);
                files.describe(snapshot, files.at(snapshot, store), VmState.json(metadata));
            }
            return snapshot;
        });
    }

    void deleteSnapshot(String cid) throws RemoteException {
        if (!cid.startsWith(Names.SNAPSHOT)) {
            return;
        }
        locks.with(cid, () -> {
            var home = files.home(cid);
            if (home.isPresent()) {
                files.deleteDescription(cid, home.get());
                files.delete(cid, home.get());
            }
            return true;
        });
    }

    /** Deletes all disks and snapshots of this director. */
    void purge() throws RemoteException {
        for (String prefix : List.of(Names.DISK + names.mark(), Names.SNAPSHOT + names.mark())) {
            for (String cid : new ArrayList<>(files.list(prefix))) {
                var home = files.home(cid);
                if (home.isPresent()) {
                    files.deleteDescription(cid, home.get());
                    files.delete(cid, home.get());
                }
            }
        }
    }

    Optional<String> findByKey(String key) throws RemoteException {
        String cid = names.disk(key);
        return has(cid) ? Optional.of(cid) : Optional.empty();
    }
}
