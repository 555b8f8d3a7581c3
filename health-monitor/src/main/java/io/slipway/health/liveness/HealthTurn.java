package io.slipway.health.liveness;

import io.slipway.health.liveness.DeploymentHealth.Outcome;
import io.slipway.health.liveness.HealthAction.AskInfrastructure;
import io.slipway.health.liveness.HealthAction.LookAgain;
import io.slipway.health.liveness.HealthAction.Repair;
import io.slipway.health.liveness.HealthAction.Skip;
import io.slipway.health.liveness.HealthAction.Tell;
import io.slipway.health.resurrection.Meltdown;
import io.slipway.health.resurrection.ResurrectionSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is made of one piece of news of a deployment. */
final class HealthTurn {
    /** Deaths that follow each other are gathered for no longer than this many times the pause between two. */
    private static final int LONGEST_GATHERING = 4;
    /** Until the entity of an instance has heard what the monitor has. */
    private static final Duration ROW_IS_BEHIND = Duration.ofMillis(200);

    private final String name;
    private final ResurrectionSettings settings;
    private final Map<String, InstanceHealth> instances;
    private final Set<String> meltdowns;
    private final List<HealthAction> actions = new ArrayList<>();
    private @Nullable Instant firstLook;
    private @Nullable Instant firstDeath;
    private @Nullable Instant lastDeath;

    HealthTurn(DeploymentHealth before, LivenessSettings settings) {
        this.name = before.name();
        this.settings = settings.resurrection();
        this.instances = new HashMap<>(before.instances());
        this.meltdowns = new HashSet<>(before.meltdowns());
        this.firstLook = before.firstLook();
        this.firstDeath = before.firstDeath();
        this.lastDeath = before.lastDeath();
    }

    Outcome on(HealthEvent event) {
        switch (event) {
            case HealthEvent.Looked looked -> looked(looked.sight(), looked.at());
            case HealthEvent.Opened opened -> opened(opened);
            case HealthEvent.Broke broke -> broke(broke);
            case HealthEvent.Judged judged -> judged(judged);
            case HealthEvent.Queued queued ->
                queued.instanceIds()
                        .forEach(id -> instances.computeIfPresent(id, (same, one) -> one.queued(queued.task())));
        }
        return new Outcome(
                new DeploymentHealth(name, firstLook, instances, firstDeath, lastDeath, meltdowns),
                List.copyOf(actions));
    }

    private void opened(HealthEvent.Opened opened) {
        var one = instances.get(opened.instanceId());
        if (one != null && one.sight().agentId().equals(opened.agentId())) {
            instances.put(opened.instanceId(), one.opened(opened.stream(), opened.at()));
        }
    }

    private void broke(HealthEvent.Broke broke) {
        var one = instances.get(broke.instanceId());
        if (one == null || !one.sight().agentId().equals(broke.agentId()) || !one.isOver(broke.stream())) {
            return;
        }
        instances.put(broke.instanceId(), one.broke(broke.stream(), broke.at()));
        ask(broke.instanceId(), broke.at());
    }

    private void ask(String id, Instant at) {
        var one = instances.get(id);
        if (one != null && one.isToBeAskedAbout(at, settings)) {
            instances.put(id, one.asked(at));
            actions.add(new AskInfrastructure(one.sight()));
        }
    }

    private void judged(HealthEvent.Judged judged) {
        var one = instances.get(judged.instanceId());
        if (one == null || !one.isDown() || !one.sight().vmCid().equals(judged.vmCid())) {
            return;
        }
        boolean isNews = judged.verdict().isDead() && one.verdict() == Verdict.ASKED;
        var now = one.judged(judged.verdict(), judged.at());
        instances.put(judged.instanceId(), now);
        if (isNews) {
            firstDeath = firstDeath == null ? judged.at() : firstDeath;
            lastDeath = judged.at();
            actions.add(new LookAgain(gathering(judged.at())));
        } else if (!judged.verdict().isDead() && lastDeath == null) {
            actions.add(new LookAgain(now.pause(settings)));
        }
    }

