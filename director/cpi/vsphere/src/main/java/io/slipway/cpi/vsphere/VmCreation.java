package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.VirtualDeviceBackingInfo;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure.NoSpace;
import io.slipway.cpi.CpiFailure.VmCreationFailed;
import io.slipway.cpi.DataSize;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.vsphere.placement.Placement;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.placement.VmWish;
import io.slipway.cpi.vsphere.properties.VmProperties;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a VM in two steps, each of which can be done again: a clone under the name that its agent id gives, of which vCenter
 * has one only, and then what a VM must have before it runs, and its power.
 */
final class VmCreation {
    private static final long MIB = 1024L * 1024;
    /** How many places are tried when the best ones turn out not to do. */
    private static final int PLACES = 3;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final VsphereSettings settings;
    private final Foundations foundations;
    private final Stemcells stemcells;
    private final Networks networks;
    private final DiskFiles disks;
    private final CloneSpecs specs;
    private final ClusterRules rules;
    private final CustomFields fields;
    private final StoragePolicies policies;
    private final Tags tags;
    private final AddressCheck addresses;

    VmCreation(Parts parts) {
        vcenter = parts.vcenter();
        datacenter = parts.datacenter();
        settings = parts.settings();
        foundations = parts.foundations();
        stemcells = parts.stemcells();
        networks = parts.networks();
        disks = parts.diskFiles();
        specs = parts.specs();
        rules = parts.rules();
        fields = parts.fields();
        policies = parts.policies();
        tags = parts.tags();
        addresses = parts.addresses();
    }

    /** Clones. The VM is off, and at the best place that would have it. */
    ManagedObjectReference make(VmRequest request, String cid, CallContext asker) throws RemoteException {
        var properties = VmProperties.of(request.cloudProperties(), settings.datacenter());
        var backings = networks.backings(request.networks());
        if (settings.isCheckingAddresses()) {
            addresses.check(request.networks());
        }
        var policy = policies.find(properties.storagePolicy().or(settings::storagePolicy));
        var wish = wish(request, properties, policy);
        var decision = Placement.ofVm(foundations.now(), wish);
        if (decision.ranked().isEmpty()) {
            throw nowhere(cid, wish, decision);
        }
        RemoteException last = null;
        for (Choice choice : places(decision)) {
            asker.log("VM '" + cid + "' goes to " + choice.reason());
            try {
                return cloned(request, cid, properties, choice, backings, policy, asker);
            } catch (RemoteException e) {
                if (!Failures.isOfThePlace(e)) {
                    throw e;
                }
                asker.log("VM '" + cid + "' cannot be there: " + e.getMessage());
                foundations.forget();
                last = e;
            }
        }
        throw java.util.Objects.requireNonNull(last);
    }

    /** The best place, and those after it that differ from it in what may have failed. */
    private static List<Choice> places(Placement.Decision decision) {
        var places = new ArrayList<Choice>();
        for (Choice choice : decision.ranked()) {
            if (places.size() < PLACES) {
                places.add(choice);
            }
        }
        return places;
    }

    private ManagedObjectReference cloned(
            VmRequest request,
            String cid,
            VmProperties properties,
            Choice choice,
            List<VirtualDeviceBackingInfo> backings,
            Optional<StoragePolicies.Policy> policy,
            CallContext asker)
            throws RemoteException {
        var template = stemcells.on(request.stemcellCid(), choice, asker);
        foundations.promise(choice, properties.ramMib(), bytes(properties));
        long mhz = properties.isCpuReserved() ? rules.slowestCore(choice.clusterId()) : 0;
        var spec =
                specs.of(request, properties, choice, template, backings, policy.map(StoragePolicies.Policy::id), mhz);
        String name = Names.shown(
                cid, request.metadata(), properties.hasReadableName().orElse(settings.hasReadableNames()));
        var folder = datacenter.vmFolder();
        try {
            Object made = vcenter.task(session -> session.api().cloneVM_Task(template.vm(), folder, name, spec));
            return (ManagedObjectReference) java.util.Objects.requireNonNull(made);
        } catch (RemoteException e) {
            if (Failures.is(e, "DuplicateName")) {
                return begunBefore(name, folder, e);
            }
            if (Failures.is(e, "ManagedObjectNotFound")) {
                stemcells.forget(request.stemcellCid());
            }
            throw e;
        }
    }

