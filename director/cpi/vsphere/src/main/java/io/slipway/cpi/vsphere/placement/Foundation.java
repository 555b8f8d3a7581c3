package io.slipway.cpi.vsphere.placement;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What there is in a data center to put VMs on, as it was read at one time. Ids are vCenter's. */
public record Foundation(List<Cluster> clusters, List<Store> stores) {
    public Foundation {
        clusters = List.copyOf(clusters);
        stores = List.copyOf(stores);
    }

    /** @param pools by name; the cluster's own pool is in none */
    public record Cluster(
            String id,
            String name,
            String rootPool,
            Map<String, String> pools,
            List<Host> hosts,
            Map<String, Set<String>> hostGroups) {}

    /** @param isUsable connected, on, and not about to be maintained */
    public record Host(String id, String name, boolean isUsable, long freeMemoryMib, Set<String> storeIds) {}

    /**
     * @param pod name of the datastore cluster that it is in, where Storage DRS is on there
     * @param isUsable accessible, and not about to be maintained
     */
    public record Store(String id, String name, Optional<String> pod, long freeBytes, boolean isUsable) {}

    /** The same, with what was promised meanwhile taken off. */
    public Foundation less(Map<String, Long> bytesOfStores, Map<String, Long> memoryOfHosts) {
        return new Foundation(
                clusters.stream().map(cluster -> less(cluster, memoryOfHosts)).toList(),
                stores.stream()
                        .map(store -> new Store(
                                store.id(),
                                store.name(),
                                store.pod(),
                                Math.max(0, store.freeBytes() - bytesOfStores.getOrDefault(store.id(), 0L)),
                                store.isUsable()))
                        .toList());
    }

    private static Cluster less(Cluster cluster, Map<String, Long> memoryOfHosts) {
        return new Cluster(
                cluster.id(),
                cluster.name(),
                cluster.rootPool(),
                cluster.pools(),
                cluster.hosts().stream()
                        .map(host -> new Host(
                                host.id(),
                                host.name(),
                                host.isUsable(),
                                Math.max(0, host.freeMemoryMib() - memoryOfHosts.getOrDefault(host.id(), 0L)),
                                host.storeIds()))
                        .toList(),
                cluster.hostGroups());
    }

    public Optional<Store> store(String id) {
        return stores.stream().filter(store -> store.id().equals(id)).findFirst();
    }
}
