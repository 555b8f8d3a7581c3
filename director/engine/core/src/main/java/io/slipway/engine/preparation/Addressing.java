package io.slipway.engine.preparation;

import io.slipway.cpi.VmNetwork;
import io.slipway.engine.address.AddressCommand.Want;
import io.slipway.engine.address.Lease;
import io.slipway.engine.address.LeaseFrom;
import io.slipway.engine.address.Leases;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.MemberPlan;
import io.slipway.engine.plan.NetworkChoice;
import io.slipway.engine.run.RunFailed;
import io.slipway.model.ErrorCodes;
import io.slipway.model.config.NetworkDefinition;
import io.slipway.model.config.NetworkPart;
import io.slipway.model.config.Subnet;
import io.slipway.model.plan.DeploymentSpec;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.plan.ResolvedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Leases the addresses of members. An address that is held stays, for as long as the subnet of its network that serves the
 * member still offers it: what the cloud config says now decides.
 */
final class Addressing {
    private final Leases leases;
    /** Addresses by key, as far as they are known. */
    private final Map<String, String> held = new HashMap<>();

    Addressing(Leases leases) {
        this.leases = leases;
    }

    /** Leases what may be any address of one subnet, by one request to each subnet. */
    void leaseTogether(DeploymentSpec spec, MemberPlan plan) throws RunFailed {
        var wants = new LinkedHashMap<LeaseFrom, List<Want>>();
        for (GroupSpec group : spec.groups()) {
            for (ResolvedNetwork resolved : group.networks()) {
                var network = resolved.network();
                for (Member member : plan.of(group)) {
                    boolean isStatic = member.staticIps().containsKey(network.name());
                    if (network.isManual() && !isStatic) {
                        var candidates = NetworkChoice.sources(network, member.az(), "");
                        if (candidates.size() == 1) {
                            wants.computeIfAbsent(candidates.getFirst(), from -> new ArrayList<>())
                                    .add(new Want(
                                            NetworkChoice.keyOf(member.instanceId(), network, "", member.slot()), ""));
                        }
                    }
                }
            }
        }
        for (var entry : wants.entrySet()) {
            var granted = leases.lease(entry.getValue(), entry.getKey());
            held.putAll(granted.addresses());
            if (!granted.isWhole()) {
                throw new RunFailed(
                        ErrorCodes.NO_FREE_ADDRESS,
                        "Failed to reserve IPs for " + entry.getValue().size() + " instances: " + granted.refusal());
            }
        }
    }

    /** Whether every address that the member holds in this slot is still offered where the member is. */
    boolean fits(GroupSpec group, Member member, String slot) {
        for (ResolvedNetwork resolved : group.networks()) {
            var network = resolved.network();
            boolean isStatic = member.staticIps().containsKey(network.name());
            if (!isStatic) {
                var sources = NetworkChoice.sources(network, member.az(), "");
                var address = addressOf(sources, NetworkChoice.keyOf(member.instanceId(), network, "", slot));
                boolean isOffered = address.isEmpty() || sources.stream().anyMatch(from -> from.offers(address.get()));
                if (!isOffered) {
                    return false;
                }
            }
        }
        return true;
    }

    private Optional<String> addressOf(List<LeaseFrom> sources, String key) {
        String known = held.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        var found = sources.stream()
                .map(from -> leases.held(from.subnetId(), key))
                .flatMap(Optional::stream)
                .findFirst();
        found.ifPresent(address -> held.put(key, address));
        return found;
    }

    /** The networks of a member, with the addresses of this slot; those that are not leased yet are. */
    List<VmNetwork> bind(GroupSpec group, Member member, String slot) throws RunFailed {
        var bound = new ArrayList<VmNetwork>();
        for (ResolvedNetwork resolved : group.networks()) {
            bound.add(
                    switch (resolved.network().type()) {
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
        String address = wanted.isEmpty() ? any(network, member, slot) : exactly(network, member, slot, wanted);
        var serving = NetworkChoice.subnets(network, member.az(), wanted);
        var subnet = serving.stream()
                .filter(one -> LeaseFrom.of(one).offers(address))
                .findFirst()
                .orElse(serving.getFirst());
        return manual(resolved, subnet, address);
    }

    /** What is held, else the first that is free. */
    private String any(NetworkDefinition network, Member member, String slot) throws RunFailed {
        String key = NetworkChoice.keyOf(member.instanceId(), network, "", slot);
        var sources = NetworkChoice.sources(network, member.az(), "");
        var known = addressOf(sources, key);
        if (known.isPresent()) {
            return known.get();
        }
        String refusal = "";
        for (LeaseFrom from : sources) {
            var granted = leases.lease(List.of(new Want(key, "")), from);
            if (granted.isWhole()) {
                return remembered(key, granted);
            }
            refusal = granted.refusal();
        }
        throw new RunFailed(
                ErrorCodes.NO_FREE_ADDRESS,
                "Failed to reserve IP for instance '" + member.group() + "/" + member.instanceId() + "' for "
                        + network.type() + " network '" + network.name() + "': no more available"
                        + (refusal.isEmpty() ? "" : " (" + refusal + ")"));
    }

    private String exactly(NetworkDefinition network, Member member, String slot, String wanted) throws RunFailed {
        String key = NetworkChoice.keyOf(member.instanceId(), network, wanted, slot);
        var from = NetworkChoice.sources(network, member.az(), wanted).getFirst();
        freeOwn(from, member, network, wanted);
        var granted = leases.lease(List.of(new Want(key, wanted)), from);
        if (!granted.isWhole()) {
            throw new RunFailed(
                    ErrorCodes.ADDRESS_IN_USE,
                    "Failed to reserve IP '" + wanted + "' for instance '" + member.group() + "/"
                            + member.instanceId() + " (" + member.index() + ")': already reserved ("
                            + granted.refusal() + ")");
        }
        return remembered(key, granted);
    }

    private String remembered(String key, Leases.Granted granted) {
        String address = granted.addresses().getOrDefault(key, "");
        held.put(key, address);
        return address;
    }

    /** The instance itself may have the address already, as any free one. */
    private void freeOwn(LeaseFrom from, Member member, NetworkDefinition network, String wanted) {
        String any = NetworkChoice.keyOf(member.instanceId(), network, "", member.slot());
        if (leases.held(from.subnetId(), any).filter(wanted::equals).isPresent()) {
            leases.release(List.of(new Lease(from.subnetId(), any)));
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
        return new VmNetwork(
                network.name(),
                network.type(),
                wanted.isEmpty() ? any(network, member, slot) : exactly(network, member, slot, wanted),
                0,
                "",
                List.of(),
                resolved.defaultFor().stream().filter("addressable"::equals).toList(),
                network.cloudProperties());
    }
}
