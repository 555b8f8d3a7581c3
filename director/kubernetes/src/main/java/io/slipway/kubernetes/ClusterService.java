package io.slipway.kubernetes;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.Variables;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.cluster.Caretaker;
import io.slipway.engine.cluster.WatchedHandOvers;
import io.slipway.kubernetes.Cluster.ActionState;
import io.slipway.kubernetes.ClusterCommand.Accepted;
import io.slipway.kubernetes.ClusterCommand.Refused;
import io.slipway.kubernetes.ClusterCommand.Reply;
import io.slipway.kubernetes.ClusterRows.Claim;
import io.slipway.store.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kubernetes clusters: what is asked of them is checked before anything changes, and then is their entity's to do; what
 * is known of them is read from rows. Stages that fail carry {@link RequestRefused}.
 */
public final class ClusterService implements Caretaker.Duties {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterService.class);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final ActorSystem<?> system;
    private final Supplier<Plans> plans;
    private final ClusterServices services;
    private final Variables variables;
    private final CloudConfigSource cloudConfig;
    private final Function<String, RecipientRef<ClusterCommand>> entities;
    private final AtomicBoolean isWaking = new AtomicBoolean();

    ClusterService(
            ActorSystem<?> system,
            Supplier<Plans> plans,
            ClusterServices services,
            Variables variables,
            CloudConfigSource cloudConfig,
            Function<String, RecipientRef<ClusterCommand>> entities) {
        this.system = system;
        this.plans = plans;
        this.services = services;
        this.variables = variables;
        this.cloudConfig = cloudConfig;
        this.entities = entities;
    }

    /**
     * Starts the clusters' entities on this director node, and goes on with what was left unfinished.
     *
     * @param plans those that count now
     */
    public static ClusterService start(
            ActorSystem<?> system,
            Supplier<Plans> plans,
            ClusterServices services,
            Variables variables,
            CloudConfigSource cloudConfig) {
        ClusterManifest manifest = ClusterManifest.load();
        ClusterSharding sharding = ClusterSharding.get(system);
        // A cluster that waits for its task hears from nobody, and must not be put to sleep for that.
        sharding.init(WatchedHandOvers.of(
                system,
                Entity.of(
                                ClusterEntity.KEY,
                                entity -> ClusterEntity.create(
                                        entity.getEntityId(), services, manifest, entity.getShard()))
                        .withStopMessage(new ClusterCommand.Leave())
                        .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy())));
        var service = new ClusterService(
                system,
                plans,
                services,
                variables,
                cloudConfig,
                uuid -> sharding.entityRefFor(ClusterEntity.KEY, uuid));
        return service;
    }

    public List<Plan> plans() {
        return plans.get().active();
    }

    /** What new clusters are made of. */
    public ClusterDefaults defaults() {
        return plans.get().defaults();
    }

    /** Accepts a request for a cluster; the answer shows it in progress. */
    public CompletionStage<Cluster> create(ClusterRequest request, Requester requester) {
        try {
            ClusterRules.requireName(request.name());
            var present = plans.get();
            Plan plan = ClusterRules.requirePlan(present, request.planName());
            var defaults = present.defaults();
            int workers = ClusterRules.requireWorkers(plan, request.workers());
            ClusterRules.requireHost(request.externalHostname());
            return onBlocking(() -> range(request.name(), defaults))
                    .thenCompose(
                            range -> requireAddresses(plan, defaults, workers).thenApply(enough -> range))
                    .thenCompose(range -> onBlocking(() -> services.rows()
                                    .claim(request.name(), UUID.randomUUID().toString()))
                            .thenCompose(claim -> create(request, plan, defaults, workers, range, claim, requester)));
        } catch (RequestRefused refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private String range(String name, ClusterDefaults defaults) {
        if (services.rows().find(name).isPresent()) {
            throw RequestRefused.conflict(
                    ClusterRules.NAME_TAKEN,
                    "there is already a cluster named '" + name + "': choose another name, or delete that one");
        }
        return NodeNetwork.range(cloudConfig, defaults.network());
    }

    /** One for each VM and one for the API. */
    private CompletionStage<Void> requireAddresses(Plan plan, ClusterDefaults defaults, int workers) {
        String network = defaults.network();
        int needed = plan.masters().instances() + workers + 1;
        return services.addresses().free(network).thenAccept(free -> {
            if (free.isPresent() && free.get() < needed) {
                throw RequestRefused.conflict(
                        ClusterRules.NO_FREE_ADDRESSES,
                        "no free addresses: network '" + network + "' has " + free.get() + " left, and " + needed
                                + " are needed: delete a cluster, or widen the network in the cloud config");
            }
        });
    }

    private CompletionStage<Cluster> create(
            ClusterRequest request,
            Plan plan,
            ClusterDefaults defaults,
            int workers,
            String range,
            Claim claim,
            Requester requester) {
        var spec = new ClusterSpec(
                request.name(),
                plan,
                defaults,
                workers,
                request.externalHostname() == null ? "" : request.externalHostname(),
                range,
                claim.number());
        String id = UUID.randomUUID().toString();
        return ask(claim.uuid(), replyTo -> new ClusterCommand.Create(spec, requester.user(), id, replyTo));
    }

    /** By name. Blocks. */
    public List<Cluster> list() {
        return services.rows().list();
    }

    /** Blocks. */
    public Optional<Cluster> find(String name) {
        return services.rows().find(name);
    }

    /** Accepts the deletion of a cluster with its disks; the answer shows it in progress. */
    public CompletionStage<Cluster> delete(String name, Requester requester) {
        String request = UUID.randomUUID().toString();
        return onBlocking(() -> find(name).orElseThrow(() -> ClusterRules.notFound(name)))
                .thenCompose(cluster ->
                        ask(cluster.uuid(), replyTo -> new ClusterCommand.Delete(requester.user(), request, replyTo)));
    }

    /** An administrator's kubeconfig. Blocks; refused where there is no such cluster, or not yet. */
    public Map<String, Object> kubeconfig(String name) {
        Cluster cluster = find(name).orElseThrow(() -> ClusterRules.notFound(name));
        return Kubeconfigs.administrator(cluster, variables);
    }

    private CompletionStage<Cluster> ask(String uuid, Function<ActorRef<Reply>, ClusterCommand> command) {
        CompletionStage<Reply> reply = Ask.within(
                LONGEST, () -> AskPattern.ask(entities.apply(uuid), command::apply, Ask.SILENCE, system.scheduler()));
        return reply.thenApply(answer -> switch (answer) {
            case Accepted accepted -> accepted.cluster();
            case Refused refused -> throw new RequestRefused(refused.reason(), refused.code(), refused.message());
        });
    }

    private <T> CompletableFuture<T> onBlocking(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, services.blocking());
    }

    @Override
    public void wakeAll() {
        inBackground(() -> {
            services.rows().claims().forEach(claim -> wake(claim.uuid()));
            services.rows().journals().forEach(this::wake);
        });
    }

    @Override
    public void wakeOpenWork() {
        if (isWaking.compareAndSet(false, true)) {
            inBackground(() -> {
                try {
                    services.rows().list().stream()
                            .filter(cluster -> cluster.lastActionState() == ActionState.IN_PROGRESS)
                            .forEach(cluster -> wake(cluster.uuid()));
                } finally {
                    isWaking.set(false);
                }
            });
        }
    }

    private void inBackground(Runnable work) {
        services.blocking().execute(() -> {
            try {
                work.run();
            } catch (RuntimeException failure) {
                if (Outage.is(failure)) {
                    LOG.debug("clusters could not be woken now; they will be: {}", failure.toString());
                } else {
                    LOG.warn("clusters cannot be woken", failure);
                }
            }
        });
    }

    private void wake(String uuid) {
        entities.apply(uuid).tell(new ClusterCommand.Wake());
    }
}
