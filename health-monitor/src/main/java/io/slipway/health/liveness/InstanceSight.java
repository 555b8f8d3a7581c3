package io.slipway.health.liveness;

import java.util.List;
import java.util.Map;

/**
 * An instance as it was seen when its row was read.
 *
 * @param vmCid empty where it has no VM
 * @param isConnected whether its agent has a stream, as far as its entity knows
 * @param isWatched whether it is to run and nothing is done to it now
 * @param isStuck whether it is to run, and its VM could not be made
 * @param vitals as BOSH lists them; so with the processes
 */
public record InstanceSight(
        String id,
        String group,
        int index,
        String vmCid,
        String agentId,
        String cpi,
        boolean isConnected,
        boolean isWatched,
        boolean isStuck,
        String jobState,
        Map<String, Object> vitals,
        List<Map<String, Object>> processes) {

    /** As {@code group/id}. */
    public String name() {
        return group + "/" + id;
    }
}
