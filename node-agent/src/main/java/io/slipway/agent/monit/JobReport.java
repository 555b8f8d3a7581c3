package io.slipway.agent.monit;

import io.slipway.protocol.agent.v1.ProcessState;
import java.util.List;
import java.util.Map;

/**
 * The jobs' state at one moment.
 *
 * @param state "running", "failing", "starting" or "stopped"
 * @param pids of each process by name, 0 where it has none
 */
public record JobReport(String state, List<ProcessState> processes, Map<String, Long> pids) {
    /** Whether a director must hear of this now rather than with the next beat. */
    public boolean differsFrom(JobReport other) {
        return !state.equals(other.state) || !states().equals(other.states()) || !pids.equals(other.pids);
    }

    private List<String> states() {
        return processes.stream().map(p -> p.getName() + "=" + p.getState()).toList();
    }
}
