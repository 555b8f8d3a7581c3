package io.slipway.cpi.vsphere;

import com.vmware.vim25.ClusterConfigInfoEx;
import com.vmware.vim25.ClusterGroupInfo;
import com.vmware.vim25.ClusterHostGroup;
import com.vmware.vim25.DatastoreSummary;
import com.vmware.vim25.HostSystemConnectionState;
import com.vmware.vim25.HostSystemPowerState;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.PodStorageDrsEntry;
import io.slipway.cpi.vsphere.placement.Foundation;
import io.slipway.cpi.vsphere.placement.Foundation.Cluster;
import io.slipway.cpi.vsphere.placement.Foundation.Host;
import io.slipway.cpi.vsphere.placement.Foundation.Store;
import io.slipway.cpi.vsphere.placement.Placement.Choice;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Found;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What there is to put VMs on, read in one call and kept for a few seconds; what was promised since is taken off, so that
 * many VMs that are placed at once do not all see the same free space.
 */
final class Foundations {
    private static final Duration KEPT = Duration.ofSeconds(20);
    private static final long MIB = 1024L * 1024;

    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> promisedBytes = new HashMap<>();
    private final Map<String, Long> promisedMemory = new HashMap<>();
    private @Nullable Foundation known;
    private long readAt;

    Foundations(Vcenter vcenter, Datacenter datacenter) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
    }

    Foundation now() throws RemoteException {
        lock.lock();
        try {
            Foundation last = known;
            if (last == null || System.nanoTime() - readAt > KEPT.toNanos()) {
                last = read();
                known = last;
                readAt = System.nanoTime();
                promisedBytes.clear();
                promisedMemory.clear();
            }
            return last.less(promisedBytes, promisedMemory);
        } finally {
            lock.unlock();
        }
    }

    /** Read again at the next question, since something turned out to be other than it was. */
    void forget() {
        lock.lock();
        try {
            known = null;
        } finally {
            lock.unlock();
        }
    }

    void promise(Choice choice, long memoryMib, long bytes) {
        lock.lock();
        try {
            promisedMemory.merge(choice.hostId(), memoryMib, Long::sum);
            promisedBytes.merge(choice.store().id(), bytes, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    void promise(Store store, long bytes) {
        lock.lock();
        try {
            promisedBytes.merge(store.id(), bytes, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    private Foundation read() throws RemoteException {
        var found = Objects.below(
                vcenter,
                datacenter.reference(),
                new Wanted("ClusterComputeResource", "name", "resourcePool", "configurationEx"),
                new Wanted("ResourcePool", "name", "owner"),
                new Wanted(
                        "HostSystem",
                        "name",
                        "parent",
                        "datastore",
                        "runtime.connectionState",
                        "runtime.powerState",
                        "runtime.inMaintenanceMode",
                        "summary.hardware.memorySize",
                        "summary.quickStats.overallMemoryUsage"),
                new Wanted("Datastore", "summary", "parent"),
                new Wanted("StoragePod", "name", "podStorageDrsEntry"));
        Map<String, String> pods = pods(found);
        var stores = of(found, "Datastore").map(one -> store(one, pods)).toList();
        var clusters = of(found, "ClusterComputeResource")
                .map(one -> cluster(one, found))
                .toList();
        return new Foundation(clusters, stores);
    }

    private static java.util.stream.Stream<Found> of(List<Found> found, String type) {
        return found.stream().filter(one -> one.reference().type.equals(type));
    }

    /** Names by id of datastore clusters where Storage DRS is on; the others are as if they were not there. */
    private static Map<String, String> pods(List<Found> found) {
        var pods = new HashMap<String, String>();
        of(found, "StoragePod")
                .filter(pod -> pod.get("podStorageDrsEntry", PodStorageDrsEntry.class)
                        .map(entry -> entry.storageDrsConfig != null
                                && entry.storageDrsConfig.podConfig != null
                                && entry.storageDrsConfig.podConfig.enabled)
                        .orElse(false))
                .forEach(pod -> pods.put(pod.reference().val, pod.text("name")));
        return pods;
    }

    private static Store store(Found one, Map<String, String> pods) {
        var summary = one.get("summary", DatastoreSummary.class).orElseGet(DatastoreSummary::new);
        Optional<String> pod = one.get("parent", ManagedObjectReference.class).map(parent -> pods.get(parent.val));
        boolean isMaintained = summary.maintenanceMode != null && !summary.maintenanceMode.equals("normal");
        return new Store(
                one.reference().val,
                summary.name == null ? "" : summary.name,
                pod,
                summary.freeSpace,
                summary.accessible && !isMaintained);
    }

    private static Cluster cluster(Found one, List<Found> all) {
        String id = one.reference().val;
        var pools = new HashMap<String, String>();
        String root = one.get("resourcePool", ManagedObjectReference.class)
                .map(pool -> pool.val)
                .orElse("");
        of(all, "ResourcePool")
                .filter(pool -> isOf(pool, "owner", id) && !pool.reference().val.equals(root))
                .forEach(pool -> pools.put(pool.text("name"), pool.reference().val));
        var hosts = of(all, "HostSystem")
                .filter(host -> isOf(host, "parent", id))
                .map(Foundations::host)
                .toList();
        return new Cluster(id, one.text("name"), root, pools, hosts, hostGroups(one));
    }

    private static boolean isOf(Found one, String property, String id) {
        return one.get(property, ManagedObjectReference.class)
                .map(owner -> owner.val.equals(id))
                .orElse(false);
    }

    private static Host host(Found one) {
        boolean isUsable = one.properties().get("runtime.connectionState") == HostSystemConnectionState.connected
                && one.properties().get("runtime.powerState") == HostSystemPowerState.poweredOn
                && !one.get("runtime.inMaintenanceMode", Boolean.class).orElse(false);
        long memory = one.get("summary.hardware.memorySize", Long.class).orElse(0L) / MIB;
        long used =
                one.get("summary.quickStats.overallMemoryUsage", Integer.class).orElse(0);
        var stores = new HashSet<String>();
        one.list("datastore", ManagedObjectReference[].class).forEach(store -> stores.add(store.val));
        return new Host(one.reference().val, one.text("name"), isUsable, Math.max(0, memory - used), stores);
    }

    private static Map<String, Set<String>> hostGroups(Found cluster) {
        var groups = new HashMap<String, Set<String>>();
        var configuration =
                cluster.get("configurationEx", ClusterConfigInfoEx.class).orElseGet(ClusterConfigInfoEx::new);
        for (ClusterGroupInfo group :
                configuration.group == null ? List.<ClusterGroupInfo>of() : List.of(configuration.group)) {
            if (group instanceof ClusterHostGroup hosts) {
                var members = new ArrayList<String>();
                for (var host : hosts.host == null ? new ManagedObjectReference[0] : hosts.host) {
                    members.add(host.val);
                }
                groups.put(group.name, Set.copyOf(members));
            }
        }
        return groups;
    }
}
