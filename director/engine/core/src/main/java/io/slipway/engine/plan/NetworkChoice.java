package io.slipway.engine.plan;

import io.slipway.engine.address.Lease;
import io.slipway.engine.address.LeaseFrom;
import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.config.Subnet;
import io.slipway.model.net.Ipv4Address;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which subnets an instance may be on, and under which keys it leases their addresses. A static IP has a key of its own, so
 * that an instance holds its former address until it has the new one; so has each slot.
 */
public final class NetworkChoice {
    private NetworkChoice() {}

    /**
     * All that an instance may lease, before it does: journaled with the member, so that it can always be given back.
     *
     * @param staticIps by network
     * @param slot of the addresses that are not static
     */
    public static List<String> leasesOf(
            GroupSpec group, String instanceId, String az, Map<String, String> staticIps, String slot) {
        var leases = new ArrayList<String>();
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            String ip = staticIps.getOrDefault(network.name(), "");
            for (LeaseFrom from : sources(network, az, ip)) {
                leases.add(new Lease(from.subnetId(), keyOf(instanceId, network, ip, slot)).toString());
            }
        }
        return leases;
    }

    /** Where an instance in this AZ may lease an address of the network; none of a network that the director does not lease. */
    public static List<LeaseFrom> sources(NetworkDefinition network, String az, String staticIp) {
        return switch (network.type()) {
            case "manual" ->
                subnets(network, az, staticIp).stream().map(LeaseFrom::of).toList();
            case "vip" -> vips(network, az, staticIp);
            default -> List.of();
        };
    }

    private static List<LeaseFrom> vips(NetworkDefinition network, String az, String staticIp) {
        if (!staticIp.isEmpty()) {
            return List.of(LeaseFrom.vip(network.name(), Ipv4Range.parse(staticIp)));
        }
        return network.parts().stream()
                .filter(part ->
                        az.isEmpty() || part.azs().isEmpty() || part.azs().contains(az))
                .flatMap(part -> part.addresses().stream())
                .map(range -> LeaseFrom.vip(network.name(), range))
                .toList();
    }

    /**
     * The subnets that serve an AZ, or the one that has the static IP.
     *
     * @throws InvalidInput where there is none
     */
    public static List<Subnet> subnets(NetworkDefinition network, String az, String staticIp) {
        var serving = az.isEmpty() ? network.subnets() : network.subnetsFor(az);
        var fitting = staticIp.isEmpty()
                ? serving
                : serving.stream()
                        .filter(subnet -> subnet.range().contains(Ipv4Address.parse(staticIp)))
                        .toList();
        if (fitting.isEmpty()) {
            throw new InvalidInput(new Problem(
                    ErrorCodes.GROUP_NETWORK_LACKS_AZ,
                    "networks." + network.name(),
                    "network '" + network.name() + "' has no subnet for AZ '" + az
                            + "': add the AZ to one of its subnets"));
        }
        return fitting;
    }

    /** A static IP is what it is, in whatever slot. */
    public static String keyOf(String instanceId, NetworkDefinition network, String staticIp, String slot) {
        String key = instanceId + "/" + network.name();
        String part = staticIp.isEmpty() ? slot : staticIp;
        return part.isEmpty() ? key : key + "/" + part;
    }
}
