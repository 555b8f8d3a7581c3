package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.subnet.LeaseFrom;
import io.slipway.engine.subnet.SubnetCommand.Want;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.config.Subnet;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Chooses subnets for instances by AZ, and leases their addresses. */
final class NetworkPlanner {
    private static final String SEPARATOR = "|";
    private final Entities entities;
    private final Map<String, Map<String, String>> leased = new HashMap<>();

    NetworkPlanner(Entities entities) {
        this.entities = entities;
    }

    /** What an instance will lease, before it does: journaled with the member, so that it can always be given back. */
    List<String> leasesOf(GroupSpec group, String instanceId, String az) throws RunFailed {
        var leases = new ArrayList<String>();
        for (ResolvedNetwork network : group.networks()) {
            if (isManual(network.network())) {
                var subnet = subnetFor(network.network(), az);
                leases.add(subnet.name() + SEPARATOR + keyOf(instanceId, network.network()));
            }
        }
        return leases;
    }

    /** Gives back all that a member leased; what it did not lease does no harm. */
    static void release(Entities entities, DeploymentState.Member member) {
        for (String lease : member.leases()) {
            int bar = lease.indexOf(SEPARATOR);
            entities.release(lease.substring(0, bar), lease.substring(bar + 1));
        }
    }

    /** Leases the addresses of all these members, by one request to each subnet. */
    void lease(Map<GroupSpec, List<DeploymentState.Member>> membersOf) throws RunFailed {
        var wants = new LinkedHashMap<LeaseFrom, List<Want>>();
        for (var entry : membersOf.entrySet()) {
            for (ResolvedNetwork resolved : entry.getKey().networks()) {
                int position = 0;
                for (DeploymentState.Member member : entry.getValue()) {
                    if (isManual(resolved.network())) {
                        wants.computeIfAbsent(
                                        leaseFrom(subnetFor(resolved.network(), member.az())),
                                        from -> new ArrayList<>())
                                .add(new Want(
                                        keyOf(member.instanceId(), resolved.network()), wanted(resolved, position)));
                    }
                    position++;
                }
            }
        }
        for (var entry : wants.entrySet()) {
            var reply = entities.leaseAll(entry.getKey(), entry.getValue());
            if (!reply.refusal().isEmpty()) {
                throw new RunFailed(130009, reply.refusal());
            }
            leased.computeIfAbsent(entry.getKey().subnetId(), subnet -> new HashMap<>())
                    .putAll(reply.addresses());
        }
    }

    private static String wanted(ResolvedNetwork network, int position) {
        return position < network.staticIps().size() ? network.staticIps().get(position) : "";
    }

    /** The networks of a member, whose addresses are leased. */
    List<VmNetwork> bind(GroupSpec group, DeploymentState.Member member, int position) throws RunFailed {
        var bound = new ArrayList<VmNetwork>();
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            if (!isManual(network)) {
                bound.add(new VmNetwork(
                        network.name(),
                        network.type(),
                        wanted(resolved, position),
                        0,
                        "",
                        List.of(),
                        resolved.defaultFor(),
                        network.cloudProperties()));
                continue;
            }
            var subnet = subnetFor(network, member.az());
            var addresses = leased.getOrDefault(subnet.name(), Map.of());
            bound.add(new VmNetwork(
                    network.name(),
                    network.type(),
                    Objects.requireNonNull(addresses.get(keyOf(member.instanceId(), network))),
                    subnet.range().prefixLength(),
                    subnet.gateway().orElse(""),
                    subnet.dns(),
                    resolved.defaultFor(),
                    subnet.cloudProperties()));
        }
        return bound;
    }

    /** The network of compilation VMs, without an address, and where to lease one. */
    static Optional<CompilationNetwork> compilationNetwork(NetworkDefinition network, String az) throws RunFailed {
        if (!isManual(network)) {
            return Optional.empty();
        }
        var subnet = subnetFor(network, az);
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

    private static boolean isManual(NetworkDefinition network) {
        return network.type().equals("manual");
    }

    static LeaseFrom leaseFrom(Subnet subnet) {
        return LeaseFrom.of(subnet);
    }

    private static Subnet subnetFor(NetworkDefinition network, String az) throws RunFailed {
        for (Subnet subnet : network.subnets()) {
            if (az.isEmpty() || subnet.azs().isEmpty() || subnet.azs().contains(az)) {
                return subnet;
            }
        }
        throw new RunFailed(
                40003,
                "network '" + network.name() + "' has no subnet for AZ '" + az + "': add the AZ to one of its subnets");
    }

    private static String keyOf(String instanceId, NetworkDefinition network) {
        return instanceId + "/" + network.name();
    }
}
