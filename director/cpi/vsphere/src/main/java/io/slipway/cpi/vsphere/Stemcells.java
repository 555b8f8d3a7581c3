package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.OptionValue;
import com.vmware.vim25.VirtualDevice;
import com.vmware.vim25.VirtualMachineCloneSpec;
import com.vmware.vim25.VirtualMachineConfigSpec;
import com.vmware.vim25.VirtualMachineRelocateSpec;
import com.vmware.vim25.VirtualMachineSnapshotInfo;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.placement.Placement;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.placement.VmWish;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stemcells are VMs that never run and have one snapshot, of which clones are linked. A linked clone is on the datastore of
 * what it was cloned from, so whoever needs a stemcell on a datastore first copies it there, once.
 */
final class Stemcells {
    /** A stemcell without it is not whole yet. */
    private static final String SNAPSHOT = "initial";

    private static final long IMPORT_MEMORY_MIB = 512;
    private static final long IMPORT_BYTES = 8L * 1024 * 1024 * 1024;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final VsphereSettings settings;
    private final Foundations foundations;
    private final Names names;
    private final StemcellImport imports;
    private final Locks locks = new Locks();
    private final Map<String, Template> known = new ConcurrentHashMap<>();

    Stemcells(Vcenter vcenter, Datacenter datacenter, VsphereSettings settings, Foundations foundations, Names names) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
        this.settings = settings;
        this.foundations = foundations;
        this.names = names;
        this.imports = new StemcellImport(vcenter, datacenter, names.director());
    }

    /** What VMs are cloned from, on one datastore. */
    record Template(ManagedObjectReference vm, ManagedObjectReference snapshot, List<VirtualDevice> devices) {}

    private record Found(
            ManagedObjectReference vm, String name, Optional<ManagedObjectReference> snapshot, List<String> stores) {}

    String create(Path file, CallContext asker) throws RemoteException {
        var image = new StemcellImage(file);
        String cid = names.stemcell(image.digest());
        return locks.with(cid, () -> {
            for (Found found : find(cid)) {
                if (found.snapshot().isPresent()) {
                    return cid;
                }
                if (found.name().equals(cid)) {
                    // Its import was not finished, so nobody knows how much of its disk is there.
                    destroy(found.vm());
                }
            }
            var decision = Placement.ofVm(
                    foundations.now(),
                    new VmWish(
                            settings.clusters(),
                            settings.stores(),
                            Optional.empty(),
                            IMPORT_MEMORY_MIB,
                            IMPORT_BYTES,
                            List.of()));
            Choice choice = decision.ranked().stream().findFirst().orElseThrow(() -> nowhere(cid, decision));
            asker.log("stemcell '" + cid + "' goes to datastore '"
                    + choice.store().name() + "', chosen because " + choice.reason());
            var vm = imports.importAs(cid, image, choice);
            snapshot(vm);
            return cid;
        });
    }

    /** What can be cloned to a datastore; copied there where it is missing. */
    Template on(String cid, Choice choice, CallContext asker) throws RemoteException {
        String key = cid + "." + choice.store().id();
        Template ready = known.get(key);
        if (ready != null) {
            return ready;
        }
        return locks.with(cid, () -> {
            Template made = known.get(key);
            if (made != null) {
                return made;
            }
            List<Found> all = find(cid);
            Found origin = all.stream()
                    .filter(found -> found.snapshot().isPresent())
                    .findFirst()
                    .orElseThrow(() -> new CpiException(new CpiFailure.StemcellNotFound(cid)));
            Optional<Found> there = all.stream()
                    .filter(found -> found.stores().contains(choice.store().id()))
                    .filter(found ->
                            found.snapshot().isPresent() || found.name().equals(key))
                    .findFirst();
            ManagedObjectReference vm;
            if (there.isPresent()) {
                vm = there.get().vm();
            } else {
                asker.log("stemcell '" + cid + "' is copied to datastore '"
                        + choice.store().name() + "'");
                vm = copy(origin, key, choice);
            }
            ManagedObjectReference snapshot = there.flatMap(Found::snapshot).isPresent()
                    ? there.get().snapshot().get()
                    : snapshot(vm);
            var devices = Objects.of(vcenter, vm, "config.hardware.device")
                    .list("config.hardware.device", VirtualDevice[].class);
            var template = new Template(vm, snapshot, devices);
            known.put(key, template);
            return template;
        });
    }

    /** To be called when a clone did not find it. */
    void forget(String cid) {
        known.keySet().removeIf(key -> key.startsWith(cid + "."));
    }

    void delete(String cid) throws RemoteException {
        if (!cid.startsWith(Names.STEMCELL)) {
            return;
        }
        locks.with(cid, () -> {
            forget(cid);
            for (Found found : find(cid)) {
                destroy(found.vm());
            }
            return true;
        });
    }

    /** Deletes all stemcells of this director. */
    void purge() throws RemoteException {
        for (Found found : find(Names.STEMCELL)) {
            var options = VmState.of(Objects.of(vcenter, found.vm(), VmState.PROPERTIES))
                    .extraConfig();
            if (names.director().equals(options.get(StemcellImport.OWNER))) {
                destroy(found.vm());
            }
        }
        known.clear();
    }

    private List<Found> find(String cid) throws RemoteException {
        return Objects.below(
                        vcenter,
                        datacenter.templateFolder(),
                        new Wanted("VirtualMachine", "name", "snapshot", "datastore"))
                .stream()
                .filter(one -> one.text("name").startsWith(cid))
                .map(one -> new Found(
                        one.reference(),
                        one.text("name"),
                        one.get("snapshot", VirtualMachineSnapshotInfo.class).map(info -> info.currentSnapshot),
                        one.list("datastore", ManagedObjectReference[].class).stream()
                                .map(store -> store.val)
                                .toList()))
                .toList();
    }

    private ManagedObjectReference copy(Found origin, String name, Choice choice) throws RemoteException {
        var spec = new VirtualMachineCloneSpec();
        spec.location = new VirtualMachineRelocateSpec();
        spec.location.datastore = References.store(choice.store().id());
        spec.location.pool = References.pool(choice.poolId());
        spec.config = new VirtualMachineConfigSpec();
        spec.config.extraConfig = new OptionValue[] {StemcellImport.owner(names.director())};
        spec.template = false;
        spec.powerOn = false;
        ManagedObjectReference folder = datacenter.templateFolder();
        try {
            return (ManagedObjectReference) java.util.Objects.requireNonNull(
                    vcenter.task(session -> session.api().cloneVM_Task(origin.vm(), folder, name, spec)));
        } catch (RemoteException e) {
            // Somebody else was quicker: what is there now is the same.
            if (!Failures.is(e, "DuplicateName")) {
                throw e;
            }
            return find(name).stream()
                    .filter(found -> found.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> e)
                    .vm();
        }
    }

    private ManagedObjectReference snapshot(ManagedObjectReference vm) throws RemoteException {
        Object made = vcenter.task(session -> session.api().createSnapshot_Task(vm, SNAPSHOT, "", false, false));
        return (ManagedObjectReference) java.util.Objects.requireNonNull(made);
    }

    private void destroy(ManagedObjectReference vm) throws RemoteException {
        try {
            vcenter.task(session -> session.api().destroy_Task(vm));
        } catch (RemoteException e) {
            if (!Failures.isGone(e, vm)) {
                throw e;
            }
        }
    }

    private static CpiException nowhere(String cid, Placement.Decision decision) {
        return new CpiException(new CpiFailure.CloudError(
                "stemcell '" + cid + "' can be imported nowhere: " + String.join("; ", decision.refused()), true));
    }
}
