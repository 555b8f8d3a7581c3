package io.slipway.engine.deployment;

import io.slipway.engine.Agents;
import io.slipway.engine.Deployments.NameVersion;
import io.slipway.engine.EngineServices;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.TaskLog;
import io.slipway.engine.Tasks;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.compile.CompiledPackages;
import io.slipway.engine.deployment.DeploymentCommand.RunOutcome;
import io.slipway.engine.deployment.DeploymentEntity.Cancellation;
import io.slipway.engine.deployment.InstanceChange.Wish;
import io.slipway.engine.deployment.Preparation.Placed;
import io.slipway.engine.export.ReleasePacker;
import io.slipway.engine.logs.LogCollector;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.queue.TaskWorkers.Lane;
import io.slipway.engine.task.TaskService;
import io.slipway.engine.template.TemplateException;
import io.slipway.model.InvalidInput;
import io.slipway.model.plan.GroupSpec;
import io.slipway.model.yaml.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs deployments' requests, each on a virtual thread, from whatever an earlier run of the same request left. */
public final class DeploymentRunner implements DeploymentEntity.RunStarter {
    private static final Logger LOG = LoggerFactory.getLogger(DeploymentRunner.class);
    private static final int NEVER_DEPLOYED = 70000;

    private final Entities entities;
    private final EngineServices services;
    private final TaskService tasks;
    private final TaskWorkers workers;
    private final Map<Long, Cancellation> runs = new ConcurrentHashMap<>();
    private final PlanSources sources;
    private final CompiledPackages compiled;
    private final EngineSettings settings;
    private final Agents agents;
    private final LogCollector logs;
    private final ReleasePacker packer;
    private final DeploymentService.DeploymentRows deployments;

    public DeploymentRunner(
            ActorSystem<?> system,
            EngineServices services,
            TaskService tasks,
            TaskWorkers workers,
            PlanSources sources,
            CompiledPackages compiled,
            EngineSettings settings,
            Agents agents,
            LogCollector logs,
            ReleasePacker packer,
            DeploymentService.DeploymentRows deployments) {
        this.packer = packer;
        this.deployments = deployments;
        this.agents = agents;
        this.logs = logs;
        this.entities = new Entities(system);
        this.services = services;
        this.tasks = tasks;
        this.workers = workers;
        this.sources = sources;
        this.compiled = compiled;
        this.settings = settings;
    }

    @Override
    public void claim(String deployment, long task, ActorRef<DeploymentCommand> deploymentRef) {
        workers.claim(Lane.ORDINARY, deployment, task, () -> deploymentRef.tell(new DeploymentCommand.Granted(task)));
    }

    @Override
    public void leave(long task) {
        workers.leave(task);
    }

    @Override
    public Cancellation start(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef) {
        var cancelled = new AtomicBoolean();
        Cancellation cancellation = () -> cancelled.set(true);
        var underWay = runs.putIfAbsent(request.task(), cancellation);
        if (underWay != null) {
            return underWay;
        }
        var log = tasks.log(request.task(), cancelled);
        Thread.ofVirtual().name("deployment-" + deployment).start(() -> {
            try {
                var audit = new RunAudit(services.audit(), deployment, request, state);
                audit.begin();
                var outcome = run(deployment, request, state, deploymentRef, log, cancellation);
                audit.end(outcome);
                tasks.flush(request.task());
                deploymentRef.tell(new DeploymentCommand.RunEnded(request.task(), outcome));
            } finally {
                runs.remove(request.task());
                workers.leave(request.task());
            }
        });
        return cancellation;
    }

    private RunOutcome run(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log,
            Cancellation cancellation) {
        try {
            LOG.info("task {}: {} '{}' starts", request.task(), request.description(), deployment);
            if (entities.startTask(request.task()) == State.CANCELLING) {
                // Asked before a director died, which had not come to it yet.
                cancellation.cancel();
            }
            var outcome =
                    switch (request.kind()) {
                        case DEPLOY -> deploy(deployment, request, state, deploymentRef, log);
                        case DELETE -> delete(deployment, request, state, deploymentRef, log);
                        case ERRAND -> errand(deployment, request, state, deploymentRef, log);
                        case EXPORT -> export(deployment, request, state, log);
                        case RESOLVE ->
                            told(cloudCheck(request, state, deploymentRef, log).resolve());
                        case ATTACH_DISK -> told(changer(request, log).attach(deployment, state));
                        case ORPHAN_DISK -> told(changer(request, log).orphan(deployment, state));
                        case SCAN_AND_FIX ->
                            told(cloudCheck(request, state, deploymentRef, log).scanAndFix(deployment, state));
                    };
            LOG.info("task {}: {} '{}' is done", request.task(), request.description(), deployment);
            return outcome;
        } catch (RunFailed failed) {
            return failure(
                    deployment,
                    request,
                    log,
                    failed.code(),
                    String.valueOf(failed.getMessage()),
                    failed.isCancellation());
        } catch (InvalidInput invalid) {
            int code = invalid.problems().getFirst().code();
            return failure(deployment, request, log, code, String.valueOf(invalid.getMessage()), false);
        } catch (TemplateException template) {
            return failure(deployment, request, log, 100, String.valueOf(template.getMessage()), false);
        } catch (Exception bug) {
            LOG.error("task {} of deployment {} broke", request.task(), deployment, bug);
            return failure(deployment, request, log, 100, "internal error: " + bug, false);
        }
    }

