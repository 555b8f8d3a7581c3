package io.slipway.engine;

import java.util.List;

/**
 * The run of an errand.
 *
 * @param name of a job, which may be on several instance groups, or of an instance group that is an errand
 * @param keepAlive leaves the VM of an instance group that is an errand
 * @param whenChanged runs only if something changed since it last went well
 * @param instances on which to run; empty for all that have the job
 */
public record ErrandRun(String name, boolean keepAlive, boolean whenChanged, List<InstanceFilter> instances) {
    public ErrandRun {
        instances = List.copyOf(instances);
    }

    /** @param firstId of the instance of that group whose id comes first, as BOSH finds "the first" */
    public boolean isMeant(String group, int index, String id, String firstId) {
        return instances.isEmpty()
                || instances.stream()
                        .anyMatch(filter -> filter.isFirst()
                                ? filter.group().equals(group) && id.equals(firstId)
                                : filter.matches(group, index, id));
    }
}
