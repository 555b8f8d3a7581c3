package io.slipway.health.liveness;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an instance's jobs besides how they are now.
 *
 * @param processes by name
 * @param failingSince null while they do not fail
 */
public record JobsHealth(
        Map<String, History> processes, @Nullable Instant failingSince) {
    static final JobsHealth NONE = new JobsHealth(Map.of(), null);
    private static final Duration COUNTED = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MANY = 3;

    public JobsHealth {
        processes = Map.copyOf(processes);
    }

    /**
     * Of a process.
     *
     * @param uptimeSeconds as it was told last
     * @param restarts those of the last minutes
     */
    public record History(long uptimeSeconds, List<Instant> restarts) {
        public History {
            restarts = List.copyOf(restarts);
        }

        private History seen(long uptime, Instant at) {
            var recent = new ArrayList<>(restarts);
            recent.removeIf(one -> one.plus(COUNTED).isBefore(at));
            if (uptime < uptimeSeconds) {
                recent.add(at);
            }
            return new History(uptime, recent);
        }

        boolean isFlapping() {
            return restarts.size() >= MANY;
        }
    }

    JobsHealth seen(InstanceSight now, Instant at) {
        var seen = new HashMap<String, History>();
        for (Map<String, Object> process : now.processes()) {
            String name = String.valueOf(process.get("name"));
            long uptime = uptime(process);
            seen.put(
                    name,
                    processes.getOrDefault(name, new History(uptime, List.of())).seen(uptime, at));
        }
        boolean isFailing =
                now.isWatched() && now.isConnected() && now.jobState().equals("failing");
        return new JobsHealth(seen, isFailing ? (failingSince == null ? at : failingSince) : null);
    }

    private static long uptime(Map<String, Object> process) {
        return process.get("uptime") instanceof Map<?, ?> uptime && uptime.get("secs") instanceof Number seconds
                ? seconds.longValue()
                : 0;
    }

    /** Names of processes that are started again and again. */
    List<String> flapping() {
        return processes.entrySet().stream()
                .filter(one -> one.getValue().isFlapping())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Whether they fail, and not for a moment only. */
    boolean areFailing(Instant at) {
        return failingSince != null && !failingSince.plus(PATIENCE).isAfter(at);
    }
}
