package io.slipway.health.liveness;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Agents whose clocks differ from their director's by so much that certificates, tokens and logs suffer.
 *
 * @param seen by agent's id
 */
public record ClockSkews(Map<String, Seen> seen) {
    public static final ClockSkews NONE = new ClockSkews(Map.of());
    public static final String RULE = "clock_skew";
    /** A heartbeat may be under way for a while. */
    public static final Duration LARGE = Duration.ofSeconds(30);
    /** Heartbeats come every half minute. */
    private static final Duration LASTING = Duration.ofSeconds(90);

    public ClockSkews {
        seen = Map.copyOf(seen);
    }

    /**
     * A heartbeat whose time was far off.
     *
     * @param skew how far the agent's clock is ahead
     */
    public record Seen(String instanceId, Duration skew, Instant at) {}

    public ClockSkews heard(String agentId, Seen one) {
        var more = new HashMap<>(seen);
        more.put(agentId, one);
        return new ClockSkews(more);
    }

    /** Without those that have not been far off for a while. */
    public ClockSkews at(Instant now) {
        var still = new HashMap<>(seen);
        still.values().removeIf(one -> one.at().plus(LASTING).isBefore(now));
        return still.size() == seen.size() ? this : new ClockSkews(still);
    }

    public List<Alert> firing(Instant at) {
        return seen.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(one -> alert(one.getKey(), one.getValue(), at))
                .toList();
    }

    private static Alert alert(String agentId, Seen one, Instant at) {
        long seconds = one.skew().abs().toSeconds();
        return Alert.raised(
                RULE,
                agentId,
                Severity.WARNING,
                Alert.VM_HEALTH,
                "The clock of instance " + one.instanceId() + " is " + seconds + " s "
                        + (one.skew().isNegative() ? "behind" : "ahead"),
                "Certificates and tokens may not be good there, and its logs do not fit. See whether its time service"
                        + " reaches a server ('chronyc tracking', or 'timedatectl'), and whether the director's does.",
                "agent " + agentId,
                Alert.Subject.NONE,
                at);
    }
}
