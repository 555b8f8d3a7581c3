package io.slipway.engine.deployment;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.subnet.LeaseFrom;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.config.Subnet;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses subnets for instances by AZ, and leases their addresses. */
final class NetworkPlanner {
    private static final String SEPARATOR = "|";
    private final Entities entities;

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

    List<VmNetwork> bind(GroupSpec group, DeploymentState.Member member, int position) throws RunFailed {
        var bound = new ArrayList<VmNetwork>();
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            String wanted = position < resolved.staticIps().size()
                    ? resolved.staticIps().get(position)
                    : "";
            if (!isManual(network)) {
                bound.add(new VmNetwork(
                        network.name(),
                        network.type(),
                        wanted,
                        0,
                        "",
                        List.of(),
                        resolved.defaultFor(),
                        network.cloudProperties()));
                continue;
            }
            var subnet = subnetFor(network, member.az());
            var from = leaseFrom(subnet);
            var reply = entities.lease(
                    from.subnetId(), keyOf(member.instanceId(), network), from.range(), from.excluded(), wanted);
            if (!reply.refusal().isEmpty()) {
                throw new RunFailed(130009, reply.refusal());
            }
            bound.add(new VmNetwork(
                    network.name(),
                    network.type(),
                    reply.address(),
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
