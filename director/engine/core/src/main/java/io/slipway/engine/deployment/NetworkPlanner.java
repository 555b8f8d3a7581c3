package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.deployment.DeploymentState.Member;
import io.slipway.engine.subnet.LeaseFrom;
import io.slipway.engine.subnet.SubnetCommand.Want;
import io.slipway.model.ErrorCodes;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.config.NetworkPart;
import io.slipway.model.config.Subnet;
import io.slipway.model.net.Ipv4Address;
import io.slipway.model.net.Ipv4Range;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses subnets for instances by AZ, and leases their addresses. A static IP has a lease of its own, so that an
 * instance holds its former address until it has the new one.
 */
final class NetworkPlanner {
    private static final String SEPARATOR = "|";
    private static final String VIP = "/vip";
    private final Entities entities;
    private final Map<String, Map<String, String>> leased = new HashMap<>();

    NetworkPlanner(Entities entities) {
        this.entities = entities;
    }

    /**
     * What an instance may lease, before it does: journaled with the member, so that it can always be given back.
     *
     * @param staticIps by network
     * @param slot of the addresses that are not static
     */
    static List<String> leasesOf(
            GroupSpec group, String instanceId, String az, Map<String, String> staticIps, String slot)
            throws RunFailed {
        var leases = new ArrayList<String>();
        for (ResolvedNetwork network : group.networks()) {
            var definition = network.network();
            String ip = staticIps.getOrDefault(definition.name(), "");
            for (String subnet : subnetIds(definition, az, ip)) {
                leases.add(subnet + SEPARATOR + keyOf(instanceId, definition, ip, slot));
            }
        }
        return leases;
    }

    /** Gives back all that a member leased; what it did not lease does no harm. */
    static void release(Entities entities, Member member) {
        release(entities, member.allLeases());
    }

    static void release(Entities entities, List<String> leases) {
        for (String lease : leases) {
            int bar = lease.indexOf(SEPARATOR);
            entities.release(lease.substring(0, bar), lease.substring(bar + 1));
        }
    }

