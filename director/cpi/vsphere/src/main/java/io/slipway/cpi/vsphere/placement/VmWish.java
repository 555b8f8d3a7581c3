package io.slipway.cpi.vsphere.placement;

import io.slipway.cpi.vsphere.properties.ClusterWish;
import io.slipway.cpi.vsphere.properties.StoreWish;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a VM needs of the place where it will be.
 *
 * @param diskBytes of what it keeps on its datastore: root disk, ephemeral disk and memory
 * @param compatibleStores ids of those that a storage policy allows, where there is one
 * @param disks that will be attached to it
 */
public record VmWish(
        List<ClusterWish> clusters,
        StoreWish stores,
        Optional<Set<String>> compatibleStores,
        long memoryMib,
        long diskBytes,
        List<DiskAt> disks) {

    /** A persistent disk that exists already. */
    public record DiskAt(String storeId, long bytes) {}
}
