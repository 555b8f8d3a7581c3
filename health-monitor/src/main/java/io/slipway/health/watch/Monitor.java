package io.slipway.health.watch;

import io.slipway.health.alert.Alert;
import io.slipway.health.alert.AlertBook;
import io.slipway.health.alert.AlertBook.Scope;
import io.slipway.health.alert.Severity;
import io.slipway.health.liveness.CertificateRules;
import io.slipway.health.liveness.ClockSkews;
import io.slipway.health.liveness.DeploymentHealth;
import io.slipway.health.liveness.HealthAction;
import io.slipway.health.liveness.HealthEvent;
import io.slipway.health.liveness.InstanceHealth;
import io.slipway.health.liveness.LivenessSettings;
import io.slipway.health.liveness.RogueAgents;
import io.slipway.health.liveness.UnmanagedVms;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one monitor of a cluster. It listens to the directors that hold agents' streams, looks at the rows of all instances again
 * and again, and has {@link DeploymentHealth} decide; it alone asks for repairs and keeps the book of alerts.
 */
final class Monitor {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

    private static final Duration INSPECTION = Duration.ofMinutes(5);
    private static final List<String> INSPECTED = List.of(CertificateRules.RULE, UnmanagedVms.RULE);

    private final ActorRef<MonitorMessage> self;
    private final TimerScheduler<MonitorMessage> timers;
    private final Hands hands;
    private final LivenessSettings settings;
    private final Map<String, DeploymentHealth> deployments = new HashMap<>();
    private final Map<String, String> deploymentOf = new HashMap<>();
    private final Set<String> looking = new HashSet<>();
    private final Set<String> lookAgain = new HashSet<>();
    private AlertBook book;
    private RogueAgents rogues = RogueAgents.NONE;
    private ClockSkews skews = ClockSkews.NONE;
    private UnmanagedVms unmanaged = UnmanagedVms.NONE;
    private boolean isInRound;
    private CompletableFuture<Void> kept = CompletableFuture.completedFuture(null);

    /**
     * By which decisions are carried out.
     *
     * @param blocking runs what blocks
     * @param teller hears of alerts as they begin and end
     */
    record Hands(
            Inventory inventory,
            Infrastructure infrastructure,
            RepairDesk repairs,
            Inspector inspector,
            AlertMemory memory,
            AlertTeller teller,
            Executor blocking,
            Clock clock) {}

    private Monitor(
            ActorRef<MonitorMessage> self,
            TimerScheduler<MonitorMessage> timers,
            Hands hands,
            LivenessSettings settings) {
        this.self = self;
        this.timers = timers;
        this.hands = hands;
        this.settings = settings;
        this.book = AlertBook.EMPTY;
    }

