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
 * Agents that come again and again and belong to no instance: their VMs were replaced or their deployments deleted, and somebody
 * runs them still. The director turns them away each time.
 *
 * @param seen by agent's id
 */
public record RogueAgents(Map<String, Seen> seen) {
    public static final RogueAgents NONE = new RogueAgents(Map.of());
    public static final String RULE = "rogue_agent";
    /** Agents dial anew within seconds. */
    private static final Duration GONE = Duration.ofMinutes(2);

    private static final int MOST = 10_000;

    public RogueAgents {
        seen = Map.copyOf(seen);
    }

    /** When such an agent came first, and last. */
    public record Seen(Instant first, Instant last) {}

    /** One has come. */
    public RogueAgents came(String agentId, Instant at) {
        if (seen.size() >= MOST && !seen.containsKey(agentId)) {
            return this;
        }
        var more = new HashMap<>(seen);
        more.merge(agentId, new Seen(at, at), (before, now) -> new Seen(before.first(), at));
        return new RogueAgents(more);
    }

    /** It belongs to an instance after all. */
    public RogueAgents isKnown(String agentId) {
        if (!seen.containsKey(agentId)) {
            return this;
        }
        var fewer = new HashMap<>(seen);
        fewer.remove(agentId);
        return new RogueAgents(fewer);
    }

    /** Without those that have not come for a while. */
    public RogueAgents at(Instant now) {
        var still = new HashMap<>(seen);
        still.values().removeIf(one -> one.last().plus(GONE).isBefore(now));
        return still.size() == seen.size() ? this : new RogueAgents(still);
    }

    /** Those that have come for this long. */
    public List<Alert> firing(Duration patience, Instant at) {
        return seen.entrySet().stream()
                .filter(one -> !one.getValue()
                        .first()
                        .plus(patience)
                        .isAfter(one.getValue().last()))
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(one -> Alert.raised(
                        RULE,
                        one.getKey(),
                        Severity.CRITICAL,
                        Alert.VM_HEALTH,
                        one.getKey() + " is not a part of any deployment",
                        "Its VM runs, and the director has replaced or deleted it. It is turned away. Find the VM on the"
                                + " infrastructure by this agent id and delete it there; it may still hold an address.",
                        "agent " + one.getKey(),
                        Alert.Subject.NONE,
                        at))
                .toList();
    }
}
