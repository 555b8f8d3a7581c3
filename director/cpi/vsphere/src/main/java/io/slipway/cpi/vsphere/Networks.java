package io.slipway.cpi.vsphere;

import com.vmware.vim25.DistributedVirtualSwitchPortConnection;
import com.vmware.vim25.ManagedObjectReference;
import com.vmware.vim25.OpaqueNetworkSummary;
import com.vmware.vim25.VirtualDeviceBackingInfo;
import com.vmware.vim25.VirtualEthernetCardDistributedVirtualPortBackingInfo;
import com.vmware.vim25.VirtualEthernetCardNetworkBackingInfo;
import com.vmware.vim25.VirtualEthernetCardOpaqueNetworkBackingInfo;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.cpi.VmNetwork;
import io.slipway.cpi.vsphere.vcenter.Objects;
import io.slipway.cpi.vsphere.vcenter.Objects.Found;
import io.slipway.cpi.vsphere.vcenter.Objects.Wanted;
import io.slipway.cpi.vsphere.vcenter.Vcenter;
import java.rmi.RemoteException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Networks of the data center by name: standard and distributed port groups, and opaque ones of NSX. */
final class Networks {
    private final Vcenter vcenter;
    private final Datacenter datacenter;
    private volatile Map<String, VirtualDeviceBackingInfo> known = Map.of();

    Networks(Vcenter vcenter, Datacenter datacenter) {
        this.vcenter = vcenter;
        this.datacenter = datacenter;
    }

    /** What the NICs of these networks are connected to, in the same order. */
    List<VirtualDeviceBackingInfo> backings(List<VmNetwork> networks) throws RemoteException {
        for (VmNetwork network : networks) {
            check(network);
        }
        var names = networks.stream()
                .map(network -> Names.vsphereNetwork(network).orElseThrow())
                .toList();
        if (!known.keySet().containsAll(names)) {
            known = read();
        }
        for (String name : names) {
            if (!known.containsKey(name)) {
                throw refused("network cloud property 'name' is '" + name
                        + "': expected a network of the data center, which has "
                        + String.join(", ", known.keySet().stream().sorted().toList()));
            }
        }
        return names.stream().map(known::get).toList();
    }

    private static void check(VmNetwork network) {
        if (!network.type().equals("manual")) {
            throw refused("network '" + network.name() + "' is of type '" + network.type()
                    + "': expected manual, the only one that vSphere knows");
        }
        if (Names.vsphereNetwork(network).isEmpty()) {
            throw refused("network cloud property 'name' of network '" + network.name()
                    + "' is missing: expected the name of a vSphere network");
        }
        for (String name : network.cloudProperties().keySet()) {
            if (!name.equals("name")) {
                throw refused("network cloud property '" + name + "' of network '" + network.name()
                        + "' is not known: expected name");
            }
        }
    }

    private static CpiException refused(String message) {
        return new CpiException(new CpiFailure.InvalidRequest(message));
    }

    private Map<String, VirtualDeviceBackingInfo> read() throws RemoteException {
        var found = Objects.below(
                vcenter,
                datacenter.reference(),
                new Wanted("Network", "name"),
                new Wanted("OpaqueNetwork", "summary"),
                new Wanted("DistributedVirtualPortgroup", "key", "config.distributedVirtualSwitch"),
                new Wanted("DistributedVirtualSwitch", "uuid"));
        var uuids = new HashMap<String, String>();
        found.forEach(one -> one.get("uuid", String.class).ifPresent(uuid -> uuids.put(one.reference().val, uuid)));
        var backings = new HashMap<String, VirtualDeviceBackingInfo>();
        for (Found one : found) {
            String name = unescaped(one.text("name"));
            switch (one.reference().type) {
                case "Network" -> backings.putIfAbsent(name, standard(one, name));
                case "DistributedVirtualPortgroup" -> backings.put(name, distributed(one, uuids));
                case "OpaqueNetwork" -> backings.put(name, opaque(one));
                default -> {}
            }
        }
        return Map.copyOf(backings);
    }

    /** vCenter shows these three characters of names as they are in addresses. */
    private static String unescaped(String name) {
        return name.replace("%2f", "/").replace("%5c", "\\").replace("%25", "%");
    }

    private static VirtualDeviceBackingInfo standard(Found one, String name) {
        var backing = new VirtualEthernetCardNetworkBackingInfo();
        backing.deviceName = name;
        backing.network = one.reference();
        return backing;
    }

    private static VirtualDeviceBackingInfo distributed(Found one, Map<String, String> uuids) {
        var backing = new VirtualEthernetCardDistributedVirtualPortBackingInfo();
        backing.port = new DistributedVirtualSwitchPortConnection();
        backing.port.portgroupKey = one.text("key");
        backing.port.switchUuid = one.get("config.distributedVirtualSwitch", ManagedObjectReference.class)
                .map(dvs -> uuids.get(dvs.val))
                .orElse("");
        return backing;
    }

    private static VirtualDeviceBackingInfo opaque(Found one) {
        var backing = new VirtualEthernetCardOpaqueNetworkBackingInfo();
        var summary = one.get("summary", OpaqueNetworkSummary.class).orElseGet(OpaqueNetworkSummary::new);
        backing.opaqueNetworkId = summary.opaqueNetworkId;
        backing.opaqueNetworkType = summary.opaqueNetworkType;
        return backing;
    }
}