    static Behavior<MonitorMessage> of(Hands hands, LivenessSettings settings) {
        Behavior<MonitorMessage> behavior = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            LOG.info("this director monitors the health of all instances");
            var monitor = new Monitor(context.getSelf(), timers, hands, settings);
            monitor.remember();
            return Behaviors.receiveMessage(monitor::on);
        }));
        return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
    }

    private Behavior<MonitorMessage> on(MonitorMessage message) {
        switch (message) {
            case MonitorMessage.Opened opened -> opened(opened);
            case MonitorMessage.Broke broke ->
                news(
                        broke.instanceId(),
                        new HealthEvent.Broke(broke.instanceId(), broke.agentId(), broke.stream(), now()));
            case MonitorMessage.Reported reported -> reported(reported);
            case MonitorMessage.Skewed skewed ->
                skews = skews.heard(
                        skewed.agentId(),
                        new ClockSkews.Seen(skewed.instanceId(), Duration.ofMillis(skewed.aheadMillis()), now()));
            case MonitorMessage.Round round -> round();
            case MonitorMessage.RoundEnded ended -> roundEnded(ended);
            case MonitorMessage.Inspect inspect -> inspect();
            case MonitorMessage.Inspected inspected -> inspected(inspected);
            case MonitorMessage.Remembered remembered -> begin(remembered.open());
            case MonitorMessage.Look look -> look(look.deployment());
            case MonitorMessage.Looked looked -> looked(looked);
            case MonitorMessage.NotLooked not -> lookEnded(not.deployment());
            case MonitorMessage.Learned learned -> {
                if (deployments.containsKey(learned.deployment())) {
                    decide(learned.deployment(), learned.event());
                }
            }
            case MonitorMessage.Leave leave -> {
                return Behaviors.stopped();
            }
        }
        return Behaviors.same();
    }

    /** What was told before is known before anything is told. */
    private void remember() {
        inBackground(() -> {
            List<Alert> open = List.of();
            try {
                open = hands.memory().open();
            } catch (RuntimeException failure) {
                LOG.warn("it is not known which alerts last: {}", failure.toString());
            }
            self.tell(new MonitorMessage.Remembered(open));
        });
    }

    private void begin(List<Alert> open) {
        book = AlertBook.of(open);
        timers.startTimerWithFixedDelay(
                new MonitorMessage.Round(),
                Duration.ZERO,
                settings.resurrection().interval());
        timers.startTimerWithFixedDelay(new MonitorMessage.Inspect(), Duration.ofSeconds(30), INSPECTION);
    }

    private void inspect() {
        inBackground(() -> self.tell(new MonitorMessage.Inspected(
                hands.inspector().certificates(), hands.inspector().unmanaged())));
    }

    private void inspected(MonitorMessage.Inspected inspected) {
        unmanaged = unmanaged.seen(inspected.unmanaged(), now());
        var firing = new ArrayList<>(unmanaged.firing(now()));
        firing.addAll(CertificateRules.of(inspected.certificates(), now()));
        enter(book.lookedAt(Scope.rules(INSPECTED), firing, List.of(), true, now()));
    }

    private Instant now() {
        return hands.clock().instant();
    }

    private void opened(MonitorMessage.Opened opened) {
        news(
                opened.instanceId(),
                new HealthEvent.Opened(opened.instanceId(), opened.agentId(), opened.stream(), now()));
        var one = instance(opened.instanceId());
        rogues = one != null && one.sight().agentId().equals(opened.agentId())
                ? rogues.isKnown(opened.agentId())
                : rogues.came(opened.agentId(), now());
    }

    private @Nullable InstanceHealth instance(String id) {
        var deployment = deploymentOf.get(id);
        var health = deployment == null ? null : deployments.get(deployment);
        return health == null ? null : health.instances().get(id);
    }

    /** Of an instance that is not known yet, the next look tells. */
    private void news(String instanceId, HealthEvent event) {
        var deployment = deploymentOf.get(instanceId);
        if (deployment != null) {
            decide(deployment, event);
        }
    }

    private void decide(String deployment, HealthEvent event) {
        var outcome = deployments
                .getOrDefault(deployment, DeploymentHealth.of(deployment))
                .on(event, settings);
        deployments.put(deployment, outcome.health());
        if (!(event instanceof HealthEvent.Looked)) {
            LOG.debug("deployment {}: {}, so {}", deployment, event, outcome.actions());
        }
        outcome.actions().forEach(action -> carryOut(deployment, action));
    }

    private void carryOut(String deployment, HealthAction action) {
        switch (action) {
            case HealthAction.AskInfrastructure ask ->
                inBackground(() -> {
                    var verdict = hands.infrastructure().of(ask.about());
                    learned(
                            deployment,
                            new HealthEvent.Judged(ask.about().id(), ask.about().vmCid(), verdict, now()));
                });
            case HealthAction.LookAgain again -> {
                if (again.in().isZero()) {
                    look(deployment);
                } else {
                    timers.startSingleTimer(deployment, new MonitorMessage.Look(deployment), again.in());
                }
            }
            case HealthAction.Repair repair ->
                inBackground(() -> {
                    long task = hands.repairs().repair(deployment, repair.instances());
                    var ids = repair.instances().stream().map(one -> one.id()).toList();
                    learned(deployment, new HealthEvent.Queued(ids, task, now()));
                });
            case HealthAction.Skip skip ->
                inBackground(() -> hands.repairs().skip(deployment, skip.instances(), skip.why()));
            case HealthAction.Tell tell ->
                enter(book.lookedAt(scopeOf(deployment), tell.firing(), tell.held(), tell.mayEnd(), now()));
        }
    }

    private static Scope scopeOf(String deployment) {
        return Scope.deployment(deployment).without(INSPECTED);
    }

    private void enter(AlertBook.Entry entry) {
        book = entry.book();
        for (Alert alert : entry.news()) {
            hands.teller().tell(alert);
            // One after the other: an end that is kept before its beginning would never be told.
            kept = kept.thenRunAsync(() -> keep(alert), hands.blocking());
        }
    }

    private void keep(Alert alert) {
        try {
            hands.memory().keep(alert);
        } catch (RuntimeException failure) {
            LOG.warn("alert {} is not kept for the next monitor: {}", alert.key(), failure.toString());
        }
    }

    private void learned(String deployment, HealthEvent event) {
        self.tell(new MonitorMessage.Learned(deployment, event));
    }

    /** An agent's own words begin and end with themselves: they are told, and not kept. */
    private void reported(MonitorMessage.Reported reported) {
        var deployment = deploymentOf.get(reported.instanceId());
        var one = instance(reported.instanceId());
        if (deployment == null || one == null) {
            LOG.info("alert of agent {}, whose instance is not known: {}", reported.agentId(), reported.title());
            return;
        }
        hands.teller()
                .tell(new Alert(
                        reported.id(),
                        "agent|" + reported.id(),
                        "agent",
                        Severity.of(reported.severity()),
                        "",
                        reported.title(),
                        reported.summary().isEmpty() ? reported.title() : reported.summary(),
                        deployment + ": " + one.sight().name(),
                        new Alert.Subject(deployment, one.sight().group(), reported.instanceId()),
                        Instant.ofEpochMilli(reported.timeMillis()),
                        null));
    }

    private void round() {
        if (isInRound) {
            return;
        }
        isInRound = true;
        boolean isBegun = inBackground(() -> {
            var names = new HashSet<String>();
            try {
                var policy = hands.inventory().policy();
                for (var row : hands.inventory().deployments()) {
                    names.add(row.name());
                    // Before the rows are read: what is heard meanwhile is newer.
                    var at = now();
                    self.tell(new MonitorMessage.Looked(hands.inventory().see(row, policy), at));
                }
                self.tell(new MonitorMessage.RoundEnded(names, true));
            } catch (RuntimeException failure) {
                LOG.warn("deployments cannot be looked at: {}", failure.toString());
                self.tell(new MonitorMessage.RoundEnded(Set.of(), false));
            }
        });
        isInRound = isBegun;
    }

    private void roundEnded(MonitorMessage.RoundEnded ended) {
        isInRound = false;
        if (ended.isWhole()) {
            rogues = rogues.at(now());
            skews = skews.at(now());
            var firing = new ArrayList<>(rogues.firing(settings.rogueAgentAlert(), now()));
            firing.addAll(skews.firing(now()));
            enter(book.lookedAt(
                    Scope.rules(List.of(RogueAgents.RULE, ClockSkews.RULE)), firing, List.of(), true, now()));
            deployments.keySet().stream()
                    .filter(name -> !ended.deployments().contains(name))
                    .toList()
                    .forEach(this::forget);
        }
    }

    private void forget(String deployment) {
        var known = deployments.remove(deployment);
        if (known != null) {
            known.instances().keySet().forEach(deploymentOf::remove);
        }
        enter(book.lookedAt(scopeOf(deployment), List.of(), List.of(), true, now()));
    }

    private void look(String deployment) {
        if (!looking.add(deployment)) {
            lookAgain.add(deployment);
            return;
        }
        boolean isBegun = inBackground(() -> {
            MonitorMessage answer = new MonitorMessage.NotLooked(deployment);
            try {
                var at = now();
                var row = hands.inventory().find(deployment);
                if (row.isPresent()) {
                    answer = new MonitorMessage.Looked(
                            hands.inventory().see(row.get(), hands.inventory().policy()), at);
                }
            } catch (RuntimeException failure) {
                LOG.warn("deployment {} cannot be looked at: {}", deployment, failure.toString());
            }
            self.tell(answer);
        });
        if (!isBegun) {
            looking.remove(deployment);
        }
    }

    private void looked(MonitorMessage.Looked looked) {
        var sight = looked.sight();
        lookEnded(sight.name());
        var known = deployments.get(sight.name());
        if (known != null) {
            known.instances().keySet().forEach(deploymentOf::remove);
        }
        sight.instances().forEach(one -> deploymentOf.put(one.id(), sight.name()));
        decide(sight.name(), new HealthEvent.Looked(sight, looked.at()));
    }

    private void lookEnded(String deployment) {
        looking.remove(deployment);
        if (lookAgain.remove(deployment)) {
            look(deployment);
        }
    }

    private boolean inBackground(Runnable work) {
        try {
            hands.blocking().execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException failure) {
                    LOG.warn("what the health monitor began has failed: {}", failure.toString());
                }
            });
            return true;
        } catch (RejectedExecutionException stopping) {
            LOG.debug("nothing is begun any more: this director stops");
            return false;
        }
    }
}
