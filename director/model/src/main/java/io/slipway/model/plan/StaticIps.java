package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.Subnet;
import io.slipway.model.net.Ipv4Address;
import io.slipway.model.plan.Placement.ExistingInstance;
import io.slipway.model.plan.Placement.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The static IPs of a group in one network that nobody has yet, with the AZs that each may be in. */
final class StaticIps {
    private final String group;
    private final String network;
    private final List<Ip> free = new ArrayList<>();
    private final Map<String, Integer> claimed = new LinkedHashMap<>();

    /** An address, and the AZs of the group that its subnet serves. */
    record Ip(String address, List<String> azs) {}

    private StaticIps(String group, String network) {
        this.group = group;
        this.network = network;
    }

    /** Throws {@link InvalidInput} for an address that is in no AZ of the group. */
    static StaticIps of(GroupSpec group, ResolvedNetwork network) {
        var ips = new StaticIps(group.name(), network.network().name());
        var desired = Placement.azsOf(group);
        for (String address : network.staticIps()) {
            var azs = subnetOf(network, address).map(Subnet::azs).orElse(List.of());
            var shared = azs.isEmpty()
                    ? desired
                    : desired.stream().filter(azs::contains).toList();
            if (shared.isEmpty()) {
                throw group.azs().isEmpty()
                        ? ips.problem(
                                ErrorCodes.GROUP_INVALID_AZ,
                                "subnets declare availability zones and the instance group does not")
                        : ips.problem(
                                ErrorCodes.GROUP_ADDRESS_IN_OTHER_AZ,
                                "declares static ip '" + address
                                        + "' which does not belong to any of the instance group's availability zones.");
            }
            ips.free.add(new Ip(address, shared));
        }
        return ips;
    }

    private static Optional<Subnet> subnetOf(ResolvedNetwork network, String address) {
        var ip = Ipv4Address.parse(address);
        return network.network().subnets().stream()
                .filter(subnet -> subnet.range().contains(ip))
                .findFirst();
    }

    /**
     * Gives places their IPs of vip networks that the group lists: to instances that exist those that they have, the rest
     * in order.
     */
    static List<Place> withVips(GroupSpec group, List<Place> places) {
        List<Place> given = places;
        for (ResolvedNetwork network : group.networks()) {
            if (network.network().isVip() && network.isStatic()) {
                given = withVip(network, given);
            }
        }
        return given;
    }

    private static List<Place> withVip(ResolvedNetwork network, List<Place> places) {
        String name = network.network().name();
        var left = new ArrayList<>(network.staticIps());
        var kept = new HashSet<String>();
        for (Place place : places) {
            place.instance().stream()
                    .map(one -> one.staticIps().getOrDefault(name, ""))
                    .filter(left::remove)
                    .forEach(kept::add);
        }
        var given = new ArrayList<Place>();
        for (Place place : places) {
            String own = place.instance().stream()
                    .map(one -> one.staticIps().getOrDefault(name, ""))
                    .filter(kept::contains)
                    .findFirst()
                    .orElse("");
            var ips = new LinkedHashMap<>(place.staticIps());
            ips.put(name, own.isEmpty() ? left.removeFirst() : own);
            given.add(new Place(place.az(), place.instance(), Map.copyOf(ips)));
        }
        return given;
    }

    String network() {
        return network;
    }

    List<Ip> free() {
        return free;
    }

    /** How many were claimed in each AZ. */
    Map<String, Integer> claimed() {
        return claimed;
    }

    /** The address that the instance has, if it is one of these. */
    Optional<Ip> heldBy(ExistingInstance instance) {
        String held = instance.staticIps().getOrDefault(network, "");
        return free.stream().filter(ip -> ip.address().equals(held)).findFirst();
    }

    /** The first of those that fit the fewest other AZs, which may need the rest. */
    Optional<Ip> nextIn(String az) {
        return free.stream().filter(ip -> ip.azs().contains(az)).min(Comparator.comparingInt(ip -> ip.azs()
                .size()));
    }

    String claim(Ip ip, String az) {
        free.remove(ip);
        claimed.merge(az, 1, Integer::sum);
        return ip.address();
    }

    void drop(Ip ip) {
        free.remove(ip);
    }

    InvalidInput problem(int code, String what) {
        return new InvalidInput(
                new Problem(code, "instance_groups." + group + ".networks", "Instance group '" + group + "' " + what));
    }
}