    /** How much longer others are waited for that may have died of the same. */
    private Duration gathering(Instant at) {
        if (firstDeath == null || lastDeath == null) {
            return Duration.ZERO;
        }
        Instant quiet = lastDeath.plus(settings.gathering());
        Instant latest = firstDeath.plus(settings.gathering().multipliedBy(LONGEST_GATHERING));
        Duration left = Duration.between(at, quiet.isBefore(latest) ? quiet : latest);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void looked(DeploymentSight sight, Instant at) {
        firstLook = firstLook == null ? at : firstLook;
        see(sight, at);
        for (String id : List.copyOf(instances.keySet())) {
            ask(id, at);
        }
        Duration left = gathering(at);
        if (!left.isZero()) {
            actions.add(new LookAgain(left));
            return;
        }
        firstDeath = null;
        lastDeath = null;
        var watched = instances.values().stream()
                .filter(one -> one.sight().isWatched())
                .toList();
        boolean isAnyDown = watched.stream().anyMatch(one -> one.isDead(at, settings));
        if (!isAnyDown) {
            meltdowns.clear();
        } else if (!sight.isLocked() && !sight.isRepairQueued() && !sight.isPaused()) {
            repair(sight, watched, at);
        }
        tell(sight, at);
    }

    private void see(DeploymentSight sight, Instant at) {
        var seen = new HashMap<String, InstanceHealth>();
        for (InstanceSight one : sight.instances()) {
            var known = instances.get(one.id());
            var health = known == null ? InstanceHealth.of(one) : known;
            seen.put(one.id(), health.seen(one, at, settings));
        }
        instances.clear();
        instances.putAll(seen);
    }

    private void repair(DeploymentSight sight, List<InstanceHealth> watched, Instant at) {
        noteMeltdowns(watched, at);
        var dead = watched.stream()
                .filter(one -> one.isDead(at, settings))
                .filter(one -> !isInMeltdown(one))
                .filter(one -> sight.rules().isEnabled(name, one.sight().group()))
                .filter(one -> one.attempts().mayAsk(at, settings))
                .toList();
        var ready = dead.stream().filter(HealthTurn::isSeenByItsEntity).toList();
        if (ready.size() < dead.size()) {
            actions.add(new LookAgain(ROW_IS_BEHIND));
        }
        var now = ready.stream().limit(settings.maxInFlight()).toList();
        if (!now.isEmpty()) {
            now.forEach(one -> instances.put(one.sight().id(), one.repairAsked(at)));
            actions.add(new Repair(now.stream().map(InstanceHealth::sight).toList()));
        }
    }

    /** A repair leaves alone whose agent its entity believes to be there. */
    private static boolean isSeenByItsEntity(InstanceHealth one) {
        return one.sight().vmCid().isEmpty() || !one.sight().isConnected();
    }

    private boolean isInMeltdown(InstanceHealth one) {
        return meltdowns.contains(DeploymentHealth.WHOLE)
                || meltdowns.contains(one.sight().group());
    }

    private void noteMeltdowns(List<InstanceHealth> watched, Instant at) {
        var on = new TreeSet<String>();
        if (isMeltdown(Meltdown.ofDeployment(settings), watched, at)) {
            on.add(DeploymentHealth.WHOLE);
        } else {
            watched.stream()
                    .collect(Collectors.groupingBy(one -> one.sight().group()))
                    .forEach((group, members) -> {
                        if (isMeltdown(Meltdown.ofGroup(settings), members, at)) {
                            on.add(group);
                        }
                    });
        }
        for (String one : on) {
            if (!meltdowns.contains(one)) {
                skip(one, watched, at);
            }
        }
        meltdowns.clear();
        meltdowns.addAll(on);
    }

    private void skip(String meltdown, List<InstanceHealth> watched, Instant at) {
        var of = watched.stream()
                .filter(one -> meltdown.equals(DeploymentHealth.WHOLE)
                        || one.sight().group().equals(meltdown))
                .toList();
        var down = of.stream().filter(one -> one.isDead(at, settings)).toList();
        actions.add(new Skip(
                down.stream().map(InstanceHealth::sight).toList(),
                "We are in meltdown: " + down.size() + " of " + of.size() + " instances are down; none is made anew"));
    }

    private boolean isMeltdown(Meltdown rule, List<InstanceHealth> watched, Instant at) {
        long down = watched.stream()
                .map(InstanceHealth::lastDown)
                .filter(last ->
                        last != null && !last.plus(settings.timeThreshold()).isBefore(at))
                .count();
        return rule.isOn(Math.toIntExact(down), watched.size());
    }

    private void tell(DeploymentSight sight, Instant at) {
        boolean mayEnd = firstLook != null
                && !firstLook
                        .plus(settings.lostGrace())
                        .plus(settings.interval())
                        .isAfter(at);
        var found = new VmRules(settings, sight, meltdowns, at).of(instances.values());
        actions.add(new Tell(found.firing(), found.held(), mayEnd && !sight.isLocked()));
    }
}
