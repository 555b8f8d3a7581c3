package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.address.AddressEvent;
import io.slipway.engine.deployment.DeploymentEvent;
import io.slipway.engine.instance.AgentAct;
import io.slipway.engine.instance.InstanceEvent;
import io.slipway.engine.plan.PinnedPlan;
import io.slipway.server.CrashPoints.Written;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a journal tells of deployments, in the order of its writes; what was lost is not in it. */
final class JournalStory {
    private static final Set<AgentAct> TAKES_DOWN = Set.of(AgentAct.PRE_STOP, AgentAct.DRAIN, AgentAct.STOP);

    private final Map<String, Long> taskOf = new HashMap<>();
    private final Map<Long, PinnedPlan> plans = new HashMap<>();
    private final Map<String, Map<String, String>> leases = new HashMap<>();
    private final Map<String, String> deploymentOf = new HashMap<>();
    private final Map<String, Set<String>> down = new LinkedHashMap<>();
    private final Map<String, Set<String>> wentDown = new HashMap<>();
    private final Map<String, Integer> mostDown = new HashMap<>();
    private final Map<CrashPoints, Integer> read = new IdentityHashMap<>();
    private final Set<String> up = new HashSet<>();

    /** Reads on where it came to before. */
    void read(CrashPoints director) {
        var all = director.all();
        all.subList(read.getOrDefault(director, 0), all.size()).stream()
                .filter(Written::isKept)
                .forEach(this::tell);
        read.put(director, all.size());
    }

    /** The most instances of a deployment that were down at a time since {@link #forgetDowntimes}. */
    int mostDown(String deployment) {
        return mostDown.getOrDefault(deployment, 0);
    }

    /** Instances of a deployment that went down since then. */
    Set<String> wentDown(String deployment) {
        return wentDown.getOrDefault(deployment, Set.of());
    }

    void forgetDowntimes() {
        down.clear();
        wentDown.clear();
        mostDown.clear();
    }

    /** Deployments by the ids of their instances. */
    Map<String, String> instances() {
        return deploymentOf;
    }

    /** All that a block of addresses has given and not got back. */
    Set<String> leased(String block) {
        return new TreeSet<>(
                leases.getOrDefault("AddressBlock|" + block, Map.of()).values());
    }

    int plans() {
        return plans.size();
    }

    private void tell(Written one) {
        String id = one.persistenceId().substring(one.persistenceId().indexOf('|') + 1);
        switch (one.event()) {
            case DeploymentEvent.RunStarted started -> taskOf.put(id, started.task());
            case DeploymentEvent.PlanPinned pinned -> {
                var first = plans.putIfAbsent(taskOf.get(id), pinned.plan());
                assertThat(first)
                        .as("a second plan of task %d of %s", taskOf.get(id), id)
                        .isNull();
            }
            case AddressEvent.Leased leased ->
                leases.computeIfAbsent(one.persistenceId(), block -> new HashMap<>())
                        .putAll(leased.addresses());
            case AddressEvent.Released released ->
                leases.computeIfAbsent(one.persistenceId(), block -> new HashMap<>())
                        .keySet()
                        .removeAll(released.keys());
            case InstanceEvent.GoalSet set ->
                deploymentOf.put(id, set.goal().spec().deployment());
            case InstanceEvent.CommandIssued issued when TAKES_DOWN.contains(issued.act()) -> isDown(id);
            case InstanceEvent.VmDeleted deleted -> isDown(id);
            case InstanceEvent.GoalReached reached -> isUp(id);
            default -> {}
        }
    }

    private void isDown(String instance) {
        String deployment = deploymentOf.get(instance);
        var instances = down.computeIfAbsent(deployment, name -> new HashSet<>());
        if (up.remove(instance)) {
            instances.add(instance);
            wentDown.computeIfAbsent(deployment, name -> new HashSet<>()).add(instance);
            mostDown.merge(deployment, instances.size(), Math::max);
        }
    }

    private void isUp(String instance) {
        up.add(instance);
        down.computeIfAbsent(deploymentOf.get(instance), name -> new HashSet<>())
                .remove(instance);
    }
}
