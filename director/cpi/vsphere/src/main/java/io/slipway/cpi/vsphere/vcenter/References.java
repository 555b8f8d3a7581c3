package io.slipway.cpi.vsphere.vcenter;

import com.vmware.vim25.ManagedObjectReference;

/** References to objects of a vCenter, by type and id. */
public final class References {
    private References() {}

    public static ManagedObjectReference of(String type, String id) {
        var reference = new ManagedObjectReference();
        reference.type = type;
        reference.val = id;
        return reference;
    }

    public static ManagedObjectReference store(String id) {
        return of("Datastore", id);
    }

    public static ManagedObjectReference cluster(String id) {
        return of("ClusterComputeResource", id);
    }

    public static ManagedObjectReference pool(String id) {
        return of("ResourcePool", id);
    }
}
