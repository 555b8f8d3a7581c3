package io.slipway.engine;

import io.slipway.engine.address.AddressBlockEntity;
import io.slipway.engine.address.AddressService;
import io.slipway.engine.address.LeasedAddresses;
import io.slipway.engine.address.Leases;
import io.slipway.engine.agent.AgentDirectory;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.AgentIdentities;
import io.slipway.engine.agent.AgentSessions;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.cluster.CallsUnderWay;
import io.slipway.engine.cluster.Caretaker;
import io.slipway.engine.cluster.Formation;
import io.slipway.engine.cluster.Guard;
import io.slipway.engine.cluster.Halt;
import io.slipway.engine.cluster.Nodes;
import io.slipway.engine.cluster.WatchedHandOvers;
import io.slipway.engine.compile.CompileCommand;
import io.slipway.engine.compile.CompiledPackageEntity;
import io.slipway.engine.compile.PackageOutput;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.deployment.DeploymentCommand;
import io.slipway.engine.deployment.DeploymentEntity;
import io.slipway.engine.deployment.DeploymentService;
import io.slipway.engine.deployment.RequestRuns;
import io.slipway.engine.disk.DiskChanger;
import io.slipway.engine.errand.ErrandRunner;
import io.slipway.engine.export.ExportRunner;
import io.slipway.engine.export.ReleasePacker;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.logs.LogCollector;
import io.slipway.engine.naming.NameService;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.preparation.Planner;
import io.slipway.engine.preparation.RunSources;
import io.slipway.engine.problem.CloudCheck;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.render.JobArchives;
import io.slipway.engine.rollout.DeletionRun;
import io.slipway.engine.rollout.DeployRun;
import io.slipway.engine.rollout.InstanceRun;
import io.slipway.engine.state.DeploymentRows;
import io.slipway.engine.state.InstanceRows;
import io.slipway.engine.state.Orphans;
import io.slipway.engine.state.Stores;
import io.slipway.engine.state.TaskRows;
import io.slipway.engine.subnet.FormerSubnets;
import io.slipway.engine.subnet.SubnetEntity;
import io.slipway.engine.task.EventLog;
import io.slipway.engine.task.TaskCommand;
import io.slipway.engine.task.TaskEntity;
import io.slipway.engine.task.TaskService;
import io.slipway.model.config.CloudConfig;
import io.slipway.secrets.variable.VariableResolver;
import io.slipway.store.output.OutputType;
import io.slipway.templates.TemplateRenderer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberDowned;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of one director node: its actor system with all entities, and the public API over them. */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration TASK_REMOVAL = Duration.ofMinutes(10);
    private static final Duration JOINING = Duration.ofSeconds(90);
    /** Longer than any phase of the coordinated shutdown. */
    private static final Duration LEAVING = Duration.ofSeconds(100);

    /** Nothing is handed over any more by then. */
    private static final Duration LONGEST_TERMINATION = Duration.ofSeconds(10);

    private static final Duration LONGEST_FINISH = Duration.ofSeconds(20);

    private static final CoordinatedShutdown.Reason DOWNED = CoordinatedShutdown.clusterDowningReason();

    private final ActorSystem<Void> system;
    private final ExecutorService blocking;
    private final Stop stop = new Stop();
    private final Stores stores;
    private final EngineServices services;
    private final TaskService tasks;
    private final DeploymentService deployments;
    private final AddressService addresses;
    private final Instances instances;
    private final InstanceAgents agents;
    private final LogCollector logs;
    private final ClusterSharding sharding;
    private final Supplier<List<String>> blocks;
    private final AgentSessions sessions;
    private final Formation formation;
    private final Guard guard;
    private final Wakening wakening;
    private @Nullable Caretaker caretaker;

    /**
     * What the engine is given of the world around it.
     *
     * @param guard is asked before this process acts on the world outside
     * @param calls of infrastructures, which the cluster's directors tell each other of
     * @param halt ends this process at once, where others do its work
     */
    public record Surroundings(
            Cpis cpis,
            AgentIdentities identities,
            BlobLinks links,
            Stores stores,
            Audit audit,
            VariableResolver variables,
            TemplateRenderer renderer,
            NameService naming,
            ManagedNetworkService networks,
            Guard guard,
            CallsUnderWay calls,
            Halt halt,
            EngineObserver observer,
            Clock clock) {}

    private Engine(EngineSettings settings, Surroundings given) {
        stores = given.stores();
        blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("blocking-", 0).factory());
        system = ActorSystem.create(
                Behaviors.empty(),
                "slipway",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ActorSystemConfig.of(settings)),
                        new ObservedJournal.Observed(given.observer())));
        var cluster = Cluster.get(system);
        boolean isShared = !settings.database().isEmbedded();
        guard = given.guard();
        guard.waitWhile(() -> isCutOff(cluster));
        given.calls().share(system);
        formation = new Formation(
                cluster,
                stores.members(),
                new Formation.Settings(
                        isShared, settings.node().isReachable(), settings.node().patience()),
                given.halt());
        haltWhenDowned(given.halt());
        sharding = ClusterSharding.get(system);
        blocks = () -> stores.rows().journalsOf(AddressBlockEntity.KEY.name());
        sessions = AgentSessions.start(system, agentDirectory());
        services = services(settings, given);
        services.instances().tell(given.naming().rows());
        var workers =
                new TaskWorkers(settings.tasks().workers(), settings.tasks().urgentWorkers());
        tasks = new TaskService(
                system,
                services,
                stores.outputs(),
                workers,
                stores.runners(),
                stores.secrets().orders(),
                new Nodes(cluster),
                this::cancelInDeployment,
                stop);
        instances = new Instances(system, stop);
        agents = new InstanceAgents(sharding, given.clock(), settings.timeouts().agentReturn(), stop);
        logs = new LogCollector(
                agents,
                new LogCollector.Storage(
                        given.links(),
                        stores.bundleBlobs(),
                        stores.agentUploads(),
                        stores.bundles(),
                        stores.folders().imports()),
                given.clock());
        var planner = planner(given);
        var deploys = new DeployRun(
                planner,
                given.networks(),
                stores.secrets().variables(),
                stores.secrets().linkGraph(),
                given.observer(),
                settings);
        var runs = new RequestRuns(
                sharding,
                services,
                tasks,
                workers,
                stores.secrets().inputs(),
                features(settings, given, planner, deploys),
                stop);
        addresses = new AddressService(system, () -> cloudConfig(given), blocking, stop, blocks);
        deployments = new DeploymentService(sharding, services, tasks, deploys, stop);
        startEntities(runs);
        wakening = new Wakening(
                sharding, stores.rows(), services, stores.catalogs().compilations(), tasks);
    }

    private EngineServices services(EngineSettings settings, Surroundings given) {
        var infrastructure = stores.infrastructure();
        return new EngineServices(
                given.cpis(),
                (task, line) -> stores.outputs().append(task, OutputType.CPI, EventLog.stamped(given.clock(), line)),
                blocking,
                given.identities(),
                sessions,
                given.links(),
                stores.rows()::nextEpoch,
                new TaskRows(stores.rows()),
                new DeploymentRows(stores.rows()),
                new InstanceRows(stores.rows()),
                new Orphans(infrastructure.disks(), infrastructure.vms()),
                infrastructure.snapshots(),
                given.audit(),
                given.observer(),
                given.clock(),
                settings.timeouts());
    }

    private Planner planner(Surroundings given) {
        var secrets = stores.secrets();
        return new Planner(
                system,
                new RunSources(
                        stores.catalogs(),
                        new ConfigReader(stores.configs()),
                        given.variables(),
                        secrets.links(),
                        secrets.inputs(),
                        given.naming(),
                        given.cpis()),
                new JobArchives(given.renderer(), stores.blobs()),
                stores.blobs(),
                stores.catalogs().compiled(),
                services.orphans(),
                given.networks(),
                blocks);
    }

    private RequestRuns.Features features(
            EngineSettings settings, Surroundings given, Planner planner, DeployRun deploys) {
        var secrets = stores.secrets();
        var packer = new ReleasePacker(
                stores.blobs(),
                stores.bundleBlobs(),
                stores.bundles(),
                stores.folders().imports(),
                given.clock());
        return new RequestRuns.Features(
                deploys,
                new InstanceRun(planner),
                new DeletionRun(
                        planner,
                        given.networks(),
                        new DeletionRun.Properties(secrets.variables(), secrets.linkGraph(), stores.errands()),
                        settings),
                new ErrandRunner(planner, agents, logs, stores.errands(), settings),
                new CloudCheck(planner, agents, services, stores.problems()),
                new ExportRunner(planner, given.cpis(), packer),
                new DiskChanger(planner, given.cpis()));
    }

    private void startEntities(RequestRuns runs) {
        init(Entity.of(SubnetEntity.KEY, context -> SubnetEntity.create(context.getEntityId())));
        init(Entity.of(AddressBlockEntity.KEY, context -> AddressBlockEntity.create(context.getEntityId())));
        init(Entity.of(
                        TaskEntity.KEY,
                        context -> TaskEntity.create(context.getEntityId(), services, context.getShard()))
                .withStopMessage(new TaskCommand.Leave()));
        init(Entity.of(
                        InstanceEntity.KEY,
                        context -> InstanceEntity.create(context.getEntityId(), services, context.getShard()))
                .withStopMessage(new InstanceCommand.Leave()));
        var compilation = new CompiledPackageEntity.Surroundings(
                services,
                new PackageOutput(stores.agentUploads(), stores.catalogs().compiled()),
                leasesOfNoRun(),
                stores.catalogs().compilations());
        init(Entity.of(
                        CompiledPackageEntity.KEY,
                        context -> CompiledPackageEntity.create(context.getEntityId(), compilation, context.getShard()))
                .withStopMessage(new CompileCommand.Leave()));
        init(Entity.of(
                        DeploymentEntity.KEY,
                        context -> DeploymentEntity.create(context.getEntityId(), services, runs, context.getShard()))
                .withStopMessage(new DeploymentCommand.Leave()));
    }

    private <M, E> void init(Entity<M, E> entity) {
        sharding.init(WatchedHandOvers.of(system, entity));
    }

    private Leases leasesOfNoRun() {
        return new LeasedAddresses(system, Fence.NONE, stop, blocks);
    }

    private static CloudConfig cloudConfig(Surroundings given) {
        var trees = new ConfigReader(given.stores().configs()).current().cloud();
        var variables = given.stores().secrets().variables();
        return ConfigReader.cloud(trees, name -> variables.get(name).orElse(null));
    }

    /**
     * Starts the actor system, joins the cluster or founds one, and wakes what was under way when a director stopped. Blocks until
     * this director is a member.
     */
    public static Engine start(EngineSettings settings, Surroundings given) {
        var engine = new Engine(settings, given);
        try {
            engine.formation.join(JOINING);
        } catch (RuntimeException failure) {
            engine.close();
            throw failure;
        }
        new FormerSubnets(engine.system, engine.stores.rows(), engine.leasesOfNoRun(), engine.stop).move();
        engine.caretaker = Caretaker.start(engine.system, engine.wakening);
        engine.care(TASK_REMOVAL, () -> engine.tasks.removeOld(settings.tasks().kept()));
        return engine;
    }

    public TaskService tasks() {
        return tasks;
    }

    public DeploymentService deployments() {
        return deployments;
    }

    public AddressService addresses() {
        return addresses;
    }

    public LogCollector logs() {
        return logs;
    }

    public InstanceAgents agents() {
        return agents;
    }

    /** Instances' entities, for code that waits for their answers. */
    public Instances instances() {
        return instances;
    }

    /** Rows of instances of all deployments. */
    public InstanceRows instanceRows() {
        return services.instances();
    }

    /** Rows of deployments. */
    public DeploymentRows deploymentRows() {
        return services.deployments();
    }

    public ActorSystem<Void> system() {
        return system;
    }

    /** Has entities woken that are not the engine's own, wherever the caretaker of the cluster is. */
    public void alsoWake(Caretaker.Duties duties) {
        Objects.requireNonNull(caretaker).also(duties);
    }

    /** As {@link #repeat}, on one director of the cluster at a time. */
    public void care(Duration pause, Runnable work) {
        repeat(pause, () -> {
            if (Objects.requireNonNull(caretaker).isHere()) {
                work.run();
            }
        });
    }

    /**
     * Does something again and again, off the actors' threads: first after one pause, and then one pause after it ended, so
     * that what takes long is never done twice at a time.
     */
    public void repeat(Duration pause, Runnable work) {
        system.scheduler()
                .scheduleOnce(
                        pause,
                        () -> {
                            try {
                                blocking.execute(() -> once(pause, work));
                            } catch (RejectedExecutionException stopped) {
                                LOG.debug("what is done every {} is not done any more: this director stops", pause);
                            }
                        },
                        system.executionContext());
    }

    private void once(Duration pause, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException failure) {
            LOG.warn("what is done every {} did not work this time: {}", pause, failure.toString());
        }
        if (!stop.isStopped()) {
            repeat(pause, work);
        }
    }

    /** Runs what blocks, on virtual threads. */
    public ExecutorService blocking() {
        return blocking;
    }

    /** The agents' streams that this node holds. */
    public AgentSessions sessions() {
        return sessions;
    }

    /** Where agents' streams find the entities that own them. */
    public AgentDirectory agentDirectory() {
        return (AgentId agent, AgentEvent event) -> {
            switch (agent.owner()) {
                case INSTANCE ->
                    sharding.entityRefFor(InstanceEntity.KEY, agent.entityId())
                            .tell(new InstanceCommand.FromAgent(event));
                case COMPILATION ->
                    sharding.entityRefFor(CompiledPackageEntity.KEY, agent.entityId())
                            .tell(new CompileCommand.FromAgent(event));
            }
        };
    }

    @Override
    public void close() {
        if (!isLast()) {
            // What would end with this director, such as a list of VMs that somebody waits for, ends well first.
            tasks.finish(LONGEST_FINISH);
        }
        stop.stop();
        if (isLast()) {
            system.terminate();
            // Entities wait for what they have asked the infrastructure, and nobody else will.
            await("what this director does has not ended", system.getWhenTerminated(), LEAVING);
        } else {
            // Others take over what this one has, one thing after the other, before it goes.
            await(
                    "what this director has is not handed over",
                    CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.clusterLeavingReason()),
                    LEAVING);
            await("the actor system has not stopped", system.getWhenTerminated(), LONGEST_TERMINATION);
        }
        formation.close();
        guard.close();
        blocking.shutdownNow();
    }

    /** Half of the members, or more, cannot be reached: this director may be of those that have to go. */
    private static boolean isCutOff(Cluster cluster) {
        var state = cluster.state();
        long members =
                StreamSupport.stream(state.getMembers().spliterator(), false).count();
        return state.getUnreachable().size() * 2L >= Math.max(2, members);
    }

    private static void await(String otherwise, CompletionStage<?> end, Duration longest) {
        try {
            end.toCompletableFuture().get(longest.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception late) {
            LOG.warn("{} after {} s, and ends with the process: {}", otherwise, longest.toSeconds(), late.toString());
        }
    }

    /** Nobody takes anything over from this director, or all of it has been. */
    private boolean isLast() {
        return system.getWhenTerminated().toCompletableFuture().isDone() || isAlone();
    }

    private boolean isAlone() {
        var state = Cluster.get(system).state();
        return StreamSupport.stream(state.getMembers().spliterator(), false)
                        .filter(member -> member.status() == MemberStatus.up())
                        // Who does not answer takes nothing over.
                        .filter(member -> !state.getUnreachable().contains(member))
                        .count()
                < 2;
    }

    /** Whether this director is a member of the cluster, and so can do what it is asked for. */
    public boolean isMember() {
        return Cluster.get(system).selfMember().status() == MemberStatus.up();
    }

    /**
     * A member that others have taken for dead must not act, also while it leaves: they do its work already. The farewell that
     * Pekko would say takes seconds, in which calls that were under way go on.
     */
    private void haltWhenDowned(Halt halt) {
        var self = Cluster.get(system).selfMember().uniqueAddress();
        system.systemActorOf(
                Behaviors.<MemberDowned>setup(context -> {
                    Cluster.get(system).subscriptions().tell(Subscribe.create(context.getSelf(), MemberDowned.class));
                    return Behaviors.receiveMessage(downed -> {
                        if (downed.member().uniqueAddress().equals(self)) {
                            halt.now("the other directors have taken it for dead, and do its work");
                        }
                        return Behaviors.same();
                    });
                }),
                "halt-when-downed",
                Props.empty());
        var shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "halt-when-downed", () -> {
            if (shutdown.getShutdownReason().filter(DOWNED::equals).isPresent()) {
                halt.now("the other directors have taken it for dead, and do its work");
            }
            return CompletableFuture.completedFuture(Done.done());
        });
    }

    private void cancelInDeployment(String deployment, long task) {
        sharding.entityRefFor(DeploymentEntity.KEY, deployment).tell(new DeploymentCommand.CancelTask(task));
    }
}
