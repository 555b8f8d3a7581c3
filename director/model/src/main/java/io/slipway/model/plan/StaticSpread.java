package io.slipway.model.plan;

import io.slipway.model.plan.StaticIps.Ip;
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
            var azs = greedy(leading, size);
            boolean fitsAll = networks.stream()
                    .allMatch(network -> matched(network.free(), azs).stream().noneMatch(ip -> ip == NONE));
            if (fitsAll) {
                return Optional.of(azs);
            }
        }
        return Optional.empty();
    }

    /** Each address in its AZ, or of several in the one with the fewest addresses so far. */
    private static List<String> greedy(StaticIps network, int size) {
        Map<String, Integer> counts = new LinkedHashMap<>(network.claimed());
        network.free().stream()
                .filter(ip -> ip.azs().size() == 1)
                .forEach(ip -> counts.merge(ip.azs().getFirst(), 1, Integer::sum));
        var azs = new ArrayList<String>();
        for (Ip ip : network.free().subList(0, size)) {
            String az = ip.azs().stream()
                    .min(Comparator.comparing(one -> counts.getOrDefault(one, 0)))
                    .orElse("");
            if (ip.azs().size() > 1) {
                counts.merge(az, 1, Integer::sum);
            }
            azs.add(az);
        }
        return azs;
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