    private DiskChanger changer(DeploymentRequest request, TaskLog log) {
        return new DiskChanger(entities, services.cpis(), log, request);
    }

    private static RunOutcome told(String result) {
        return new RunOutcome("", false, null, false, result);
    }

    private static RunOutcome failure(
            String deployment, DeploymentRequest request, TaskLog log, int code, String message, boolean cancelled) {
        LOG.warn("task {}: {} '{}' failed: {}", request.task(), request.description(), deployment, message);
        log.error(code, message);
        return RunOutcome.failed(message, cancelled);
    }

    private RunOutcome deploy(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log)
            throws Exception {
        boolean isOfAll = request.options().only().isEmpty();
        var wish = isOfAll && !request.dryRun() ? new Wish(request) : Wish.NONE;
        var preparation = preparation(request, state, deploymentRef, log, wish);
        var rollout = rollout(deployment, request, state, deploymentRef, log);
        PreparedDeployment prepared;
        try {
            prepared = prepare(request, manifestOf(request, state), preparation, isOfAll ? log : new QuietLog(log));
        } catch (Exception failure) {
            preparation.undo();
            if (state.accepted() == null && state.members().isEmpty()) {
                // Nobody can delete a deployment that never was, and so let its networks go.
                services.networks().retain(deployment, List.of());
            }
            throw failure;
        }
        if (request.dryRun()) {
            log.result(Yaml.canonicalJson(rollout.preview(prepared)));
            preparation.undo();
            return new RunOutcome("", false, null, false, "");
        }
        sources.describe(prepared.topology());
        if (!isOfAll) {
            String name = new InstanceAction(entities, log, request).run(prepared);
            return new RunOutcome("", false, null, false, name);
        }
        rollout.run(prepared);
        preparation.settle(prepared);
        services.networks().retain(deployment, preparation.managedNetworks());
        sources.recordVariables(deployment, prepared.variableIds());
        sources.recordLinks(deployment, prepared.links());
        return new RunOutcome("", false, acceptedAfter(request, state, prepared), false, "");
    }

    private RunOutcome errand(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log)
            throws Exception {
        var preparation = preparation(request, state, deploymentRef, log, Wish.NONE);
        var prepared = prepare(request, manifestOf(request, state), preparation, log);
        var tools = new ErrandRunner.Tools(entities, agents, logs, sources);
        String result = new ErrandRunner(tools, log, request).run(deployment, prepared, settings.maxThreads());
        return told(result);
    }

    private Rollout rollout(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log) {
        return new Rollout(entities, services.rows(), log, request, deploymentRef, settings, deployment, state);
    }

    private CloudCheck cloudCheck(
            DeploymentRequest request, DeploymentState state, ActorRef<DeploymentCommand> deploymentRef, TaskLog log) {
        var tools = new ProblemResolver.Tools(entities, agents, services, sources);
        return new CloudCheck(tools, deployments, log, request, () -> {
            var preparation = preparation(request, state, deploymentRef, log, Wish.NONE);
            return prepare(request, manifestOf(request, state), preparation, new QuietLog(log));
        });
    }

    private Preparation preparation(
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log,
            Wish wish) {
        return new Preparation(
                entities,
                sources,
                state,
                deploymentRef,
                log,
                request,
                new Preparation.World(services.cpis(), services.rows(), services.networks()),
                wish);
    }

    /** The text that was deployed stays as the user wrote it. */
    private static DeploymentState.Accepted acceptedAfter(
            DeploymentRequest request, DeploymentState state, PreparedDeployment prepared) {
        var accepted = prepared.accepted();
        return request.manifest().isEmpty() && state.accepted() != null
                ? new DeploymentState.Accepted(
                        state.accepted().manifest(), accepted.releases(), accepted.stemcells(), accepted.configs())
                : accepted;
    }

