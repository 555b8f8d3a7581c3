package io.slipway.engine.rollout;

import io.slipway.engine.plan.GroupUpdate;
import io.slipway.engine.plan.PlannedInstance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Instances of a group that are updated together, those of one AZ: the canaries, and once all of them run, the others.
 * The order and the amounts are BOSH's.
 *
 * @param atATime how many are updated at a time, of canaries and of others
 */
record UpdateWave(List<PlannedInstance> canaries, List<PlannedInstance> others, int atATime) {

    /** Only the first wave has canaries; amounts that are percentages are of the wave's size. */
    static List<UpdateWave> of(GroupUpdate update, List<PlannedInstance> changed, boolean isFirstDeploy) {
        var ordered = ordered(changed);
        var waves = new ArrayList<UpdateWave>();
        var parts = isFirstDeploy && update.startsInAllAzs() ? List.of(ordered) : byAz(ordered);
        for (List<PlannedInstance> part : parts) {
            int canaries = waves.isEmpty() ? update.canariesOf(part.size()) : 0;
            waves.add(new UpdateWave(
                    part.subList(0, canaries), part.subList(canaries, part.size()), update.maxInFlightOf(part.size())));
        }
        return waves;
    }

    /** The bootstrap instance and its AZ come first, then those without an AZ, then AZs by name. */
    private static List<PlannedInstance> ordered(List<PlannedInstance> instances) {
        String first = instances.stream()
                .filter(UpdateWave::isBootstrap)
                .map(UpdateWave::azOf)
                .findFirst()
                .orElse("");
        return instances.stream()
                .sorted(Comparator.comparing((PlannedInstance instance) -> !isBootstrap(instance))
                        .thenComparing(instance -> !azOf(instance).equals(first))
                        .thenComparing(UpdateWave::azOf)
                        .thenComparing(instance -> instance.member().instanceId()))
                .toList();
    }

    private static List<List<PlannedInstance>> byAz(List<PlannedInstance> ordered) {
        var byAz = new LinkedHashMap<String, List<PlannedInstance>>();
        ordered.forEach(instance ->
                byAz.computeIfAbsent(azOf(instance), az -> new ArrayList<>()).add(instance));
        return List.copyOf(byAz.values());
    }

    private static boolean isBootstrap(PlannedInstance instance) {
        return instance.member().bootstrap();
    }

    private static String azOf(PlannedInstance instance) {
        return instance.member().az();
    }
}
