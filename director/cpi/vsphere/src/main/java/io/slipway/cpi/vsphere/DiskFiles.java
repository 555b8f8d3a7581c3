package io.slipway.cpi.vsphere;

import com.vmware.vim25.FileBackedVirtualDiskSpec;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Upload;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.nio.charset.StandardCharsets;
import java.rmi.RemoteException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Disks as files: each is at home in the disk folder of one datastore, in a file that has its cid for a name. */
final class DiskFiles {
    private static final long KIB = 1024;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final VsphereSettings settings;
    private final Foundations foundations;
    private final Map<String, String> lastSeen = new ConcurrentHashMap<>();
    private final Set<String> withFolder = ConcurrentHashMap.newKeySet();

    DiskFiles(Vcenter vcenter, Datacenter datacenter, VsphereSettings settings, Foundations foundations) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
        this.settings = settings;
        this.foundations = foundations;
    }

    /** A file on a datastore, as vCenter writes its path. */
    record DiskFile(String storeId, String storeName, String path) {}

    DiskFile at(String cid, Store store) {
        return new DiskFile(
                store.id(), store.name(), "[" + store.name() + "] " + settings.diskPath() + "/" + cid + ".vmdk");
    }

    /**
     * The file of a disk that is at home, on whatever datastore that is.
     *
     * @throws CpiException where it is on none that answers, and there is one that does not
     */
    Optional<DiskFile> home(String cid) throws RemoteException {
        var found = home(cid, store -> true);
        if (found.isEmpty()) {
            for (Store store : foundations.now().stores()) {
                if (!store.isUsable() && settings.persistentStores().allows(store.name())) {
                    throw new CpiException(new CpiFailure.CloudError(
                            "'" + cid + "' is on no accessible datastore, and datastore '" + store.name()
                                    + "' is not accessible; bring that back",
                            true));
                }
            }
        }
        return found;
    }

    /** The file of a disk that is at home on one of these datastores, those first where it was seen last. */
    Optional<DiskFile> home(String cid, Predicate<Store> among) throws RemoteException {
        if (!cid.startsWith(Names.DISK) && !cid.startsWith(Names.SNAPSHOT)) {
            return Optional.empty();
        }
        String last = lastSeen.getOrDefault(cid, "");
        var stores = foundations.now().stores().stream()
                .filter(store -> store.isUsable() && among.test(store))
                .sorted(Comparator.comparing((Store store) -> !store.id().equals(last))
                        .thenComparing(store -> !settings.persistentStores().allows(store.name()))
                        .thenComparing(Store::name))
                .toList();
        for (Store store : stores) {
            var file = at(cid, store);
            if (exists(file.path())) {
                lastSeen.put(cid, store.id());
                return Optional.of(file);
            }
        }
        lastSeen.remove(cid);
        return Optional.empty();
    }

    boolean exists(String path) throws RemoteException {
        var within = datacenter.reference();
        try {
            vcenter.call(
                    session -> session.api().queryVirtualDiskUuid(session.content().virtualDiskManager, path, within));
            return true;
        } catch (RemoteException e) {
            if (Failures.is(e, "FileNotFound", "InvalidDatastorePath")) {
                return false;
            }
            if (Failures.is(e, "FileLocked")) {
                return true;
            }
            throw e;
        }
    }

    /** Makes a disk, or finds that it was made meanwhile. */
    DiskFile create(String cid, Store store, long bytes, String type, Optional<String> policyId)
            throws RemoteException {
        var file = at(cid, store);
        folder(store);
        var spec = new FileBackedVirtualDiskSpec();
        spec.diskType = type;
        spec.adapterType = "lsiLogic";
        spec.capacityKb = Math.ceilDiv(bytes, KIB);
        spec.profile = CloneSpecs.profile(policyId);
        var within = datacenter.reference();
        try {
            vcenter.task(session -> session.api()
                    .createVirtualDisk_Task(session.content().virtualDiskManager, file.path(), within, spec));
        } catch (RemoteException e) {
            if (!Failures.is(e, "FileAlreadyExists")) {
                throw e;
            }
        }
        lastSeen.put(cid, store.id());
        return file;
    }

    /** Gives the disk the identity by which its guest finds it, and vCenter wherever it is. */
    void identify(String cid, DiskFile file) throws RemoteException {
        var within = datacenter.reference();
        vcenter.call(session -> {
            session.api()
                    .setVirtualDiskUuid(session.content().virtualDiskManager, file.path(), within, Names.diskUuid(cid));
            return true;
        });
    }

    void delete(String cid, DiskFile file) throws RemoteException {
        var within = datacenter.reference();
        ignoringAbsence(() -> vcenter.task(session ->
                session.api().deleteVirtualDisk_Task(session.content().virtualDiskManager, file.path(), within)));
        lastSeen.remove(cid);
    }

    void extend(DiskFile file, long bytes) throws RemoteException {
        var within = datacenter.reference();
        vcenter.task(session -> session.api()
                .extendVirtualDisk_Task(
                        session.content().virtualDiskManager, file.path(), within, Math.ceilDiv(bytes, KIB), null));
    }

    /** How large a disk at home is, where vCenter says it. */
    Optional<Long> capacityKib(String cid, Store store) throws RemoteException {
        return new DatastoreSearch(vcenter).capacityKib(store, "[" + store.name() + "] " + settings.diskPath(), cid);
    }

    void copy(String fromPath, String cid, Store store) throws RemoteException {
        folder(store);
        var within = datacenter.reference();
        var to = at(cid, store);
        try {
            vcenter.task(session -> session.api()
                    .copyVirtualDisk_Task(
                            session.content().virtualDiskManager, fromPath, within, to.path(), within, null, false));
        } catch (RemoteException e) {
            if (!Failures.is(e, "FileAlreadyExists")) {
                throw e;
            }
        }
        lastSeen.put(cid, store.id());
    }

    /** Moves a disk home from wherever it is, on this datastore. */
    DiskFile move(String fromPath, String cid, Store store) throws RemoteException {
        folder(store);
        var within = datacenter.reference();
        var to = at(cid, store);
        if (!fromPath.equals(to.path()) && !(exists(to.path()) && !exists(fromPath))) {
            vcenter.task(session -> session.api()
                    .moveVirtualDisk_Task(
                            session.content().virtualDiskManager, fromPath, within, to.path(), within, false, null));
        }
        lastSeen.put(cid, store.id());
        return to;
    }

    /** Files beside the disk that say what it is, for people. */
    void describe(String cid, DiskFile file, String json) throws RemoteException {
        new Upload(vcenter)
                .file(
                        settings.datacenter(),
                        file.storeName(),
                        settings.diskPath() + "/" + cid + ".json",
                        json.getBytes(StandardCharsets.UTF_8));
    }

    void deleteDescription(String cid, DiskFile file) throws RemoteException {
        var within = datacenter.reference();
        String path = "[" + file.storeName() + "] " + settings.diskPath() + "/" + cid + ".json";
        ignoringAbsence(() -> vcenter.task(
                session -> session.api().deleteDatastoreFile_Task(session.content().fileManager, path, within)));
    }

    /** Names without ending of all disks in the disk folders whose names begin so. */
    List<String> list(String prefix) throws RemoteException {
        var found = new ArrayList<String>();
        for (Store store : foundations.now().stores()) {
            if (store.isUsable()) {
                found.addAll(new DatastoreSearch(vcenter)
                        .names(store, "[" + store.name() + "] " + settings.diskPath(), prefix + "*.vmdk"));
            }
        }
        return found;
    }

    Optional<Store> storeOf(String path) throws RemoteException {
        int end = path.indexOf(']');
        String name = end < 0 ? "" : path.substring(1, end);
        return foundations.now().stores().stream()
                .filter(store -> store.name().equals(name))
                .findFirst();
    }

    void forget() {
        withFolder.clear();
    }

    private void folder(Store store) throws RemoteException {
        if (withFolder.contains(store.id())) {
            return;
        }
        var within = datacenter.reference();
        try {
            vcenter.call(session -> {
                session.api()
                        .makeDirectory(
                                session.content().fileManager,
                                "[" + store.name() + "] " + settings.diskPath(),
                                within,
                                true);
                return true;
            });
        } catch (RemoteException e) {
            if (!Failures.is(e, "FileAlreadyExists")) {
                throw e;
            }
        }
        withFolder.add(store.id());
    }

    private interface Act {
        void carryOut() throws RemoteException;
    }

    private static void ignoringAbsence(Act act) throws RemoteException {
        try {
            act.carryOut();
        } catch (RemoteException e) {
            if (!Failures.is(e, "FileNotFound")) {
                throw e;
            }
        }
    }
}
