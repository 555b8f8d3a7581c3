package io.slipway.cpi.vsphere.placement;

import io.slipway.cpi.DataSize;
import io.slipway.cpi.vsphere.placement.Foundation.Cluster;
import io.slipway.cpi.vsphere.placement.Foundation.Host;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.properties.ClusterWish;
import io.slipway.cpi.vsphere.properties.StoreWish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides where VMs and disks go. A VM goes where its persistent disks can be reached, and among such places where it fits
 * most often; a disk goes where most is free. The same input gives the same answer.
 */
public final class Placement {
    /** Left free on every datastore, for snapshots, logs and swap files. */
    public static final long HEADROOM_BYTES = 1024L * 1024 * 1024;

    private Placement() {}

    /**
     * A place for a VM, and why it is one.
     *
     * @param hostId the host to begin on; DRS may choose another one when the VM is powered on
     */
    public record Choice(
            ClusterWish wish, String clusterId, String poolId, String hostId, Store store, String reason) {}

    /**
     * @param ranked the best first; empty where the VM fits nowhere
     * @param refused why other places are none
     * @param mostFreeBytes of the datastores that would be allowed
     */
    public record Decision(List<Choice> ranked, List<String> refused, long mostFreeBytes) {}

    /** Where a VM can be. */
    public static Decision ofVm(Foundation foundation, VmWish wish) {
        var ranked = new ArrayList<Ranked>();
        var refused = new ArrayList<String>();
        long mostFree = 0;
        for (ClusterWish one : wish.clusters()) {
            Optional<Cluster> cluster = foundation.clusters().stream()
                    .filter(found -> found.name().equals(one.name()))
                    .findFirst();
            if (cluster.isEmpty()) {
                refused.add("cluster '" + one.name() + "' does not exist in this data center");
                continue;
            }
            Optional<String> pool = pool(cluster.get(), one);
            if (pool.isEmpty()) {
                refused.add("cluster '" + one.name() + "' has no resource pool '"
                        + one.resourcePool().orElse("") + "'");
                continue;
            }
            List<Host> hosts = hosts(cluster.get(), one, refused);
            if (hosts.isEmpty()) {
                continue;
            }
            long largest = hosts.stream().mapToLong(Host::freeMemoryMib).max().orElse(0);
            if (largest < wish.memoryMib()) {
                refused.add("cluster '" + one.name() + "' has no host with " + wish.memoryMib()
                        + " MiB of free memory, the most is " + largest + " MiB");
                continue;
            }
            for (Store store : foundation.stores()) {
                Optional<String> reason = refusal(store, wish.stores(), wish.compatibleStores(), wish.diskBytes());
                boolean isReached = hosts.stream()
                        .anyMatch(host -> host.freeMemoryMib() >= wish.memoryMib()
                                && host.storeIds().contains(store.id()));
                if (isAllowed(store, wish.stores(), wish.compatibleStores()) && isReached) {
                    mostFree = Math.max(mostFree, store.freeBytes());
                }
                if (reason.isPresent()) {
                    refused.add(reason.get());
                } else if (!isReached) {
                    refused.add("datastore '" + store.name() + "' is on no usable host of cluster '" + one.name()
                            + "' that has the memory");
                } else {
                    ranked.add(rank(foundation, wish, one, cluster.get(), pool.get(), hosts, store));
                }
            }
        }
        ranked.sort(Ranked.ORDER);
        return new Decision(
                ranked.stream().map(Ranked::choice).toList(),
                refused.stream().distinct().toList(),
                mostFree);
    }

    /**
     * Where a disk can be, most free space first.
     *
     * @param reachedBy hosts of which one has to reach it; empty: it does not matter
     */
    public static List<Store> ofDisk(
            Foundation foundation,
            StoreWish stores,
            Optional<Set<String>> compatible,
            long bytes,
            Optional<Set<String>> reachedBy) {
        return foundation.stores().stream()
                .filter(store -> refusal(store, stores, compatible, bytes).isEmpty())
                .filter(store -> reachedBy
                        .map(hosts -> isReached(foundation, hosts, store))
                        .orElse(true))
                .sorted(Comparator.comparingLong(Store::freeBytes).reversed().thenComparing(Store::name))
                .toList();
    }

    /** Whether one of these hosts has a datastore. */
    public static boolean isReached(Foundation foundation, Set<String> hostIds, Store store) {
        return foundation.clusters().stream()
                .flatMap(cluster -> cluster.hosts().stream())
                .anyMatch(host -> hostIds.contains(host.id()) && host.storeIds().contains(store.id()));
    }

    private static Optional<String> pool(Cluster cluster, ClusterWish wish) {
        return wish.resourcePool()
                .map(name -> Optional.ofNullable(cluster.pools().get(name)))
                .orElse(Optional.of(cluster.rootPool()));
    }

