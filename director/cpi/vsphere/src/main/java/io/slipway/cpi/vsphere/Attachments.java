package io.slipway.cpi.vsphere;

import com.vmware.vim25.OptionValue;
import com.vmware.vim25.VirtualDeviceConfigSpec;
import com.vmware.vim25.VirtualDeviceConfigSpecOperation;
import com.vmware.vim25.VirtualDisk;
import com.vmware.vim25.VirtualDiskFlatVer2BackingInfo;
import com.vmware.vim25.VirtualMachineConfigSpec;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure.CloudError;
import io.slipway.cpi.CpiFailure.DiskNotFound;
import io.slipway.cpi.vsphere.DiskFiles.DiskFile;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.placement.Placement;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Persistent disks at VMs. The VM keeps where a disk is, in the same change that attaches it; vCenter may then move and rename
 * its file as it likes. When it is detached, it comes home.
 */
final class Attachments {
    private static final long KIB = 1024;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final VsphereSettings settings;
    private final Foundations foundations;
    private final DiskFiles files;
    private final Vms vms;
    private final Locks locks;

    /** @param locks one of each disk */
    Attachments(Parts parts, Vms vms, Locks locks) {
        vcenter = parts.vcenter();
        datacenter = parts.datacenter();
        settings = parts.settings();
        foundations = parts.foundations();
        files = parts.diskFiles();
        this.vms = vms;
        this.locks = locks;
    }

    /** Where a disk is: at a VM, or at home. */
    record Found(Optional<VmState> vm, Optional<VirtualDisk> device, String path) {}

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
                    try {
                        attach(vm, cid, inReach(vm, cid, found.path(), asker));
                    } catch (RemoteException e) {
                        // Another director may have attached it meanwhile, at the same place of the controller.
                        if (!Failures.is(e, "InvalidDeviceSpec") || !isAt(vm, cid)) {
                            throw e;
                        }
                    }
                    return Names.device(cid);
                }));
    }

    private boolean isAt(VmState vm, String cid) throws RemoteException {
        return find(cid)
                .flatMap(Found::vm)
                .map(holder -> holder.reference().equals(vm.reference()))
                .orElse(false);
    }

    /** The disk's file, on a datastore that the VM's host has. */
    private DiskFile inReach(VmState vm, String cid, String path, CallContext asker) throws RemoteException {
        var foundation = foundations.now();
        Store at = files.storeOf(path).orElseThrow(() -> new CpiException(new DiskNotFound(cid)));
        if (vm.host().isEmpty()
                || Placement.isReached(foundation, Set.of(vm.host().get().val), at)) {
            return files.at(cid, at);
        }
        long bytes = files.capacityKib(cid, at).orElse(0L) * KIB;
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

    Optional<Found> find(String cid) throws RemoteException {
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
    Optional<VmState> holder(String cid) throws RemoteException {
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
}
