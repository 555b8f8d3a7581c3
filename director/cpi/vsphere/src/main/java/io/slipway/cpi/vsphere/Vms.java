package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.VirtualMachineConfigSpec;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CreatedVm;
import io.slipway.cpi.VmDescription;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** VMs of this director: found by what they are and not by where, made, run and deleted. */
final class Vms {
    private static final String RECORD = "config.extraConfig[\"" + Names.VM_RECORD + "\"]";
    private static final String METADATA = "config.extraConfig[\"" + Names.METADATA + "\"]";

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final Names names;
    private final VmCreation creation;
    private final CustomFields fields;
    private final ClusterRules rules;
    private final Locks locks = new Locks();

    Vms(
            Vcenter vcenter,
            Datacenter datacenter,
            Names names,
            VmCreation creation,
            CustomFields fields,
            ClusterRules rules) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
        this.names = names;
        this.creation = creation;
        this.fields = fields;
        this.rules = rules;
    }

    CreatedVm create(VmRequest request, CallContext asker) throws RemoteException {
        String cid = names.vm(request.agentId());
        return locks.with(cid, () -> {
            var there = find(cid);
            ManagedObjectReference vm = there == null ? creation.make(request, cid, asker) : there;
            creation.finish(request, vm, asker);
            var made = VmState.of(Objects.of(vcenter, vm, VmState.PROPERTIES));
            return new CreatedVm(
                    cid, made.identity().map(VmState.Identity::networks).orElse(request.networks()));
        });
    }

    void delete(String cid, DetachedDisks disks) throws RemoteException {
        locks.with(cid, () -> {
            var vm = find(cid);
            if (vm != null) {
                delete(vm, disks);
            }
            return true;
        });
    }

    /** What is done with persistent disks of a VM that goes. */
    @FunctionalInterface
    interface DetachedDisks {
        void leave(VmState vm) throws RemoteException;
    }

    private void delete(ManagedObjectReference vm, DetachedDisks disks) throws RemoteException {
        try {
            var state = VmState.of(Objects.of(vcenter, vm, VmState.PROPERTIES));
            if (state.isOn()) {
                powerOff(vm);
            }
            // vCenter deletes the files of all disks that a VM has when it is destroyed.
            disks.leave(state);
            rules.leave(state);
            vcenter.task(session -> session.api().destroy_Task(vm));
        } catch (RemoteException e) {
            if (!Failures.isGone(e, vm)) {
                throw e;
            }
        }
    }

    void powerOff(ManagedObjectReference vm) throws RemoteException {
        try {
            vcenter.task(session -> session.api().powerOffVM_Task(vm));
        } catch (RemoteException e) {
            if (!Failures.is(e, "InvalidPowerState")) {
                throw e;
            }
        }
    }

    void powerOn(ManagedObjectReference vm) throws RemoteException {
        try {
            vcenter.task(session -> session.api().powerOnVM_Task(vm, null));
        } catch (RemoteException e) {
            if (!Failures.is(e, "InvalidPowerState")) {
                throw e;
            }
        }
    }

    void reboot(String cid) throws RemoteException {
        locks.with(cid, () -> {
            var state = require(cid);
            if (state.isOn()) {
                vcenter.task(session -> session.api().resetVM_Task(state.reference()));
            } else {
                powerOn(state.reference());
            }
            return true;
        });
    }

    void metadata(String cid, Map<String, String> metadata) throws RemoteException {
        locks.with(cid, () -> {
            var state = require(cid);
            reconfigure(state.reference(), Map.of(Names.METADATA, VmState.json(metadata)));
            fields.set(state.reference(), metadata);
            return true;
        });
    }

    void reconfigure(ManagedObjectReference vm, Map<String, String> options) throws RemoteException {
        var spec = new VirtualMachineConfigSpec();
        spec.extraConfig = CloneSpecs.of(options);
        vcenter.task(session -> session.api().reconfigVM_Task(vm, spec));
    }

    /** Does something with a VM that nobody else changes meanwhile. */
    <T extends @Nullable Object> T with(String cid, Locks.Work<T> work) throws RemoteException {
        return locks.with(cid, work);
    }

    boolean has(String cid) throws RemoteException {
        return find(cid) != null;
    }

    VmState require(String cid) throws RemoteException {
        return state(cid).orElseThrow(() -> new CpiException(new CpiFailure.VmNotFound(cid)));
    }

    Optional<VmState> state(String cid) throws RemoteException {
        var vm = find(cid);
        if (vm == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(VmState.of(Objects.of(vcenter, vm, VmState.PROPERTIES)));
        } catch (RemoteException e) {
            if (Failures.isGone(e, vm)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    Optional<VmDescription> describe(String agentId) throws RemoteException {
        return state(names.vm(agentId)).flatMap(VmState::described);
    }

    /** All VMs in this CPI's folder that are this director's. */
    List<VmDescription> all() throws RemoteException {
        return records().stream()
                .map(VmState::described)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(VmDescription::cid))
                .toList();
    }

    private List<VmState> records() throws RemoteException {
        return Objects.below(
                        vcenter,
                        datacenter.vmFolder(),
                        new Wanted("VirtualMachine", "name", "runtime.powerState", RECORD, METADATA))
                .stream()
                .map(VmState::ofRecords)
                .filter(state -> state.identity()
                        .map(identity -> identity.director().equals(names.director()))
                        .orElse(false))
                .toList();
    }

    void powerOnAll() throws RemoteException {
        for (VmState state : records()) {
            if (!state.isOn()) {
                powerOn(state.reference());
            }
        }
    }

    void powerOffAll() throws RemoteException {
        for (VmState state : records()) {
            if (state.isOn()) {
                powerOff(state.reference());
            }
        }
    }

    /** The VM of a cid, in whatever folder and under whatever name. */
    @Nullable
    ManagedObjectReference find(String cid) throws RemoteException {
        var uuid = Names.instanceUuid(cid);
        if (uuid.isEmpty()) {
            return null;
        }
        var within = datacenter.reference();
        return vcenter.call(
                session -> session.api().findByUuid(session.content().searchIndex, within, uuid.get(), true, true));
    }
}
