package io.slipway.model.plan;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.Problem;
import io.slipway.model.config.Az;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Says which instances a group should have, and in which AZ each is. AZs that the group names differ by one instance at
 * most, but for what keeps instances where they are: one that is ignored stays, and so does one with a disk while its AZ
 * is named; who has a static IP of the group stays where that is, and who can get one in its AZ does. Where some must go,
 * those go whose AZ has more than the others, the highest index first. Nobody else moves.
 */
public final class Placement {
    private Placement() {}

    /**
     * An instance that the group has, or takes over from a group that it is migrated from.
     *
     * @param group where it is so far
     * @param az empty where its group names none
     * @param staticIps that it has, by network
     */
    public record ExistingInstance(
            String id,
            String group,
            int index,
            String az,
            boolean bootstrap,
            boolean isIgnored,
            Map<String, String> staticIps) {}

    /**
     * An instance that the group should have.
     *
     * @param az empty where the group names none
     * @param staticIps that it should have, by network
     */
    public record PlacedInstance(
            String id, int index, String az, boolean bootstrap, boolean isNew, Map<String, String> staticIps) {}

    /** In the order of their indices; and those for which there is no place. */
    public record Result(List<PlacedInstance> placed, List<ExistingInstance> obsolete) {}

    /**
     * Where something new comes from.
     *
     * @param ids of new instances
     * @param order in which AZs that are as good as each other are taken
     */
    public record Choices(Supplier<String> ids, UnaryOperator<List<String>> order) {}

    /** A place before it has an index: for an instance that exists, or for a new one. */
    record Place(String az, List<ExistingInstance> instance, Map<String, String> staticIps) {
        static Place of(ExistingInstance instance, Map<String, String> staticIps) {
            return new Place(instance.az(), List.of(instance), staticIps);
        }

        static Place ofNew(String az, Map<String, String> staticIps) {
            return new Place(az, List.of(), staticIps);
        }
    }

    /** Throws {@link InvalidInput} where an instance that is ignored would move, or static IPs cannot be spread. */
    public static Result place(GroupSpec group, List<ExistingInstance> existing, Choices choices) {
        var ordered = existing.stream()
                .sorted(Comparator.comparing(ExistingInstance::index))
                .toList();
        boolean isStatic = group.networks().stream()
                .anyMatch(network -> network.isStatic() && network.network().isManual());
        List<Place> places = isStatic
                ? new StaticPlacement(group).place(ordered)
                : new Balance(group, ordered, choices.order()).place();
        var taken = new HashSet<String>();
        places.forEach(place -> place.instance().forEach(one -> taken.add(one.id())));
        var obsolete = ordered.stream().filter(one -> !taken.contains(one.id())).toList();
        for (ExistingInstance one : obsolete) {
            if (one.isIgnored()) {
                throw ignored("In instance group '" + group.name() + "', instance '" + one.group() + "/" + one.id()
                        + "' would be deleted, and it is ignored: unignore it first");
            }
        }
        return new Result(numbered(group, StaticIps.withVips(group, places), existing, choices.ids()), obsolete);
    }

    static InvalidInput ignored(String message) {
        return new InvalidInput(new Problem(ErrorCodes.IGNORED_MODIFICATION, "instance_groups", message));
    }

    static List<String> azsOf(GroupSpec group) {
        return group.azs().isEmpty()
                ? List.of("")
                : group.azs().stream().map(Az::name).toList();
    }

    private static List<PlacedInstance> numbered(
            GroupSpec group, List<Place> places, List<ExistingInstance> existing, Supplier<String> newIds) {
        var taken = new HashSet<Integer>();
        existing.stream().filter(one -> one.group().equals(group.name())).forEach(one -> taken.add(one.index()));
        long bootstraps = places.stream()
                .flatMap(place -> place.instance().stream())
                .filter(ExistingInstance::bootstrap)
                .count();
        var all = new ArrayList<PlacedInstance>();
        for (Place place : places) {
            var known = place.instance().stream().findFirst();
            int index = known.filter(one -> one.group().equals(group.name()))
                    .map(ExistingInstance::index)
                    .orElseGet(() -> lowestFree(taken));
            all.add(new PlacedInstance(
                    known.map(ExistingInstance::id).orElseGet(newIds),
                    index,
                    place.az(),
                    bootstraps == 1 && known.map(ExistingInstance::bootstrap).orElse(false),
                    known.isEmpty(),
                    place.staticIps()));
        }
        all.sort(Comparator.comparing(PlacedInstance::index));
        if (bootstraps != 1 && !all.isEmpty()) {
            var first = all.getFirst();
            all.set(
                    0,
                    new PlacedInstance(first.id(), first.index(), first.az(), true, first.isNew(), first.staticIps()));
        }
        return List.copyOf(all);
    }

