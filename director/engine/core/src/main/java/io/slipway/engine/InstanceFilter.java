package io.slipway.engine;

import io.slipway.engine.Deployments.InstanceRow;
import java.util.List;

/**
 * Some of a deployment's instances.
 *
 * @param group an instance group, or empty for all
 * @param indexOrId an instance's index or id, or empty for all, or {@code first} of an errand's
 */
public record InstanceFilter(String group, String indexOrId) {
    private static final int INSTANCE_NOT_FOUND = 70001;
    private static final int INVALID_INDEX = 70002;
    private static final String EVERY = "*";
    private static final String FIRST = "first";

    /** Of a path's segments, where {@code *} stands for all. */
    public static InstanceFilter of(String group, String indexOrId) {
        if (!indexOrId.isEmpty() && !indexOrId.equals(EVERY) && !indexOrId.matches("[0-9]{1,9}|[0-9A-Fa-f-]{36}")) {
            throw RequestRefused.invalid(INVALID_INDEX, "Invalid instance index or id '" + indexOrId + "'");
        }
        return new InstanceFilter(group.equals(EVERY) ? "" : group, indexOrId.equals(EVERY) ? "" : indexOrId);
    }

    /** As {@link #of}, of an errand's instances, where {@code GROUP/first} stands for whichever of a group is its first. */
    public static InstanceFilter ofErrand(String group, String indexOrId) {
        return indexOrId.equals(FIRST) && !group.equals(EVERY) && !group.isEmpty()
                ? new InstanceFilter(group, FIRST)
                : of(group, indexOrId);
    }

    boolean isFirst() {
        return indexOrId.equals(FIRST);
    }

    public boolean matches(InstanceRow row) {
        return matches(row.group(), row.index(), row.id());
    }

    public boolean matches(String ofGroup, int index, String id) {
        return (group.isEmpty() || group.equals(ofGroup))
                && (indexOrId.isEmpty() || indexOrId.equalsIgnoreCase(id) || indexOrId.equals(Integer.toString(index)));
    }

    /** All that match; at least one, or it is refused. */
    public List<InstanceRow> select(Deployments deployments, String deployment) {
        var found =
                deployments.instances(deployment).stream().filter(this::matches).toList();
        if (found.isEmpty()) {
            throw RequestRefused.notFound(INSTANCE_NOT_FOUND, "'" + deployment + "/" + this + "' doesn't exist");
        }
        return found;
    }

    @Override
    public String toString() {
        return (group.isEmpty() ? EVERY : group) + "/" + (indexOrId.isEmpty() ? EVERY : indexOrId);
    }
}
