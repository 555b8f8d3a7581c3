package io.slipway.health.liveness;

import io.slipway.model.resurrection.ResurrectionRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A deployment of the group {@code web} that a test changes, with what its health makes of that. */
final class Sights {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String NAME = "shop";

    private final Map<String, InstanceSight> instances = new TreeMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private LivenessSettings settings = LivenessSettings.DEFAULT;
    private boolean isLocked;
    private boolean isQueued;
    private boolean isPaused;
    private ResurrectionRules rules = ResurrectionRules.NONE;
    private DeploymentHealth health = DeploymentHealth.of(NAME);

    /** Of so many instances that are well, and were looked at. */
    static Sights of(int count) {
        var sights = new Sights();
        for (int i = 0; i < count; i++) {
            sights.instance("web", i);
        }
        sights.look(START.minusSeconds(60));
        return sights;
    }

    Sights instance(String group, int index) {
        String id = group.charAt(0) + Integer.toString(index);
        return put(well(id, group, index, 1));
    }

    private static InstanceSight well(String id, String group, int index, int generation) {
        return new InstanceSight(
                id,
                group,
                index,
                "vm-" + id + "-" + generation,
                "i-" + id + "-" + generation,
                "",
                true,
                true,
                false,
                "running",
                Map.of(),
                List.of());
    }

    private Sights put(InstanceSight one) {
        instances.put(one.id(), one);
        return this;
    }

    Sights with(LivenessSettings others) {
        settings = others;
        return this;
    }

    Sights locked(boolean is) {
        isLocked = is;
        return this;
    }

    Sights queued(boolean is) {
        isQueued = is;
        return this;
    }

    Sights paused(boolean is) {
        isPaused = is;
        return this;
    }

    Sights rules(ResurrectionRules others) {
        rules = others;
        return this;
    }

    /** What rows say of its agent. */
    Sights connected(String id, boolean is) {
        var one = sight(id);
        return put(seen(one, one.vmCid(), is, one.isWatched(), one.isStuck(), told(one)));
    }

    Sights watched(String id, boolean is) {
        var one = sight(id);
        return put(seen(one, one.vmCid(), one.isConnected(), is, false, told(one)));
    }

    /** It has no VM, and is to have one, or has given that up. */
    Sights withoutVm(String id, boolean isStuck) {
        return put(seen(sight(id), "", false, !isStuck, isStuck, new Told("", Map.of(), List.of())));
    }

    /** It has another VM, whose agent is connected. */
    Sights renewed(String id) {
        int generation = generations.merge(id, 2, (before, two) -> before + 1);
        var one = sight(id);
        return put(well(id, one.group(), one.index(), generation));
    }

    Sights beat(String id, Map<String, Object> vitals, List<Map<String, Object>> processes) {
        var one = sight(id);
        var told = new Told(one.jobState(), vitals, processes);
        return put(seen(one, one.vmCid(), one.isConnected(), one.isWatched(), false, told));
    }

    Sights failing(String id) {
        var one = sight(id);
        var told = new Told("failing", Map.of(), List.of(Map.of("name", "nginx", "state", "failing")));
        return put(seen(one, one.vmCid(), true, true, false, told));
    }

    /** What its agent said. */
    private record Told(String jobState, Map<String, Object> vitals, List<Map<String, Object>> processes) {}

    private static Told told(InstanceSight one) {
        return new Told(one.jobState(), one.vitals(), one.processes());
    }

    private static InstanceSight seen(
            InstanceSight one, String vmCid, boolean isConnected, boolean isWatched, boolean isStuck, Told told) {
        return new InstanceSight(
                one.id(),
                one.group(),
                one.index(),
                vmCid,
                one.agentId(),
                "",
                isConnected,
                isWatched,
                isStuck,
                told.jobState(),
                told.vitals(),
                told.processes());
    }

    InstanceSight sight(String id) {
        return Objects.requireNonNull(instances.get(id), id);
    }

    DeploymentHealth health() {
        return health;
    }

    List<HealthAction> look(Instant at) {
        return on(new HealthEvent.Looked(
                new DeploymentSight(NAME, isLocked, isQueued, isPaused, rules, new ArrayList<>(instances.values())),
                at));
    }

    List<HealthAction> opened(String id, String stream, Instant at) {
        return on(new HealthEvent.Opened(id, sight(id).agentId(), stream, at));
    }

    List<HealthAction> broke(String id, String stream, Instant at) {
        return on(new HealthEvent.Broke(id, sight(id).agentId(), stream, at));
    }

    List<HealthAction> judged(String id, Verdict verdict, Instant at) {
        return on(new HealthEvent.Judged(id, sight(id).vmCid(), verdict, at));
    }

    List<HealthAction> on(HealthEvent event) {
        var outcome = health.on(event, settings);
        health = outcome.health();
        return outcome.actions();
    }

    /** The VM is dead, and everybody has heard of it. */
    Sights die(String id, Instant at) {
        broke(id, "s", at);
        judged(id, Verdict.GONE, at.plusMillis(20));
        return connected(id, false);
    }

    /** Looks after all has been gathered, and gives the ids whose VMs are to be made anew. */
    List<String> repaired(Instant at) {
        return repairs(look(at));
    }

    static List<String> repairs(List<HealthAction> actions) {
        return of(actions, HealthAction.Repair.class).stream()
                .flatMap(repair -> repair.instances().stream())
                .map(InstanceSight::id)
                .toList();
    }

    static <A extends HealthAction> List<A> of(List<HealthAction> actions, Class<A> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static List<String> rules(List<HealthAction> actions) {
        return of(actions, HealthAction.Tell.class).stream()
                .flatMap(tell -> tell.firing().stream())
                .map(alert -> alert.rule())
                .toList();
    }

    static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }
}
