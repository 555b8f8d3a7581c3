package io.slipway.engine;

import java.util.List;
import java.util.Map;

/**
 * Hears, on each director, of the agents of instances whose streams it holds. Calls come from many threads and must be quick; those about one
 * stream come in their order.
 */
public interface AgentListener {

    /** @param stream names this stream among all that there ever were */
    void opened(String instanceId, String agentId, String stream);

    void heard(String instanceId, String agentId, Beat beat);

    void alerted(String instanceId, String agentId, Report report);

    /** The stream ended, while this director goes on. Of the streams of a director that stops, nothing is said. */
    void broke(String instanceId, String agentId, String stream);

    /** A heartbeat. Vitals and processes have the shape of BOSH's instance listing. */
    record Beat(String jobState, Map<String, Object> vitals, List<Map<String, Object>> processes, long timeMillis) {}

    /**
     * What an agent wants to be known.
     *
     * @param severity as BOSH: 1 alert, 2 critical, 3 error, 4 warning
     */
    record Report(String id, int severity, String title, String summary, long timeMillis) {}
}
