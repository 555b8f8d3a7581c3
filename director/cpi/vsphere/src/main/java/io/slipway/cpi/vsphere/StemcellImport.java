package io.slipway.cpi.vsphere;

import com.vmware.vim25.HttpNfcLeaseDeviceUrl;
import com.vmware.vim25.HttpNfcLeaseInfo;
import com.vmware.vim25.HttpNfcLeaseState;
import com.vmware.vim25.LocalizedMethodFault;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.OptionValue;
import com.vmware.vim25.OvfCreateImportSpecParams;
import com.vmware.vim25.OvfCreateImportSpecResult;
import com.vmware.vim25.OvfFileItem;
import com.vmware.vim25.VirtualMachineImportSpec;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.References;
import io.slipway.cpi.vsphere.vcenter.Upload;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Brings a stemcell's image to vCenter: its descriptor becomes a VM, whose disks are uploaded to a host under a lease. */
final class StemcellImport {
    /** Of a stemcell's VM: whose it is. */
    static final String OWNER = "slipway.director";

    private static final Duration UPLOAD_DEADLINE = Duration.ofHours(2);
    private static final Duration LEASE_DEADLINE = Duration.ofMinutes(5);
    /** A lease that hears nothing for five minutes is over. */
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final String owner;

    StemcellImport(Vcenter vcenter, Datacenter datacenter, String owner) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
        this.owner = owner;
    }

    /** A VM of this name with the image's disks. */
    ManagedObjectReference importAs(String name, StemcellImage image, Choice choice) throws RemoteException {
        var pool = References.pool(choice.poolId());
        var store = References.store(choice.store().id());
        var parameters = new OvfCreateImportSpecParams();
        parameters.entityName = name;
        parameters.locale = "";
        parameters.deploymentOption = "";
        parameters.diskProvisioning = "thin";
        String descriptor = image.descriptor();
        var described = vcenter.call(session ->
                session.api().createImportSpec(session.content().ovfManager, descriptor, pool, store, parameters));
        refuseErrors(described);
        if (described.importSpec instanceof VirtualMachineImportSpec spec && spec.configSpec != null) {
            spec.configSpec.extraConfig = Stream.concat(
                            Stream.of(
                                    spec.configSpec.extraConfig == null
                                            ? new OptionValue[0]
                                            : spec.configSpec.extraConfig),
                            Stream.of(owner(owner)))
                    .toArray(OptionValue[]::new);
        }
        var folder = datacenter.templateFolder();
        var host = References.of("HostSystem", choice.hostId());
        ManagedObjectReference lease =
                vcenter.call(session -> session.api().importVApp(pool, described.importSpec, folder, host));
        try {
            var info = ready(lease);
            for (OvfFileItem file : described.fileItem == null ? new OvfFileItem[0] : described.fileItem) {
                upload(image, file, info, lease);
            }
            vcenter.call(session -> {
                session.api().httpNfcLeaseComplete(lease);
                return true;
            });
            return info.entity;
        } catch (RemoteException | RuntimeException e) {
            abort(lease);
            throw e;
        }
    }

    static OptionValue owner(String director) {
        var mark = new OptionValue();
        mark.key = OWNER;
        mark.value = director;
        return mark;
    }

    private static void refuseErrors(OvfCreateImportSpecResult described) {
        if (described.error != null && described.error.length > 0) {
            LocalizedMethodFault error = described.error[0];
            throw new CpiException(new CpiFailure.InvalidRequest("the stemcell's OVF descriptor is refused by vCenter: "
                    + error.localizedMessage
                    + (error.fault == null ? "" : " (" + error.fault.getClass().getSimpleName() + ")")));
        }
    }

    /** A lease is made ready within a moment, and cannot be waited for as tasks are. */
    private HttpNfcLeaseInfo ready(ManagedObjectReference lease) throws RemoteException {
        long end = System.nanoTime() + LEASE_DEADLINE.toNanos();
        for (Duration pause = Duration.ofMillis(20); ; pause = pause.multipliedBy(2)) {
            var found = Objects.of(vcenter, lease, "state", "error", "info");
            Object state = found.properties().get("state");
            if (state == HttpNfcLeaseState.ready) {
                return found.get("info", HttpNfcLeaseInfo.class).orElseThrow();
            }
            if (state == HttpNfcLeaseState.error || System.nanoTime() > end) {
                var error = found.get("error", LocalizedMethodFault.class);
                throw new FaultException(
                        error.filter(e -> e.fault != null)
                                .map(e -> e.fault.getClass().getSimpleName())
                                .orElse("HttpNfcLease"),
                        error.map(e -> e.localizedMessage).orElse("the import's lease is not ready"),
                        error.map(e -> e.fault).orElse(null));
            }
            sleep(pause);
        }
    }

    private static void sleep(Duration pause) throws RemoteException {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RemoteException("interrupted while waiting for an import", e);
        }
    }

    private void upload(StemcellImage image, OvfFileItem file, HttpNfcLeaseInfo info, ManagedObjectReference lease)
            throws RemoteException {
        HttpNfcLeaseDeviceUrl to = Stream.of(info.deviceUrl == null ? new HttpNfcLeaseDeviceUrl[0] : info.deviceUrl)
                .filter(url -> file.deviceId.equals(url.importKey))
                .findFirst()
                .orElseThrow(() -> new FaultException(
                        "HttpNfcLease", "the import's lease has no place for '" + file.path + "'", null));
        try (var alive = new SignsOfLife(lease)) {
            alive.begin();
            image.disk(file.path, (entry, content) -> {
                new Upload(vcenter).disk(to, content, entry.getSize(), UPLOAD_DEADLINE);
                return true;
            });
        }
    }

    private void abort(ManagedObjectReference lease) {
        try {
            vcenter.call(session -> {
                session.api().httpNfcLeaseAbort(lease, null);
                return true;
            });
        } catch (RemoteException overAlready) {
            // What is left of it has no snapshot, and is deleted by the next import.
        }
    }

    /** Tells vCenter every minute that the lease is used. */
    private final class SignsOfLife implements AutoCloseable {
        private final ManagedObjectReference lease;
        private @Nullable Thread thread;

        SignsOfLife(ManagedObjectReference lease) {
            this.lease = lease;
        }

        void begin() {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Thread.sleep(SIGN_OF_LIFE);
                        vcenter.call(session -> {
                            session.api().httpNfcLeaseProgress(lease, 50);
                            return true;
                        });
                    }
                } catch (InterruptedException | RemoteException over) {
                    // The upload is done, or fails by itself.
                }
            });
        }

        @Override
        public void close() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
