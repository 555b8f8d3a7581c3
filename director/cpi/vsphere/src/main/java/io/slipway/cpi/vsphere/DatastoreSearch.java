package io.slipway.cpi.vsphere;

import com.vmware.vim25.FileInfo;
import com.vmware.vim25.FileQuery;
import com.vmware.vim25.HostDatastoreBrowserSearchResults;
import com.vmware.vim25.HostDatastoreBrowserSearchSpec;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.VmDiskFileInfo;
import com.vmware.vim25.VmDiskFileQuery;
import com.vmware.vim25.VmDiskFileQueryFlags;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for virtual disks in folders of datastores. */
final class DatastoreSearch {
    private static final String ENDING = ".vmdk";

    private final Vcenter vcenter;

    DatastoreSearch(Vcenter vcenter) {
        this.vcenter = vcenter;
    }

    /** Names without ending. */
    List<String> names(Store store, String folder, String pattern) throws RemoteException {
        return files(store, folder, pattern).stream()
                .map(file -> file.path)
                .filter(name -> name.endsWith(ENDING) && !name.endsWith("-flat" + ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .toList();
    }

    /** How large a disk is, where vCenter says it. */
    Optional<Long> capacityKib(Store store, String folder, String name) throws RemoteException {
        return files(store, folder, name + ENDING).stream()
                .filter(VmDiskFileInfo.class::isInstance)
                .map(file -> ((VmDiskFileInfo) file).capacityKb)
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }

    private List<FileInfo> files(Store store, String folder, String pattern) throws RemoteException {
        var browser = Objects.of(vcenter, References.store(store.id()), "browser")
                .get("browser", ManagedObjectReference.class);
        if (browser.isEmpty()) {
            return List.of();
        }
        var disks = new VmDiskFileQuery();
        disks.details = new VmDiskFileQueryFlags();
        disks.details.capacityKb = true;
        var spec = new HostDatastoreBrowserSearchSpec();
        spec.query = new FileQuery[] {disks};
        spec.matchPattern = new String[] {pattern};
        try {
            Object found = vcenter.task(session -> session.api().searchDatastore_Task(browser.get(), folder, spec));
            return found instanceof HostDatastoreBrowserSearchResults results && results.file != null
                    ? Stream.of(results.file).toList()
                    : List.of();
        } catch (RemoteException e) {
            if (Failures.is(e, "FileNotFound")) {
                return List.of();
            }
            throw e;
        }
    }
}
