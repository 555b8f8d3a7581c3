package io.slipway.cpi.vsphere;

import com.vmware.vim25.InvalidArgument;
import com.vmware.vim25.ManagedObjectNotFound;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.NoPermission;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.CpiFailure.CloudError;
import io.slipway.cpi.CpiFailure.NoDiskSpace;
import io.slipway.cpi.vsphere.soap.FaultException;
import io.slipway.cpi.vsphere.soap.UnansweredException;
import java.rmi.RemoteException;
import java.util.Set;

/** What faults of a vCenter mean: to an operator, and for what to do next. */
final class Failures {
    /** Over by themselves, soon. */
    private static final Set<String> PASSING =
            Set.of("TaskInProgress", "ConcurrentAccess", "FileLocked", "ResourceInUse", "RequestCanceled");
    /** Other VMs took it meanwhile, or the place is not what it was: another place may do. */
    private static final Set<String> OF_THE_PLACE = Set.of(
            "NoDiskSpace",
            "InsufficientStorageSpace",
            "InsufficientStorageSpaceFault",
            "InsufficientResourcesFault",
            "InsufficientMemoryResourcesFault",
            "InsufficientCpuResourcesFault",
            "InsufficientHostCapacityFault",
            "InsufficientFailoverResourcesFault",
            "HostNotConnected",
            "HostCommunication",
            "HostNotReachable",
            "InvalidHostState",
            "InvalidDatastore",
            "InvalidDatastoreState",
            "DatastoreNotWritableOnHost",
            "NoCompatibleHost",
            "MaintenanceModeFileMove");
    /** Of a session, gone when it was renewed in the middle; or a folder, which is made anew. */
    private static final Set<String> MADE_ANEW =
            Set.of("ContainerView", "ListView", "PropertyCollector", "PropertyFilter", "HttpNfcLease", "Folder");

    private Failures() {}

    /** @param what was being done, for example {@code creating VM 'vm-1'} */
    static CpiFailure of(String what, RemoteException e) {
        if (!(e instanceof FaultException fault)) {
            return new CloudError(
                    what + ": no answer from vCenter (" + e.getMessage()
                            + "); see whether it is up and reachable, what was begun is found again",
                    true);
        }
        return switch (fault.type()) {
            case "InvalidLogin" ->
                new CloudError(
                        what + ": vCenter does not accept user and password;"
                                + " see the cpi properties 'user' and 'password'",
                        false);
            case "NotAuthenticated" ->
                new CloudError(what + ": vCenter ended the session, and the one after it, too", true);
            case "NoPermission" -> new CloudError(what + ": " + permission(fault), false);
            case "NoDiskSpace", "InsufficientStorageSpace", "InsufficientStorageSpaceFault" ->
                new NoDiskSpace(
                        what + ": a datastore is full (" + fault.text()
                                + "); free space there, or allow more datastores",
                        true);
            case "ManagedObjectNotFound" ->
                new CloudError(what + ": " + gone(fault) + " was deleted meanwhile; do it again", true);
            case "HostNotConnected", "HostCommunication", "HostNotReachable", "InvalidHostState" ->
                new CloudError(
                        what + ": vCenter does not reach the host (" + fault.text()
                                + "); see its state in vCenter, or move the VM",
                        true);
            case "InvalidArgument" ->
                new CloudError(what + ": vCenter refuses " + argument(fault) + " (" + fault.text() + ")", false);
            case "MethodNotFound", "NotSupported" ->
                new CloudError(what + ": this vCenter cannot do that (" + fault.text() + ")", false);
            default ->
                new CloudError(
                        what + ": vCenter says: " + fault.text()
                                + (PASSING.contains(fault.type()) ? "; something else is being done there" : ""),
                        true);
        };
    }

    /** Whether the whole operation, which is safe to repeat, is to be done again soon. */
    static boolean isPassing(RemoteException e) {
        if (e instanceof UnansweredException) {
            return true;
        }
        if (!(e instanceof FaultException fault)) {
            return false;
        }
        return PASSING.contains(fault.type())
                || fault.type().equals("NotAuthenticated")
                || fault.fault() instanceof ManagedObjectNotFound gone
                        && gone.obj != null
                        && MADE_ANEW.contains(gone.obj.type);
    }

    /** Whether a VM that could not be made here may be made elsewhere. */
    static boolean isOfThePlace(RemoteException e) {
        return e instanceof FaultException fault && OF_THE_PLACE.contains(fault.type());
    }

    /** Whether this object does not exist any more, and not only something that the question went through. */
    static boolean isGone(RemoteException e, ManagedObjectReference reference) {
        return e instanceof FaultException fault
                && fault.fault() instanceof ManagedObjectNotFound gone
                && reference.equals(gone.obj);
    }

    static boolean is(RemoteException e, String... types) {
        return e instanceof FaultException fault && Set.of(types).contains(fault.type());
    }

    private static String permission(FaultException fault) {
        if (fault.fault() instanceof NoPermission missing && missing.privilegeId != null) {
            String object = missing.object == null ? "an object" : missing.object.type + " " + missing.object.val;
            return "vCenter's user lacks the privilege " + missing.privilegeId + " on " + object
                    + "; give it by a role";
        }
        return "vCenter's user lacks a privilege (" + fault.text() + "); give it by a role";
    }

    private static String gone(FaultException fault) {
        return fault.fault() instanceof ManagedObjectNotFound missing && missing.obj != null
                ? missing.obj.type + " " + missing.obj.val
                : "an object";
    }

    private static String argument(FaultException fault) {
        return fault.fault() instanceof InvalidArgument invalid && invalid.invalidProperty != null
                ? "'" + invalid.invalidProperty + "'"
                : "an argument";
    }
}
