package io.slipway.engine.resurrection;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Remembers since when instances are down and how many were down lately, and so tells a few dead VMs, which are made
 * anew, from a meltdown, in which that would make things worse.
 */
final class DownTracker {
    private final ResurrectionSettings settings;
    private final Map<String, Instant> downSince = new HashMap<>();
    private final Map<String, Instant> lastDown = new HashMap<>();
    private final Map<String, Instant> lastAsked = new HashMap<>();

    DownTracker(ResurrectionSettings settings) {
        this.settings = settings;
    }

    /** An instance as it is seen now. */
    record Sighting(String instanceId, boolean isDown) {}

    /** What is to be told of a deployment. */
    enum Health {
        NORMAL,
        MANAGED,
        MELTDOWN
    }

    /** Takes note of all instances of a deployment that are watched. */
    void observe(Collection<Sighting> instances, Instant now) {
        for (Sighting seen : instances) {
            if (!seen.isDown()) {
                downSince.remove(seen.instanceId());
                continue;
            }
            downSince.putIfAbsent(seen.instanceId(), now);
            if (isDownFor(seen.instanceId(), settings.lostGrace(), now)) {
                lastDown.put(seen.instanceId(), now);
            }
        }
    }

    /** Forgets all but these, so that what is deleted takes no room. */
    void retain(Collection<String> instanceIds) {
        var known = new HashSet<>(instanceIds);
        for (Map<String, Instant> map : List.of(downSince, lastDown, lastAsked)) {
            map.keySet().retainAll(known);
        }
    }

    boolean isDownFor(String instanceId, Duration grace, Instant now) {
        var since = downSince.get(instanceId);
        return since != null && !since.plus(grace).isAfter(now);
    }

    /** An instance is not asked for again at once: the repair may have failed for a reason that lasts. */
    boolean mayAsk(String instanceId, Instant now) {
        var asked = lastAsked.get(instanceId);
        return asked == null || !asked.plus(settings.unresponsiveGrace()).isAfter(now);
    }

    void asked(Collection<String> instanceIds, Instant now) {
        instanceIds.forEach(id -> lastAsked.put(id, now));
    }

    /** Of a deployment with these instances: BOSH's rule, by number and by part. */
    Health healthOf(Collection<String> instanceIds, Instant now) {
        int down = 0;
        for (String id : instanceIds) {
            var last = lastDown.get(id);
            if (last != null && !last.plus(settings.timeThreshold()).isBefore(now)) {
                down++;
            }
        }
        if (down == 0) {
            return Health.NORMAL;
        }
        boolean isMuch = down >= settings.minimumDownJobs() && down >= settings.percentThreshold() * instanceIds.size();
        return isMuch ? Health.MELTDOWN : Health.MANAGED;
    }
}
