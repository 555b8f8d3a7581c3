package io.slipway.model.plan;

import io.slipway.model.config.Az;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Spreads a group's instances evenly over its AZs; those that exist stay where they are while they may. */
public final class Placement {
    private Placement() {}

    /** An instance that the group has. */
    public record ExistingInstance(String id, int index, String az, boolean bootstrap) {}

    /** An instance that the group should have. Its AZ is empty where the group names none. */
    public record PlacedInstance(String id, int index, String az, boolean bootstrap, boolean isNew) {}

    /** In the order of their indices; and those for which there is no place. */
    public record Result(List<PlacedInstance> placed, List<ExistingInstance> obsolete) {}

    public static Result place(GroupSpec group, List<ExistingInstance> existing, Supplier<String> newIds) {
        var azs = group.azs().isEmpty()
                ? List.of("")
                : group.azs().stream().map(Az::name).toList();
        var counts = new LinkedHashMap<String, Integer>();
        azs.forEach(az -> counts.put(az, 0));
        var kept = new ArrayList<ExistingInstance>();
        var obsolete = new ArrayList<ExistingInstance>();
        int ceiling = (group.instances() + azs.size() - 1) / azs.size();
        var ordered = existing.stream()
                .sorted(Comparator.comparing(ExistingInstance::bootstrap)
                        .reversed()
                        .thenComparing(ExistingInstance::index))
                .toList();
        for (ExistingInstance one : ordered) {
            Integer count = counts.get(one.az());
            if (count == null || count >= ceiling || kept.size() >= group.instances()) {
                obsolete.add(one);
            } else {
                counts.put(one.az(), count + 1);
                kept.add(one);
            }
        }
        return new Result(complete(group, kept, existing, counts, newIds), List.copyOf(obsolete));
    }

    private static List<PlacedInstance> complete(
            GroupSpec group,
            List<ExistingInstance> kept,
            List<ExistingInstance> existing,
            Map<String, Integer> counts,
            Supplier<String> newIds) {
        var taken = new HashSet<Integer>();
        existing.forEach(one -> taken.add(one.index()));
        boolean hasBootstrap = kept.stream().anyMatch(ExistingInstance::bootstrap);
        var all = new ArrayList<PlacedInstance>();
        kept.forEach(one -> all.add(new PlacedInstance(one.id(), one.index(), one.az(), one.bootstrap(), false)));
        int index = 0;
        while (all.size() < group.instances()) {
            while (!taken.add(index)) {
                index++;
            }
            String az = counts.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .orElse("");
            counts.merge(az, 1, Integer::sum);
            all.add(new PlacedInstance(newIds.get(), index, az, false, true));
        }
        all.sort(Comparator.comparing(PlacedInstance::index));
        if (!hasBootstrap && !all.isEmpty()) {
            var first = all.getFirst();
            all.set(0, new PlacedInstance(first.id(), first.index(), first.az(), true, first.isNew()));
        }
        return List.copyOf(all);
    }
}
