package io.slipway.engine;

import io.slipway.engine.agent.AgentDirectory;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.AgentIdentities;
import io.slipway.engine.catalog.OpenCompilations;
import io.slipway.engine.compile.CompileCommand;
import io.slipway.engine.compile.CompiledPackageEntity;
import io.slipway.engine.compile.CompiledPackages;
import io.slipway.engine.deployment.DeploymentCommand;
import io.slipway.engine.deployment.DeploymentEntity;
import io.slipway.engine.deployment.DeploymentRequest;
import io.slipway.engine.deployment.DeploymentRunner;
import io.slipway.engine.deployment.DeploymentService;
import io.slipway.engine.deployment.PlanSources;
import io.slipway.engine.export.ReleasePacker;
import io.slipway.engine.instance.InstanceAgents;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.logs.LogCollector;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.subnet.AddressService;
import io.slipway.engine.subnet.SubnetEntity;
import io.slipway.engine.task.EventLog;
import io.slipway.engine.task.TaskCommand;
import io.slipway.engine.task.TaskEntity;
import io.slipway.engine.task.TaskService;
import io.slipway.engine.task.TaskStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of one director node: its actor system with all entities, and the public API over them. */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private static final Duration TASK_REMOVAL = Duration.ofMinutes(10);

    private final ActorSystem<Void> system;
    private final ExecutorService blocking;
    private final TaskService tasks;
    private final DeploymentService deployments;
    private final AddressService addresses;
    private final InstanceAgents agents;
    private final LogCollector logs;
    private final ClusterSharding sharding;

    /**
     * What the engine is given.
     *
     * @param plans everything that a deploy is planned from
     */
    public record Parts(
            Cpis cpis,
            AgentIdentities identities,
            BlobLinks blobs,
            Rows rows,
            ManagedNetworks networks,
            TaskStore tasks,
            DeploymentService.DeploymentRows deployments,
            CompiledPackages compiled,
            OpenCompilations compilations,
            PlanSources plans,
            LogCollector.Storage logs,
            Audit audit,
            Clock clock) {}

    private Engine(EngineSettings settings, Parts parts) {
        blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("blocking-", 0).factory());
        system = ActorSystem.create(Behaviors.empty(), "slipway", ActorSystemConfig.of(settings));
        var cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        sharding = ClusterSharding.get(system);
        var services = new EngineServices(
                parts.cpis(),
                (task, line) -> parts.tasks().append(task, Tasks.OutputType.CPI, EventLog.stamped(parts.clock(), line)),
                blocking,
                parts.identities(),
                parts.blobs(),
                parts.rows(),
                parts.networks(),
                parts.audit(),
                parts.clock(),
                settings.timeouts());
        var workers = new TaskWorkers(settings.taskWorkers(), settings.urgentWorkers());
        tasks = new TaskService(
                sharding, parts.tasks(), parts.audit(), parts.clock(), blocking, workers, this::cancelInDeployment);
        agents = new InstanceAgents(sharding, parts.clock());
        logs = new LogCollector(agents, parts.logs(), parts.clock());
        var packer = new ReleasePacker(
                parts.logs().blobs(), parts.logs().bundles(), parts.logs().work(), parts.clock());
        var runner = new DeploymentRunner(
                system,
                services,
                tasks,
                workers,
                parts.plans(),
                parts.compiled(),
                settings,
                agents,
                logs,
                packer,
                parts.deployments());
        sharding.init(Entity.of(SubnetEntity.KEY, context -> SubnetEntity.create(context.getEntityId())));
        sharding.init(Entity.of(
                        TaskEntity.KEY,
                        context -> TaskEntity.create(context.getEntityId(), services, context.getShard()))
                .withStopMessage(new TaskCommand.Leave()));
        sharding.init(Entity.of(InstanceEntity.KEY, context -> InstanceEntity.create(context.getEntityId(), services)));
        sharding.init(Entity.of(
                CompiledPackageEntity.KEY,
                context -> CompiledPackageEntity.create(
                        context.getEntityId(), services, parts.compiled(), parts.compilations())));
        sharding.init(Entity.of(
                DeploymentEntity.KEY, context -> DeploymentEntity.create(context.getEntityId(), services, runner)));
        deployments = new DeploymentService(sharding, parts.tasks(), parts.deployments(), blocking);
        addresses = new AddressService(sharding, () -> parts.plans().configs().cloud());
    }

    /** Starts the actor system, joins the cluster, and wakes what was under way when a director stopped. */
    public static Engine start(EngineSettings settings, Parts parts) {
        var engine = new Engine(settings, parts);
        engine.resume(parts.compilations());
        engine.repeat(TASK_REMOVAL, () -> engine.tasks.removeOld(settings.tasksKept()));
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

    public Agents agents() {
        return agents;
    }

    public ActorSystem<Void> system() {
        return system;
    }

    /** Does something again and again, first after one pause, off the actors' threads. */
    public void repeat(Duration pause, Runnable work) {
        system.scheduler()
                .scheduleWithFixedDelay(pause, pause, () -> blocking.execute(work), system.executionContext());
    }

    /** Runs what blocks, on virtual threads. */
    public ExecutorService blocking() {
        return blocking;
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
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception late) {
            LOG.warn("the actor system did not stop in time: {}", late.toString());
        }
        blocking.shutdownNow();
    }

    private void resume(OpenCompilations compilations) {
        for (var deployment : deployments.list()) {
            sharding.entityRefFor(DeploymentEntity.KEY, deployment.name()).tell(new DeploymentCommand.Wake());
            for (var instance : deployments.instances(deployment.name())) {
                sharding.entityRefFor(InstanceEntity.KEY, instance.id()).tell(new InstanceCommand.Wake());
            }
        }
        var open = List.of(Tasks.State.QUEUED, Tasks.State.PROCESSING, Tasks.State.CANCELLING);
        for (var task : tasks.list(new Tasks.TaskFilter(open, "", "", 1000))) {
            if (!task.deployment().isEmpty()) {
                sharding.entityRefFor(DeploymentEntity.KEY, task.deployment()).tell(new DeploymentCommand.Wake());
            }
        }
        for (String compilation : compilations.list()) {
            sharding.entityRefFor(CompiledPackageEntity.KEY, compilation).tell(new CompileCommand.Wake());
        }
        tasks.endAbandoned(row -> !row.deployment().isEmpty() && DeploymentRequest.isDescribedBy(row.description()));
    }

    private void cancelInDeployment(String deployment, long task) {
        sharding.entityRefFor(DeploymentEntity.KEY, deployment).tell(new DeploymentCommand.CancelTask(task));
    }
}