    /** Usable hosts, of the host group where there is one; of all hosts where a group that should be used has none. */
    private static List<Host> hosts(Cluster cluster, ClusterWish wish, List<String> refused) {
        List<Host> usable = cluster.hosts().stream().filter(Host::isUsable).toList();
        if (usable.isEmpty()) {
            refused.add("cluster '" + cluster.name() + "' has no host that is connected, on and not in maintenance");
            return usable;
        }
        if (wish.hostGroup().isEmpty()) {
            return usable;
        }
        String group = wish.hostGroup().get();
        Set<String> members = cluster.hostGroups().get(group);
        if (members == null) {
            refused.add("cluster '" + cluster.name() + "' has no host group '" + group + "'");
            return List.of();
        }
        List<Host> inside =
                usable.stream().filter(host -> members.contains(host.id())).toList();
        if (inside.isEmpty() && wish.isHostGroupBinding()) {
            refused.add("host group '" + group + "' of cluster '" + cluster.name() + "' has no usable host");
        }
        return inside.isEmpty() && !wish.isHostGroupBinding() ? usable : inside;
    }

    private static boolean isAllowed(Store store, StoreWish stores, Optional<Set<String>> compatible) {
        // A policy names no datastores: it is what decides where one is given.
        return compatible
                .map(ids -> ids.contains(store.id()))
                .orElseGet(() -> stores.allows(store.name())
                        || store.pod().map(stores::allowsPod).orElse(false));
    }

    private static Optional<String> refusal(
            Store store, StoreWish stores, Optional<Set<String>> compatible, long bytes) {
        if (!isAllowed(store, stores, compatible)) {
            return Optional.of("datastore '" + store.name() + "' is not allowed: "
                    + compatible
                            .map(ids -> "the storage policy does not fit it")
                            .orElse("expected " + stores));
        }
        if (!store.isUsable()) {
            return Optional.of("datastore '" + store.name() + "' is not accessible, or is being maintained");
        }
        if (store.freeBytes() < bytes + HEADROOM_BYTES) {
            return Optional.of("datastore '" + store.name() + "' has " + new DataSize(store.freeBytes())
                    + " of free space, and " + new DataSize(bytes + HEADROOM_BYTES) + " are needed");
        }
        return Optional.empty();
    }

    private static Ranked rank(
            Foundation foundation,
            VmWish wish,
            ClusterWish one,
            Cluster cluster,
            String pool,
            List<Host> hosts,
            Store store) {
        Set<String> ids = hosts.stream().map(Host::id).collect(Collectors.toSet());
        long away = wish.disks().stream()
                .filter(disk -> foundation
                        .store(disk.storeId())
                        .map(at -> !isReached(foundation, ids, at))
                        .orElse(true))
                .mapToLong(VmWish.DiskAt::bytes)
                .sum();
        boolean isShared = hosts.stream().allMatch(host -> host.storeIds().contains(store.id()));
        long memory = hosts.stream().mapToLong(Host::freeMemoryMib).sum();
        double times = Math.min(
                (double) memory / Math.max(1, wish.memoryMib()),
                (double) (store.freeBytes() - HEADROOM_BYTES) / Math.max(1, wish.diskBytes()));
        String reason = String.format(
                Locale.ROOT,
                "cluster '%s' has %d MiB of free memory and datastore '%s' %s of free space, so it fits %.0f times%s%s",
                cluster.name(),
                memory,
                store.name(),
                new DataSize(store.freeBytes()),
                times,
                isShared ? "" : ", on some of the hosts only",
                wish.disks().isEmpty()
                        ? ""
                        : away == 0
                                ? ", and all its disks are in reach"
                                : ", and " + new DataSize(away) + " of its disks have to move");
        return new Ranked(
                new Choice(one, cluster.id(), pool, host(wish, hosts, store).id(), store, reason),
                away,
                isShared,
                times,
                cluster.name(),
                store.name());
    }

    /** The one with most free memory of those that carry the VM, of which there is one. */
    private static Host host(VmWish wish, List<Host> hosts, Store store) {
        return hosts.stream()
                .filter(host -> host.freeMemoryMib() >= wish.memoryMib()
                        && host.storeIds().contains(store.id()))
                .max(Comparator.comparingLong(Host::freeMemoryMib).thenComparing(Host::id))
                .orElseThrow();
    }

    /** A choice with what it is compared by. */
    private record Ranked(Choice choice, long bytesAway, boolean isShared, double times, String cluster, String store) {
        static final Comparator<Ranked> ORDER = Comparator.comparingLong(Ranked::bytesAway)
                .thenComparing(ranked -> !ranked.isShared())
                .thenComparing(Comparator.comparingDouble(Ranked::times).reversed())
                .thenComparing(Ranked::cluster)
                .thenComparing(Ranked::store);
    }
}