    /** Collects what may be any address of one subnet, and so can be leased by one request to each subnet. */
    void collect(GroupSpec group, List<Member> members, Map<LeaseFrom, List<Want>> wants) throws RunFailed {
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            for (Member member : members) {
                if (!network.isManual() || member.staticIps().containsKey(network.name())) {
                    continue;
                }
                var candidates = subnetsFor(network, member.az(), "");
                if (candidates.size() == 1) {
                    wants.computeIfAbsent(leaseFrom(candidates.getFirst()), from -> new ArrayList<>())
                            .add(new Want(keyOf(member.instanceId(), network, "", member.slot()), ""));
                }
            }
        }
    }

    /** Leases what was collected. */
    void lease(Map<LeaseFrom, List<Want>> wants) throws RunFailed {
        for (var entry : wants.entrySet()) {
            var reply = entities.leaseAll(entry.getKey(), entry.getValue());
            if (!reply.refusal().isEmpty()) {
                throw new RunFailed(
                        ErrorCodes.NO_FREE_ADDRESS,
                        "Failed to reserve IPs for " + entry.getValue().size() + " instances: " + reply.refusal());
            }
            leased.computeIfAbsent(entry.getKey().subnetId(), subnet -> new HashMap<>())
                    .putAll(reply.addresses());
        }
    }

    /** The networks of a member, with the addresses of this slot; those that are not leased yet are. */
    List<VmNetwork> bind(GroupSpec group, Member member, String slot) throws RunFailed {
        var bound = new ArrayList<VmNetwork>();
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            bound.add(
                    switch (network.type()) {
                        case "manual" -> bindManual(resolved, member, slot);
                        case "vip" -> bindVip(resolved, member, slot);
                        default -> bindDynamic(resolved, member.az());
                    });
        }
        return bound;
    }

    private VmNetwork bindManual(ResolvedNetwork resolved, Member member, String slot) throws RunFailed {
        var network = resolved.network();
        String wanted = member.staticIps().getOrDefault(network.name(), "");
        String key = keyOf(member.instanceId(), network, wanted, slot);
        var candidates = subnetsFor(network, member.az(), wanted);
        String known =
                leased.getOrDefault(candidates.getFirst().name(), Map.of()).getOrDefault(key, "");
        if (!known.isEmpty()) {
            return manual(resolved, candidates.getFirst(), known);
        }
        var held = Optional.<Subnet>empty();
        if (candidates.size() > 1) {
            held = candidates.stream()
                    .filter(subnet -> !entities.leased(subnet.name(), key).isEmpty())
                    .findFirst();
        }
        String refusal = "";
        for (Subnet subnet : held.map(List::of).orElse(candidates)) {
            var from = leaseFrom(subnet);
            if (!wanted.isEmpty()) {
                freeOwn(from, member, network, wanted);
            }
            var reply = entities.lease(from, key, wanted);
            if (reply.refusal().isEmpty()) {
                return manual(resolved, subnet, reply.address());
            }
            refusal = reply.refusal();
        }
        throw wanted.isEmpty()
                ? new RunFailed(
                        ErrorCodes.NO_FREE_ADDRESS,
                        "Failed to reserve IP for instance '" + member.group() + "/" + member.instanceId()
                                + "' for manual network '" + network.name() + "': no more available (" + refusal + ")")
                : inUse(wanted, member, refusal);
    }

    /** The instance itself may have the address already, as any free one. */
    private void freeOwn(LeaseFrom from, Member member, NetworkDefinition network, String wanted) {
        String any = keyOf(member.instanceId(), network, "", member.slot());
        if (wanted.equals(entities.leased(from.subnetId(), any))) {
            entities.release(from.subnetId(), any);
        }
    }

    private static VmNetwork manual(ResolvedNetwork resolved, Subnet subnet, String address) {
        return new VmNetwork(
                resolved.network().name(),
                "manual",
                address,
                subnet.range().prefixLength(),
                subnet.gateway().orElse(""),
                subnet.dns(),
                resolved.defaultFor(),
                subnet.cloudProperties());
    }

    private static VmNetwork bindDynamic(ResolvedNetwork resolved, String az) {
        var network = resolved.network();
        var part = network.partFor(az);
        return new VmNetwork(
                network.name(),
                network.type(),
                "",
                0,
                "",
                part.map(NetworkPart::dns).orElse(List.of()),
                resolved.defaultFor(),
                part.map(NetworkPart::cloudProperties).orElse(network.cloudProperties()));
    }

    private VmNetwork bindVip(ResolvedNetwork resolved, Member member, String slot) throws RunFailed {
        var network = resolved.network();
        String wanted = member.staticIps().getOrDefault(network.name(), "");
        String key = keyOf(member.instanceId(), network, wanted, slot);
        String address = wanted.isEmpty() ? vipFromPool(network, member, key) : wanted;
        if (!wanted.isEmpty()) {
            var reply = entities.lease(only(network, wanted), key, wanted);
            if (!reply.refusal().isEmpty()) {
                throw inUse(wanted, member, reply.refusal());
            }
        }
        return new VmNetwork(
                network.name(),
                network.type(),
                address,
                0,
                "",
                List.of(),
                resolved.defaultFor().stream().filter("addressable"::equals).toList(),
                network.cloudProperties());
    }

    /** One of the addresses that the cloud config gives the network, for the instance's AZ. */
    private String vipFromPool(NetworkDefinition network, Member member, String key) throws RunFailed {
        String held = entities.leased(network.name() + VIP, key);
        var pool = network.parts().stream()
                .filter(part -> member.az().isEmpty()
                        || part.azs().isEmpty()
                        || part.azs().contains(member.az()))
                .flatMap(part -> part.addresses().stream())
                .flatMap(Ipv4Range::addresses)
                .map(Object::toString)
                .toList();
        if (pool.contains(held)) {
            return held;
        }
        for (String address : pool) {
            var reply = entities.lease(only(network, address), key, address);
            if (reply.refusal().isEmpty()) {
                return address;
            }
        }
        throw new RunFailed(
                ErrorCodes.NO_FREE_ADDRESS,
                "Failed to reserve IP for instance '" + member.group() + "/" + member.instanceId()
                        + "' for vip network '" + network.name() + "': no more available");
    }

    private static RunFailed inUse(String wanted, Member member, String refusal) {
        return new RunFailed(
                ErrorCodes.ADDRESS_IN_USE,
                "Failed to reserve IP '" + wanted + "' for instance '" + member.group() + "/" + member.instanceId()
                        + " (" + member.index() + ")': already reserved (" + refusal + ")");
    }

    /** The network of compilation VMs, without an address, and where to lease one. */
    static Optional<CompilationNetwork> compilationNetwork(NetworkDefinition network, String az) throws RunFailed {
        if (!network.isManual()) {
            return Optional.empty();
        }
        var subnet = subnetsFor(network, az, "").getFirst();
        return Optional.of(new CompilationNetwork(
                new VmNetwork(
                        network.name(),
                        network.type(),
                        "",
                        subnet.range().prefixLength(),
                        subnet.gateway().orElse(""),
                        subnet.dns(),
                        List.of("dns", "gateway"),
                        subnet.cloudProperties()),
                leaseFrom(subnet)));
    }

    record CompilationNetwork(VmNetwork network, LeaseFrom subnet) {}

    static LeaseFrom leaseFrom(Subnet subnet) {
        return LeaseFrom.of(subnet);
    }

    private static List<String> subnetIds(NetworkDefinition network, String az, String ip) throws RunFailed {
        return switch (network.type()) {
            case "manual" ->
                subnetsFor(network, az, ip).stream().map(Subnet::name).toList();
            case "vip" -> List.of(network.name() + VIP);
            default -> List.of();
        };
    }

    /** Those that serve the AZ, or the one that has the static IP; never none. */
    private static List<Subnet> subnetsFor(NetworkDefinition network, String az, String ip) throws RunFailed {
        var serving = az.isEmpty() ? network.subnets() : network.subnetsFor(az);
        var fitting = ip.isEmpty()
                ? serving
                : serving.stream()
                        .filter(subnet -> subnet.range().contains(Ipv4Address.parse(ip)))
                        .toList();
        if (fitting.isEmpty()) {
            throw new RunFailed(
                    ErrorCodes.GROUP_NETWORK_LACKS_AZ,
                    "network '" + network.name() + "' has no subnet for AZ '" + az
                            + "': add the AZ to one of its subnets");
        }
        return fitting;
    }

    /** Of a vip network, which has no range, the one address. */
    private static LeaseFrom only(NetworkDefinition network, String address) {
        return new LeaseFrom(network.name() + VIP, address + "/32", List.of());
    }

    /** A static IP is what it is, in whatever slot. */
    private static String keyOf(String instanceId, NetworkDefinition network, String staticIp, String slot) {
        String key = instanceId + "/" + network.name();
        String part = staticIp.isEmpty() ? slot : staticIp;
        return part.isEmpty() ? key : key + "/" + part;
    }
}
