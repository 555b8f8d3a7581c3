package io.slipway.cpi.vsphere;

import com.vmware.vim25.ManagedObjectReference;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.properties.VsphereSettings;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The one data center, and the folders of VMs and stemcells in it, which are made where they are missing. */
final class Datacenter {
    private final Vcenter vcenter;
    private final VsphereSettings settings;
    private final Locks making = new Locks();
    private final Map<String, ManagedObjectReference> folders = new ConcurrentHashMap<>();
    private volatile @Nullable Found found;

    private record Found(ManagedObjectReference reference, ManagedObjectReference vmFolder) {}

    Datacenter(Vcenter vcenter, VsphereSettings settings) {
        this.vcenter = vcenter;
        this.settings = settings;
    }

    ManagedObjectReference reference() throws RemoteException {
        return found().reference();
    }

    ManagedObjectReference vmFolder() throws RemoteException {
        return folder(settings.vmFolder());
    }

    ManagedObjectReference templateFolder() throws RemoteException {
        return folder(settings.templateFolder());
    }

    void forget() {
        found = null;
        folders.clear();
    }

    private Found found() throws RemoteException {
        Found known = found;
        if (known != null) {
            return known;
        }
        var root = vcenter.call(session -> session.content().rootFolder);
        for (var one : Objects.below(vcenter, root, new Wanted("Datacenter", "name", "vmFolder"))) {
            if (one.text("name").equals(settings.datacenter())) {
                var made = new Found(
                        one.reference(),
                        one.get("vmFolder", ManagedObjectReference.class).orElseThrow());
                found = made;
                return made;
            }
        }
        throw new CpiException(new CpiFailure.InvalidRequest("cpi property 'datacenters[0].name' is '"
                + settings.datacenter() + "': expected a data center of vCenter " + settings.host()));
    }

    private ManagedObjectReference folder(String path) throws RemoteException {
        var known = folders.get(path);
        if (known != null) {
            return known;
        }
        return making.with(path, () -> {
            ManagedObjectReference folder = found().vmFolder();
            for (String name : path.split("/")) {
                if (!name.isBlank()) {
                    folder = child(folder, name);
                }
            }
            folders.put(path, folder);
            return folder;
        });
    }

    private ManagedObjectReference child(ManagedObjectReference parent, String name) throws RemoteException {
        ManagedObjectReference child = find(parent, name);
        if (child != null) {
            return child;
        }
        try {
            return vcenter.call(session -> session.api().createFolder(parent, name));
        } catch (RemoteException e) {
            // Another director may have made it meanwhile.
            child = Failures.is(e, "DuplicateName") ? find(parent, name) : null;
            if (child == null) {
                throw e;
            }
            return child;
        }
    }

    private @Nullable ManagedObjectReference find(ManagedObjectReference parent, String name) throws RemoteException {
        return vcenter.call(session -> session.api().findChild(session.content().searchIndex, parent, name));
    }
}
