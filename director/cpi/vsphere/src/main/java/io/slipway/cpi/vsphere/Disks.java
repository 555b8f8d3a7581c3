package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.OptionValue;
import com.vmware.vim25.VirtualDeviceConfigSpec;
import com.vmware.vim25.VirtualDeviceConfigSpecOperation;
import com.vmware.vim25.VirtualDisk;
import com.vmware.vim25.VirtualDiskFlatVer2BackingInfo;
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
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Persistent disks. While one is attached, its VM keeps where, in the same change of the VM that attaches it; vCenter may
 * then move and rename its file as it likes. When it is detached, it comes home.
 */
final class Disks {
    private static final long KIB = 1024;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final VsphereSettings settings;
    private final Names names;
    private final Foundations foundations;
    private final DiskFiles files;
    private final StoragePolicies policies;
    private final Vms vms;
    private final Locks locks = new Locks();

    Disks(Parts parts, Vms vms) {
        vcenter = parts.vcenter();
        datacenter = parts.datacenter();
        settings = parts.settings();
        names = parts.names();
        foundations = parts.foundations();
        files = parts.diskFiles();
        policies = parts.policies();
        this.vms = vms;
    }

    /** Where a disk is: at a VM, or at home. */
    private record Found(Optional<VmState> vm, Optional<VirtualDisk> device, String path) {}

