package io.slipway.agent.core.health;

import io.slipway.protocol.agent.v1.ProcessState;
import java.util.List;
import java.util.Map;

/**
 * The jobs' state at one moment.
 *
 * @param state "running", "failing", "starting", "stopped" or "unmonitored"
 * @param pids of each process by name, 0 where it has none: another one says that the process was restarted
 */
public record JobReport(String state, List<ProcessState> processes, Map<String, Long> pids) {
    /** Of a VM that never had jobs. */
    public static final JobReport UNMONITORED = of("unmonitored");

    /** Without processes. */
    public static JobReport of(String state) {
        return new JobReport(state, List.of(), Map.of());
    }

    /** Whether a director must hear of this now rather than with the next beat. */
    public boolean differsFrom(JobReport other) {
        return !state.equals(other.state) || !states().equals(other.states()) || !pids.equals(other.pids);
    }

    private List<String> states() {
        return processes.stream().map(p -> p.getName() + "=" + p.getState()).toList();
    }
}
