package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.plan.Placement.ExistingInstance;
import io.slipway.model.plan.Placement.Place;
import io.slipway.model.plan.StaticIps.Ip;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Places instances of a group that has static IPs. Who has one of them keeps it; who has none takes one in its own AZ; new
 * instances are where the addresses that are left are.
 */
final class StaticPlacement {
    private final GroupSpec group;
    private final List<StaticIps> networks;
    private final List<Place> places = new ArrayList<>();

    StaticPlacement(GroupSpec group) {
        this.group = group;
        this.networks = group.networks().stream()
                .filter(network -> network.isStatic() && network.network().isManual())
                .map(network -> StaticIps.of(group, network))
                .toList();
    }

    /** @param existing in the order of their indices */
    List<Place> place(List<ExistingInstance> existing) {
        var rest = new ArrayList<ExistingInstance>();
        for (ExistingInstance one : existing) {
            requireKept(one);
            boolean hasOne = networks.stream().anyMatch(ips -> ips.heldBy(one).isPresent());
            if (hasOne) {
                keep(one);
            } else {
                rest.add(one);
            }
        }
        completeKept();
        moveEvenly(rest);
        placeNew();
        return places;
    }

    private void requireKept(ExistingInstance one) {
        for (StaticIps network : networks) {
            String held = one.staticIps().getOrDefault(network.network(), "");
            boolean isGone = !held.isEmpty() && network.heldBy(one).isEmpty();
            if (one.isIgnored() && isGone) {
                throw Placement.ignored(
                        "In instance group '" + group.name() + "', an attempt was made to remove static ip '" + held
                                + "' that is used by an ignored instance. This operation is not allowed.");
            }
        }
    }

    private void keep(ExistingInstance one) {
        boolean isFull = places.size() >= group.instances();
        var ips = new LinkedHashMap<String, String>();
        for (StaticIps network : networks) {
            var held = network.heldBy(one);
            if (held.isEmpty()) {
                continue;
            }
            if (isFull) {
                network.drop(held.get());
            } else if (held.get().azs().contains(one.az())) {
                ips.put(network.network(), network.claim(held.get(), one.az()));
            } else {
                throw network.problem(
                        ErrorCodes.RESERVATION_FAILED,
                        "has existing instance '" + one.group() + "/" + one.index() + "' that is using IP '"
                                + held.get().address() + "' in availability zone '" + one.az()
                                + "', where that address is no more");
            }
        }
        if (!isFull) {
            places.add(Place.of(one, ips));
        }
    }

    /** Who keeps an address in one network may lack one in another. */
    private void completeKept() {
        for (int i = 0; i < places.size(); i++) {
            var place = places.get(i);
            var ips = new LinkedHashMap<>(place.staticIps());
            for (StaticIps network : networks) {
                if (!ips.containsKey(network.network())) {
                    ips.put(network.network(), claimIn(network, place.az()));
                }
            }
            places.set(i, new Place(place.az(), place.instance(), Map.copyOf(ips)));
        }
    }

    /**
     * An instance can only be used again if its AZ has addresses for all its networks; where not all can, those come first
     * whose AZ has the fewest so far.
     */
    private void moveEvenly(List<ExistingInstance> rest) {
        var left = new LinkedHashMap<String, Deque<ExistingInstance>>();
        rest.forEach(
                one -> left.computeIfAbsent(one.az(), az -> new ArrayDeque<>()).add(one));
        while (places.size() < group.instances()) {
            left.values()
                    .removeIf(
                            there -> there.isEmpty() || !hasRoom(there.element().az()));
            var next = left.values().stream()
                    .map(Deque::element)
                    .min(Comparator.<ExistingInstance>comparingLong(one -> placedIn(one.az()))
                            .thenComparingInt(ExistingInstance::index));
            if (next.isEmpty()) {
                return;
            }
            String az = next.get().az();
            Objects.requireNonNull(left.get(az)).remove();
            places.add(Place.of(next.get(), claimAll(az)));
        }
    }

    private boolean hasRoom(String az) {
        return networks.stream().allMatch(network -> network.nextIn(az).isPresent());
    }

    private long placedIn(String az) {
        return places.stream().filter(place -> place.az().equals(az)).count();
    }

    private void placeNew() {
        int missing = group.instances() - places.size();
        if (missing <= 0) {
            return;
        }
        List<String> azs = StaticSpread.of(networks, missing).orElseThrow(() -> networks.getFirst()
                .problem(
                        ErrorCodes.GROUP_ADDRESS_COUNT,
                        "has static IPs that cannot be evenly distributed between zones"));
        var spread = new ArrayList<Map<String, String>>();
        azs.forEach(az -> spread.add(Map.of()));
        for (StaticIps network : networks) {
            give(network, azs, spread);
        }
        for (int i = 0; i < azs.size(); i++) {
            places.add(Place.ofNew(azs.get(i), spread.get(i)));
        }
    }

    /** Addresses in their order, to the first place in their AZ that has none yet. */
    private static void give(StaticIps network, List<String> azs, List<Map<String, String>> spread) {
        var matched = StaticSpread.matched(network.free(), azs);
        for (int i = 0; i < azs.size(); i++) {
            var ips = new LinkedHashMap<>(spread.get(i));
            ips.put(network.network(), matched.get(i).address());
            spread.set(i, Map.copyOf(ips));
        }
    }

    private Map<String, String> claimAll(String az) {
        var ips = new LinkedHashMap<String, String>();
        networks.forEach(network -> ips.put(network.network(), claimIn(network, az)));
        return Map.copyOf(ips);
    }

    private static String claimIn(StaticIps network, String az) {
        Ip ip = network.nextIn(az)
                .orElseThrow(() -> network.problem(
                        ErrorCodes.RESERVATION_FAILED,
                        "Failed to distribute static IPs to satisfy existing instance reservations: network '"
                                + network.network() + "' has none left in availability zone '" + az + "'"));
        return network.claim(ip, az);
    }
}