    String create(
            String key, DataSize size, Map<String, Object> cloudProperties, Optional<String> nearVm, CallContext asker)
            throws RemoteException {
        var properties = DiskProperties.of(cloudProperties);
        String cid = names.disk(key);
        return locks.with(cid, () -> {
            StoreWish wish = properties.stores().orElse(settings.persistentStores());
            var policy = policies.find(properties.storagePolicy());
            var holder = holder(cid);
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
            var found = find(cid);
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
        return files.home(cid, store -> true).isPresent() || find(cid).isPresent();
    }

    String attach(String vmCid, String cid, CallContext asker) throws RemoteException {
        return vms.with(
                vmCid,
                () -> locks.with(cid, () -> {
                    var vm = vms.require(vmCid);
                    var found = find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
                    if (found.vm().isPresent()) {
                        if (found.vm().get().reference().equals(vm.reference())) {
                            return Names.device(cid);
                        }
                        throw new CpiException(new CloudError(
                                "disk '" + cid + "' is attached to VM '"
                                        + found.vm().get().name() + "'; detach it there first",
                                false));
                    }
                    attach(vm, cid, inReach(vm, cid, found.path(), asker));
                    return Names.device(cid);
                }));
    }

    /** The disk's file, on a datastore that the VM's host has. */
    private DiskFile inReach(VmState vm, String cid, String path, CallContext asker) throws RemoteException {
        var foundation = foundations.now();
        Store at = files.storeOf(path).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
        if (vm.host().isEmpty()
                || Placement.isReached(foundation, Set.of(vm.host().get().val), at)) {
            return files.at(cid, at);
        }
        long bytes = capacity(cid, at).orElse(0L) * KIB;
        Store to = Placement.ofDisk(
                        foundation,
                        settings.persistentStores(),
                        Optional.empty(),
                        bytes,
                        vm.host().map(host -> Set.of(host.val)))
                .stream()
                .findFirst()
                .orElseThrow(() -> new CpiException(new CloudError(
                        "disk '" + cid + "' is on datastore '" + at.name() + "', which the host of VM '" + vm.name()
                                + "' does not have, and there is no other with room that it has",
                        false)));
        asker.log("disk '" + cid + "' moves from datastore '" + at.name() + "' to '" + to.name()
                + "', which the host of VM '" + vm.name() + "' has");
        return files.move(path, cid, to);
    }

    private Optional<Long> capacity(String cid, Store store) throws RemoteException {
        return new DatastoreSearch(vcenter).capacityKib(store, "[" + store.name() + "] " + settings.diskPath(), cid);
    }

    private void attach(VmState vm, String cid, DiskFile file) throws RemoteException {
        var taken = vm.disks().stream()
                .flatMap(disk -> disk.device().stream())
                .map(device -> new CloneSpecs.Slot(device.controllerKey, device.unitNumber))
                .toList();
        var slot = CloneSpecs.freeSlot(vm.devices(), taken);
        var backing = new VirtualDiskFlatVer2BackingInfo();
        backing.fileName = file.path();
        backing.datastore = References.store(file.storeId());
        // No snapshot of the VM holds a disk that will outlive it.
        backing.diskMode = "independent_persistent";
        var disk = new VirtualDisk();
        disk.key = -1;
        disk.controllerKey = slot.controllerKey();
        disk.unitNumber = slot.unit();
        disk.backing = backing;
        change(
                vm,
                CloneSpecs.change(VirtualDeviceConfigSpecOperation.add, disk),
                cid,
                slot.controllerKey() + ":" + slot.unit());
    }

    private void change(VmState vm, VirtualDeviceConfigSpec device, String cid, String where) throws RemoteException {
        var spec = new VirtualMachineConfigSpec();
        spec.deviceChange = new VirtualDeviceConfigSpec[] {device};
        var option = new OptionValue();
        option.key = Names.ATTACHED + cid;
        option.value = where;
        spec.extraConfig = new OptionValue[] {option};
        vcenter.task(session -> session.api().reconfigVM_Task(vm.reference(), spec));
    }

    void detach(String vmCid, String cid) throws RemoteException {
        vms.with(
                vmCid,
                () -> locks.with(cid, () -> {
                    var vm = vms.state(vmCid);
                    if (vm.isPresent()) {
                        var disk = vm.get().disk(cid);
                        if (disk.isPresent()) {
                            detach(vm.get(), disk.get());
                        }
                    }
                    return true;
                }));
    }

    /** All persistent disks of a VM that is about to be deleted. */
    void leave(VmState vm) throws RemoteException {
        for (var disk : vm.disks()) {
            detach(vm, disk);
        }
    }

    /** The VM remembers a disk until it is home, so that it is found also when this ends in the middle. */
    private void detach(VmState vm, VmState.Attached disk) throws RemoteException {
        String cid = disk.diskCid();
        String path = disk.path();
        Store store = files.storeOf(path)
                .orElseThrow(() -> new CpiException(new CloudError(
                        "disk '" + cid + "' is on a datastore that vCenter does not have any more: " + path, true)));
        boolean isHome = path.equals(files.at(cid, store).path());
        if (disk.device().isPresent()) {
            change(
                    vm,
                    CloneSpecs.change(
                            VirtualDeviceConfigSpecOperation.remove,
                            disk.device().get()),
                    cid,
                    isHome ? "" : path);
        }
        if (!isHome) {
            files.move(path, cid, store);
            vms.reconfigure(vm.reference(), Map.of(Names.ATTACHED + cid, ""));
        }
    }

    List<String> of(String vmCid) throws RemoteException {
        return vms.require(vmCid).disks().stream()
                .filter(disk -> disk.device().isPresent())
                .map(VmState.Attached::diskCid)
                .toList();
    }

    void resize(String cid, DataSize size) throws RemoteException {
        locks.with(cid, () -> {
            var found = find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
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
            if (mustGrow(cid, capacity(cid, store).orElse(0L), kib)) {
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
            var found = find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
            Store store = files.storeOf(found.path()).orElseThrow();
            files.describe(cid, files.at(cid, store), VmState.json(metadata));
            return true;
        });
    }

    String snapshot(String cid, Map<String, String> metadata, String key) throws RemoteException {
        return locks.with(cid, () -> {
            var found = find(cid).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
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

    private Optional<Found> find(String cid) throws RemoteException {
        var holder = holder(cid);
        if (holder.isPresent()) {
            var disk = holder.get().disk(cid);
            if (disk.isPresent() && disk.get().device().isPresent()) {
                return Optional.of(
                        new Found(holder, disk.get().device(), disk.get().path()));
            }
            if (disk.isPresent()) {
                // A detachment that ended in the middle.
                detach(holder.get(), disk.get());
            }
        }
        return files.home(cid).map(file -> new Found(Optional.empty(), Optional.empty(), file.path()));
    }

    /** The VM that has a disk, found by what VMs keep of their disks. */
    private Optional<VmState> holder(String cid) throws RemoteException {
        if (!cid.startsWith(Names.DISK)) {
            return Optional.empty();
        }
        String property = "config.extraConfig[\"" + Names.ATTACHED + cid + "\"]";
        for (var one : Objects.below(vcenter, datacenter.vmFolder(), new Wanted("VirtualMachine", "name", property))) {
            boolean hasIt = one.get(property, OptionValue.class)
                    .map(option -> option.value instanceof String where && !where.isEmpty())
                    .orElse(false);
            if (hasIt) {
                return Optional.of(VmState.of(Objects.of(vcenter, one.reference(), VmState.PROPERTIES)));
            }
        }
        return Optional.empty();
    }

    Optional<String> findByKey(String key) throws RemoteException {
        String cid = names.disk(key);
        return has(cid) ? Optional.of(cid) : Optional.empty();
    }
}
