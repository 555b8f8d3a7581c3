package io.slipway.health.plugin;

import io.slipway.health.alert.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What plugins are told. */
public sealed interface Notice {

    /** By these names operators say in the settings what a plugin is told. */
    enum Kind {
        ALERT,
        HEARTBEAT
    }

    /** Something is wrong, or is not any more. */
    record OfAlert(Alert alert) implements Notice {}

    /**
     * How an instance is.
     *
     * @param job its instance group, which BOSH calls so
     * @param vitals as BOSH lists them; so with the processes
     */
    record Heartbeat(
            String id,
            Instant timestamp,
            String deployment,
            String job,
            int index,
            String instanceId,
            String agentId,
            String jobState,
            Map<String, Object> vitals,
            List<Map<String, Object>> processes)
            implements Notice {}

    default Kind kind() {
        return switch (this) {
            case OfAlert alert -> Kind.ALERT;
            case Heartbeat heartbeat -> Kind.HEARTBEAT;
        };
    }
}