    private RunOutcome export(String deployment, DeploymentRequest request, DeploymentState state, TaskLog log)
            throws Exception {
        var accepted = acceptedOf(state);
        var tools = new ExportRunner.Tools(sources, compilation(request, log), services.cpis(), packer);
        var runner = new ExportRunner(tools, log, request);
        var exported = runner.run(deployment, accepted);
        // A run that was cut off may have said so already, and clients read one line.
        if (tasks.output(request.task(), Tasks.OutputType.RESULT, 0).length == 0) {
            log.result(exported.json());
        }
        return new RunOutcome("", false, null, false, exported.line());
    }

    private PackageCompilation compilation(DeploymentRequest request, TaskLog log) {
        return new PackageCompilation(entities, compiled, services.cpis(), sources, log, request.task());
    }

    private static DeploymentState.Accepted acceptedOf(DeploymentState state) throws RunFailed {
        if (state.accepted() == null) {
            throw new RunFailed(NEVER_DEPLOYED, "no deploy of this deployment went well yet: deploy it first");
        }
        return state.accepted();
    }

    private static String manifestOf(DeploymentRequest request, DeploymentState state) throws RunFailed {
        if (!request.manifest().isEmpty()) {
            return request.manifest();
        }
        return AcceptedManifest.pinned(acceptedOf(state));
    }

    private PreparedDeployment prepare(DeploymentRequest request, String manifest, Preparation preparation, TaskLog log)
            throws Exception {
        var preparing = log.stage("Preparing deployment", 2);
        var draft = new Preparation.Draft[1];
        preparing.step("Preparing deployment", () -> draft[0] = preparation.run(manifest));
        requireWanted(log, request);
        var plan = draft[0];
        var packages = compilation(request, log).run(plan);
        var prepared = new PreparedDeployment[1];
        requireWanted(log, request);
        preparing.step("Rendering templates", () -> prepared[0] = render(request, manifest, plan, packages, log));
        return prepared[0];
    }

    private static void requireWanted(TaskLog log, DeploymentRequest request) throws RunFailed {
        if (log.isCancelled()) {
            throw RunFailed.cancelled(request.task());
        }
    }

    private PreparedDeployment render(
            DeploymentRequest request,
            String manifest,
            Preparation.Draft draft,
            PackageCompilation.Result packages,
            TaskLog log)
            throws Exception {
        var builder = new SpecBuilder(sources, draft, packages);
        var all = new ArrayList<Placed>();
        draft.placed().values().forEach(all::addAll);
        var built = new ConcurrentHashMap<String, PreparedInstance>();
        Parallel.compute(all, placed -> {
            requireWanted(log, request);
            built.put(
                    placed.member().instanceId(),
                    new PreparedInstance(
                            placed.member(),
                            builder.build(placed),
                            Preparation.isErrand(placed.group()),
                            placed.swap()));
        });
        var groups = new ArrayList<PreparedGroup>();
        for (GroupSpec group : draft.spec().groups()) {
            var instances = draft.placed().getOrDefault(group.name(), List.of()).stream()
                    .map(placed -> built.get(placed.member().instanceId()))
                    .toList();
            groups.add(new PreparedGroup(group.name(), instances, GroupUpdate.of(group.update(), request.options())));
        }
        return new PreparedDeployment(
                groups,
                draft.obsolete(),
                accepted(manifest, draft),
                draft.links(),
                draft.variableIds(),
                draft.topology());
    }

    private static DeploymentState.Accepted accepted(String manifest, Preparation.Draft draft) {
        var releases = draft.spec().releases().stream()
                .map(release -> new NameVersion(release.name(), release.version()))
                .toList();
        var stemcells = new LinkedHashSet<NameVersion>();
        draft.spec()
                .groups()
                .forEach(group -> stemcells.add(new NameVersion(
                        group.stemcell().name(), group.stemcell().version())));
        return new DeploymentState.Accepted(manifest, releases, List.copyOf(stemcells), draft.configs());
    }

    private RunOutcome delete(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            ActorRef<DeploymentCommand> deploymentRef,
            TaskLog log)
            throws Exception {
        new DeploymentDeletion(
                        rollout(deployment, request, state, deploymentRef, log), sources, services.networks(), log)
                .run(deployment, state.members());
        return new RunOutcome("", false, null, true, "");
    }
}