    private static int lowestFree(HashSet<Integer> taken) {
        int index = 0;
        while (!taken.add(index)) {
            index++;
        }
        return index;
    }

    /** Places without static IPs: instances that are ignored or have a disk where they are, the rest evenly. */
    private static final class Balance {
        private final GroupSpec group;
        private final List<ExistingInstance> ignored = new ArrayList<>();
        private final UnaryOperator<List<String>> order;
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        /** By AZ, each in the order of indices. */
        private final Map<String, Deque<ExistingInstance>> unplaced = new HashMap<>();

        private final List<Place> places = new ArrayList<>();

        Balance(GroupSpec group, List<ExistingInstance> existing, UnaryOperator<List<String>> order) {
            this.group = group;
            this.order = order;
            azsOf(group).forEach(az -> counts.put(az, 0));
            for (ExistingInstance one : existing) {
                if (one.isIgnored()) {
                    ignored.add(one);
                } else if (counts.containsKey(one.az())) {
                    unplaced.computeIfAbsent(one.az(), az -> new ArrayDeque<>()).add(one);
                }
            }
        }

        List<Place> place() {
            for (ExistingInstance one : ignored) {
                if (!counts.containsKey(one.az())) {
                    throw ignored("Instance Group '" + group.name() + "' no longer contains AZs ['" + one.az()
                            + "'] where ignored instance(s) exist.");
                }
                put(one.az(), Place.of(one, Map.of()));
            }
            if (group.disk().isPresent() || !group.namedDisks().isEmpty()) {
                keepEvenly();
            }
            while (places.size() < group.instances()) {
                String az = next();
                if (!keepIn(az)) {
                    put(az, Place.ofNew(az, Map.of()));
                }
            }
            if (places.size() > group.instances()) {
                throw ignored("Instance Group '" + group.name() + "' has " + places.size() + " ignored instance(s). "
                        + group.instances()
                        + " instance(s) of that instance group were requested. Deleting ignored instances is not"
                        + " allowed.");
            }
            return places;
        }

        /** All of them, if there is room; else as many of each AZ as of the others, if it has them. */
        private void keepEvenly() {
            while (places.size() < group.instances()) {
                var az = firstOf(counts.keySet());
                if (az.isEmpty()) {
                    return;
                }
                keepIn(az.get());
            }
        }

        /** Of the AZs with the fewest, one with an instance that needs no move; else the first in order. */
        private String next() {
            int fewest = counts.values().stream().min(Integer::compare).orElse(0);
            var tied = counts.entrySet().stream()
                    .filter(entry -> entry.getValue() == fewest)
                    .map(Map.Entry::getKey)
                    .toList();
            return firstOf(tied).orElseGet(() -> order.apply(tied).getFirst());
        }

        /** Of those AZs that have an unplaced instance the one with the fewest places, and then with the lowest index. */
        private Optional<String> firstOf(Collection<String> azs) {
            return azs.stream()
                    .filter(unplaced::containsKey)
                    .min(Comparator.<String>comparingInt(az -> counts.getOrDefault(az, 0))
                            .thenComparingInt(this::lowestIndex));
        }

        private int lowestIndex(String az) {
            var there = unplaced.get(az);
            return there == null ? Integer.MAX_VALUE : there.element().index();
        }

        /** Keeps the first unplaced instance of an AZ, if it has one. */
        private boolean keepIn(String az) {
            var there = unplaced.get(az);
            if (there == null) {
                return false;
            }
            put(az, Place.of(there.remove(), Map.of()));
            if (there.isEmpty()) {
                unplaced.remove(az);
            }
            return true;
        }

        private void put(String az, Place place) {
            counts.merge(az, 1, Integer::sum);
            places.add(place);
        }
    }
}
