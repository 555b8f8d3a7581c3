package io.slipway.agent.core.stream;

import io.slipway.agent.core.Backoff;
import java.time.Duration;
import java.util.List;

/**
 * Which director is tried next, and after what pause. Each agent begins at a place of its own, so that several directors
 * share the agents, and pauses only when it has tried them all.
 */
final class Rounds {
    private final String agentId;
    private final Backoff backoff;
    private List<String> endpoints;
    private int next;
    private int untried;

    /** @param endpoints at least one */
    Rounds(String agentId, List<String> endpoints, Backoff backoff) {
        this.agentId = agentId;
        this.backoff = backoff;
        this.endpoints = List.copyOf(endpoints);
        this.next = first();
        this.untried = endpoints.size();
    }

    private int first() {
        int hash = agentId.hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), endpoints.size());
    }

    /** Takes these from now on; none keeps the present ones. The order goes on after the endpoint that was tried last. */
    void endpoints(List<String> replacement) {
        if (replacement.isEmpty() || replacement.equals(endpoints)) {
            return;
        }
        String last = endpoints.get(Math.floorMod(next - 1, endpoints.size()));
        endpoints = List.copyOf(replacement);
        int known = endpoints.indexOf(last);
        next = known < 0 ? first() : (known + 1) % endpoints.size();
        untried = known < 0 ? endpoints.size() : endpoints.size() - 1;
    }

    /** The endpoint to try now. */
    String next() {
        String endpoint = endpoints.get(next);
        next = (next + 1) % endpoints.size();
        untried--;
        return endpoint;
    }

    /** The endpoint that was tried last gave no welcome: how long to wait before the next one is tried. */
    Duration refused() {
        return untried > 0 ? Duration.ZERO : pause();
    }

    /** A director welcomed the agent. */
    void welcomed() {
        backoff.reset();
    }

    /**
     * The stream of a director that had welcomed the agent ended: how long to wait before the next one is tried.
     *
     * @param isLasting whether the stream was of any use; where it was not, nobody knows what hurrying would do
     */
    Duration lost(boolean isLasting) {
        if (isLasting && endpoints.size() > 1) {
            untried = endpoints.size() - 1;
            return Duration.ZERO;
        }
        return pause();
    }

    private Duration pause() {
        untried = endpoints.size();
        return backoff.next();
    }
}
