package io.slipway.model.plan;

import io.slipway.model.plan.StaticIps.Ip;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses the AZs of new instances so that each finds an address in every network, as even as the addresses allow. */
final class StaticSpread {
    private static final Ip NONE = new Ip("", List.of());

    private StaticSpread() {}

    /**
     * An AZ for each new instance, in the order of the first network's addresses.
     *
     * @return empty where the networks' addresses do not fit together
     */
    static Optional<List<String>> of(List<StaticIps> networks, int size) {
        for (StaticIps leading : networks) {
            if (leading.free().size() < size) {
                return Optional.empty();
            }
            var azs = even(leading, size);
            boolean fitsAll = networks.stream()
                    .allMatch(network -> matched(network.free(), azs).stream().noneMatch(ip -> ip == NONE));
            if (fitsAll) {
                return Optional.of(azs);
            }
        }
        return Optional.empty();
    }

    /** Each address in its AZ, or of several in one that leaves the AZs as even as the addresses allow. */
    private static List<String> even(StaticIps network, int size) {
        var ips = network.free().subList(0, size);
        Map<String, Integer> counts = new LinkedHashMap<>(network.claimed());
        ips.stream()
                .filter(ip -> ip.azs().size() == 1)
                .forEach(ip -> counts.merge(ip.azs().getFirst(), 1, Integer::sum));
        var azs = new ArrayList<String>();
        for (Ip ip : ips) {
            String az = ip.azs().stream()
                    .min(Comparator.comparing(one -> counts.getOrDefault(one, 0)))
                    .orElse("");
            if (ip.azs().size() > 1) {
                counts.merge(az, 1, Integer::sum);
            }
            azs.add(az);
        }
        while (improve(ips, azs, counts)) {
            // Each step takes one from an AZ that has at least two more than where it ends.
        }
        return azs;
    }

    /**
     * Moves one from an AZ to one with fewer by at least two, perhaps by way of others, each of which gives one and takes
     * one. Where that is not possible the AZs are as even as they can be.
     */
    private static boolean improve(List<Ip> ips, List<String> azs, Map<String, Integer> counts) {
        for (String from : List.copyOf(counts.keySet())) {
            var cameBy = new LinkedHashMap<String, Integer>();
            var queue = new ArrayDeque<>(List.of(from));
            while (!queue.isEmpty()) {
                String at = queue.remove();
                if (counts.getOrDefault(at, 0) + 2 <= counts.getOrDefault(from, 0)) {
                    shift(from, at, cameBy, azs);
                    counts.merge(from, -1, Integer::sum);
                    counts.merge(at, 1, Integer::sum);
                    return true;
                }
                for (int i = 0; i < ips.size(); i++) {
                    if (azs.get(i).equals(at)) {
                        for (String other : ips.get(i).azs()) {
                            if (!other.equals(from) && cameBy.putIfAbsent(other, i) == null) {
                                queue.add(other);
                            }
                        }
                    }
                }
            }
        }
        return false;
    }

    /** Back along the way by which the AZ was found. */
    private static void shift(String from, String to, Map<String, Integer> cameBy, List<String> azs) {
        String at = to;
        while (!at.equals(from)) {
            int moved = cameBy.getOrDefault(at, -1);
            String before = azs.get(moved);
            azs.set(moved, at);
            at = before;
        }
    }

    /** An address for each AZ of the list, none twice; one without a text where there is none. */
    static List<Ip> matched(List<Ip> free, List<String> azs) {
        int[] ownerOf = new int[free.size()];
        Arrays.fill(ownerOf, -1);
        for (int place = 0; place < azs.size(); place++) {
            augment(free, azs, ownerOf, new boolean[free.size()], place);
        }
        var matched = new ArrayList<Ip>();
        azs.forEach(az -> matched.add(NONE));
        for (int i = 0; i < ownerOf.length; i++) {
            if (ownerOf[i] >= 0) {
                matched.set(ownerOf[i], free.get(i));
            }
        }
        return matched;
    }

    private static boolean augment(List<Ip> free, List<String> azs, int[] ownerOf, boolean[] seen, int place) {
        for (int i = 0; i < free.size(); i++) {
            if (!seen[i] && free.get(i).azs().contains(azs.get(place))) {
                seen[i] = true;
                if (ownerOf[i] < 0 || augment(free, azs, ownerOf, seen, ownerOf[i])) {
                    ownerOf[i] = place;
                    return true;
                }
            }
        }
        return false;
    }
}