    /** An earlier call began it, of which no answer came; only one of a name can be in the folder. */
    private ManagedObjectReference begunBefore(String name, ManagedObjectReference folder, RemoteException duplicate)
            throws RemoteException {
        @Nullable
        ManagedObjectReference vm =
                vcenter.call(session -> session.api().findChild(session.content().searchIndex, folder, name));
        if (vm == null) {
            throw duplicate;
        }
        return vm;
    }

    /** What a VM must have before it runs, and its power; harmless where it has all of it. */
    void finish(VmRequest request, ManagedObjectReference vm, CallContext asker) throws RemoteException {
        var properties = VmProperties.of(request.cloudProperties(), settings.datacenter());
        var state = VmState.of(Objects.of(vcenter, vm, VmState.PROPERTIES));
        if (state.isOn()) {
            return;
        }
        try {
            rules.join(state, request, properties, asker);
            if (properties.isHardwareUpgraded().orElse(settings.isHardwareUpgraded())) {
                upgrade(vm);
            }
            fields.set(vm, request.metadata());
            tags.attach(properties.tags(), vm);
            vcenter.task(session -> session.api().powerOnVM_Task(vm, null));
        } catch (RemoteException e) {
            if (Failures.is(e, "InvalidPowerState")) {
                return;
            }
            if (!Failures.isPassing(e)) {
                discard(state, asker);
            }
            throw e;
        } catch (CpiException refused) {
            discard(state, asker);
            throw refused;
        }
    }

    /** A VM that was not made is not left behind, unless it has a disk, which vCenter would delete with it. */
    private void discard(VmState vm, CallContext asker) {
        if (!vm.disks().isEmpty()) {
            return;
        }
        try {
            vcenter.task(session -> session.api().destroy_Task(vm.reference()));
        } catch (RemoteException e) {
            asker.log("the VM that could not be finished cannot be deleted either: " + e.getMessage());
        }
    }

    private void upgrade(ManagedObjectReference vm) throws RemoteException {
        try {
            vcenter.task(session -> session.api().upgradeVM_Task(vm, null));
        } catch (RemoteException e) {
            if (!Failures.is(e, "AlreadyUpgraded")) {
                throw e;
            }
        }
    }

    private VmWish wish(VmRequest request, VmProperties properties, Optional<StoragePolicies.Policy> policy)
            throws RemoteException {
        var at = new ArrayList<VmWish.DiskAt>();
        for (String disk : request.diskCids()) {
            disks.home(disk).ifPresent(file -> at.add(new VmWish.DiskAt(file.storeId(), 1)));
        }
        return new VmWish(
                properties.clusters().isEmpty() ? settings.clusters() : properties.clusters(),
                properties.stores().orElse(settings.stores()),
                // Datastores of a VM type count more than the policy of the CPI's settings.
                properties.storagePolicy().isEmpty() && properties.stores().isPresent()
                        ? Optional.empty()
                        : policy.map(StoragePolicies.Policy::storeIds),
                properties.ramMib(),
                bytes(properties),
                at);
    }

    /** Its ephemeral disk, and a swap file as large as its memory. */
    private static long bytes(VmProperties properties) {
        return (properties.diskMib() + properties.ramMib()) * MIB
                + properties.rootDiskGib().orElse(0L) * 1024 * MIB;
    }

    private static CpiException nowhere(String cid, VmWish wish, Placement.Decision decision) {
        long needed = wish.diskBytes() + Placement.HEADROOM_BYTES;
        if (decision.mostFreeBytes() > 0 && decision.mostFreeBytes() < needed) {
            return new CpiException(
                    new NoSpace("VM '" + cid + "'", new DataSize(needed), new DataSize(decision.mostFreeBytes())));
        }
        return new CpiException(new VmCreationFailed(
                "VM '" + cid + "' can be nowhere: " + String.join("; ", decision.refused()), true));
    }
}
