package io.slipway.engine.deployment;

import io.slipway.cpi.CpiException;
import io.slipway.engine.EngineServices;
import io.slipway.engine.Fence;
import io.slipway.engine.LogContext;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.TaskLog;
import io.slipway.engine.Tasks.OutputType;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.disk.DiskChanger;
import io.slipway.engine.errand.ErrandRunner;
import io.slipway.engine.export.ExportRunner;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.plan.ChangeOrder;
import io.slipway.engine.problem.CloudCheck;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.queue.TaskWorkers.Lane;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.rollout.DeletionRun;
import io.slipway.engine.rollout.DeployRun;
import io.slipway.engine.rollout.InstanceRun;
import io.slipway.engine.run.Run;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.run.RunOutcome;
import io.slipway.engine.task.TaskCommand;
import io.slipway.engine.task.TaskCommand.TaskReply;
import io.slipway.engine.task.TaskEntity;
import io.slipway.engine.task.TaskEvent;
import io.slipway.engine.task.TaskService;
import io.slipway.model.InvalidInput;
import io.slipway.secrets.input.RunInputs;
import io.slipway.store.Outage;
import io.slipway.templates.TemplateException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what requests ask for, each as a child of its deployment's entity, from whatever an earlier run of the same request
 * left; and tells everybody of their ends.
 */
public final class RequestRuns {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRuns.class);
    private static final Duration CREATION = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int INTERNAL = 100;

    private final ClusterSharding sharding;
    private final EngineServices services;
    private final TaskService tasks;
    private final TaskWorkers workers;
    private final RunInputs inputs;
    private final Features features;
    private final Stop stop;

    /** Who knows how each kind of request is done. */
    public record Features(
            DeployRun deploys,
            InstanceRun instances,
            DeletionRun deletions,
            ErrandRunner errands,
            CloudCheck cloudCheck,
            ExportRunner exports,
            DiskChanger disks) {}

    /** @param stop of this director */
    public RequestRuns(
            ClusterSharding sharding,
            EngineServices services,
            TaskService tasks,
            TaskWorkers workers,
            RunInputs inputs,
            Features features,
            Stop stop) {
        this.sharding = sharding;
        this.services = services;
        this.tasks = tasks;
        this.workers = workers;
        this.inputs = inputs;
        this.features = features;
        this.stop = stop;
    }

    /** Asks for a worker for a task. */
    void claim(String deployment, long task, Runnable granted) {
        workers.claim(Lane.ORDINARY, deployment, task, granted);
    }

    /** The task needs no worker any more. */
    void leave(long task) {
        workers.leave(task);
    }

    /** Creates the task of a request; one that is there stays as it is. Fails where it does not answer in time. */
    CompletionStage<TaskReply> createTask(String deployment, DeploymentRequest request) {
        return create(deployment, request, CREATION);
    }

    private CompletionStage<TaskReply> create(String deployment, DeploymentRequest request, Duration deadline) {
        var created = new TaskEvent.Created(
                request.task(),
                request.kind(),
                request.description(),
                request.head().user(),
                deployment,
                request.head().contextId(),
                services.clock().instant().toString());
        return Ask.within(deadline, () -> task(request.task())
                .<TaskReply>ask(replyTo -> new TaskCommand.Create(created, replyTo), Ask.SILENCE));
    }

    /** Runs a request; the deployment is told how it ended, or that it was cut off. */
    Behavior<BackgroundWork.Signal> run(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            AtomicBoolean isCancelled,
            ActorRef<DeploymentCommand> deploymentRef) {
        var underWay = Objects.requireNonNull(state.run());
        return BackgroundWork.of(
                "deployment-" + deployment,
                stop,
                until -> outcome(deployment, request, state, underWay, isCancelled, until)
                        .ifPresent(outcome ->
                                deploymentRef.tell(new DeploymentCommand.RunEnded(underWay.epoch(), outcome))),
                () -> workers.leave(request.task()));
    }

    /** Empty where the run was cut off: it is begun again. */
    private Optional<RunOutcome> outcome(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            RunUnderWay underWay,
            AtomicBoolean isCancelled,
            Stop until) {
        long task = request.task();
        var log = tasks.log(task, isCancelled);
        var journal =
                new EntityRunJournal(sharding.entityRefFor(DeploymentEntity.KEY, deployment), underWay.epoch(), until);
        var fence = new Fence(deployment, underWay.epoch());
        var run = new Run(
                deployment, task, fence, log, until, journal, underWay.start(state.accepted(), state.members()));
        try (var context = LogContext.of(Map.of("deployment", deployment, "task", Long.toString(task)))) {
            begin(deployment, request, state, isCancelled, until);
            LOG.info("task {}: {} '{}' starts", task, request.description(), deployment);
            new RunAudit(services.audit(), deployment, request).begin(state.accepted());
            if (run.start().plan() == null && run.start().notes().isEmpty()) {
                run.check();
            }
            // Whoever has begun, and is cancelled, looks for its next safe point itself: there it cleans up.
            var outcome = perform(run, request);
            LOG.info("task {}: {} '{}' is done", task, request.description(), deployment);
            return Optional.of(outcome);
        } catch (Throwable thrown) {
            if (RunOutcome.isEnd(thrown)) {
                return Optional.of(failed(deployment, request, log, thrown));
            }
            if (thrown instanceof Stop.Stopped) {
                LOG.debug("task {} stops with this director, or with its deployment here, and begins again", task);
            } else {
                LOG.warn("task {} was cut off, and begins again: {}", task, thrown.toString());
            }
            return Optional.empty();
        }
    }

    /** Its task exists, also where a director died before it did, and is under way. */
    private void begin(
            String deployment,
            DeploymentRequest request,
            DeploymentState state,
            AtomicBoolean isCancelled,
            Stop until) {
        Ask.untilAnswered(until, () -> create(deployment, request, Ask.SILENCE));
        var reply = Ask.untilAnswered(
                until, () -> task(request.task()).<TaskReply>ask(TaskCommand.Start::new, Ask.SILENCE));
        boolean isWanted = reply instanceof TaskCommand.Known known && known.state() == State.PROCESSING;
        if (!isWanted) {
            // Somebody asked it to stop before it came to run here, or before a director died.
            isCancelled.set(true);
            giveUp(state, request.task());
        }
    }

    /** Instances that work for a request do not go on for long. */
    void giveUp(DeploymentState state, long task) {
        for (var member : state.members()) {
            sharding.entityRefFor(InstanceEntity.KEY, member.instanceId())
                    .tell(new InstanceCommand.GiveUp(ChangeOrder.keyOf(task)));
        }
    }

    private RunOutcome perform(Run run, DeploymentRequest request) throws Exception {
        return switch (request) {
            case DeploymentRequest.Deploy deploy -> features.deploys().run(run, deploy);
            case DeploymentRequest.ChangeInstance change -> features.instances().run(run, change);
            case DeploymentRequest.Delete delete -> features.deletions().run(run, delete);
            case DeploymentRequest.RunErrand errand -> features.errands().run(run, errand);
            case DeploymentRequest.ResolveProblems resolve ->
                features.cloudCheck().resolve(run, resolve);
            case DeploymentRequest.ScanAndFix scan -> features.cloudCheck().scanAndFix(run, scan);
            case DeploymentRequest.ExportRelease export -> features.exports().run(run, export);
            case DeploymentRequest.AttachDisk attach -> features.disks().attach(run, attach);
            case DeploymentRequest.OrphanDisk orphan -> features.disks().orphan(run, orphan);
        };
    }

    private static RunOutcome failed(String deployment, DeploymentRequest request, TaskLog log, Throwable thrown) {
        int code =
                switch (thrown) {
                    case RunFailed failed -> failed.code();
                    case RequestRefused refused -> refused.code();
                    case InvalidInput invalid -> invalid.problems().getFirst().code();
                    default -> INTERNAL;
                };
        String message =
                switch (thrown) {
                    case RunFailed failed -> String.valueOf(failed.getMessage());
                    case RequestRefused refused -> String.valueOf(refused.getMessage());
                    case InvalidInput invalid -> String.valueOf(invalid.getMessage());
                    case TemplateException template -> String.valueOf(template.getMessage());
                    case CpiException refused ->
                        "CPI error: " + refused.failure().message();
                    default -> {
                        LOG.error("task {} of deployment {} broke", request.task(), deployment, thrown);
                        yield "internal error: " + thrown;
                    }
                };
        LOG.warn("task {}: {} '{}' failed: {}", request.task(), request.description(), deployment, message);
        log.error(code, message);
        return RunOutcome.failed(message, thrown instanceof RunFailed failed && failed.isCancellation());
    }

    /** Tells everybody of the end of a request, each as often as it takes, and then the deployment that they know. */
    Behavior<BackgroundWork.Signal> close(
            String deployment,
            Ending ending,
            CompletionStage<Void> rowShown,
            ActorRef<DeploymentCommand> deploymentRef) {
        return BackgroundWork.of(
                "closing-" + ending.task(),
                stop,
                until -> {
                    until.await(rowShown);
                    if (ending.wasRun()) {
                        untilDone(
                                until, () -> new RunAudit(services.audit(), deployment, ending.request()).end(ending));
                    }
                    untilDone(until, () -> writeOutput(ending, until));
                    Ask.untilAnswered(until, () -> create(deployment, ending.request(), Ask.SILENCE));
                    end(ending.task(), ending.taskState(), ending.taskResult(deployment), until);
                    untilDone(until, () -> inputs.forget(deployment, ending.task()));
                    deploymentRef.tell(new DeploymentCommand.EndTold(ending.task()));
                },
                () -> {});
    }

    /** Once, also where a director dies right after: clients read the result output as a whole. */
    private void writeOutput(Ending ending, Stop until) {
        flush(ending.task(), until);
        boolean isWritten = tasks.output(ending.task(), OutputType.RESULT, 0).length > 0;
        if (!ending.output().isEmpty() && !isWritten) {
            tasks.log(ending.task(), new AtomicBoolean()).result(ending.output());
            flush(ending.task(), until);
        }
    }

    private void flush(long task, Stop until) {
        while (!tasks.flush(task)) {
            until.check();
        }
    }

    private void end(long task, State state, String result, Stop until) {
        Ask.untilAnswered(until, () -> task(task)
                .<TaskReply>ask(replyTo -> new TaskCommand.End(state, result, replyTo), Ask.SILENCE));
    }

    /** A task that is open, and that its deployment knows nothing of. */
    void endUnknownTask(long task) {
        Thread.ofVirtual().name("closing-" + task).start(() -> {
            try {
                end(task, State.ERROR, "How this ended is not known; look at the deployment, and ask again", stop);
            } catch (Stop.Stopped stopped) {
                LOG.debug("task {} is ended by the director that starts next", task);
            }
        });
    }

    /**
     * Removes what is kept of a deployment that is gone.
     *
     * @param hidden once lists do not show it any more
     * @param then runs when nothing is left
     */
    Behavior<BackgroundWork.Signal> forget(String deployment, CompletionStage<Void> hidden, Runnable then) {
        return BackgroundWork.of(
                "forgetting-" + deployment,
                stop,
                until -> {
                    until.await(hidden);
                    untilDone(until, () -> services.deployments().forget(deployment));
                    then.run();
                },
                () -> {});
    }

    /** However often the database is away; what is refused for good is told to the log, and passed over. */
    private static void untilDone(Stop until, Runnable work) {
        while (true) {
            until.check();
            try {
                work.run();
                return;
            } catch (RuntimeException failure) {
                if (!Outage.is(failure)) {
                    if (failure instanceof Stop.Stopped stopped) {
                        throw stopped;
                    }
                    LOG.error("the end of a run cannot be told to all", failure);
                    return;
                }
            }
            until.pause(PAUSE);
        }
    }

    private EntityRef<TaskCommand> task(long id) {
        return sharding.entityRefFor(TaskEntity.KEY, Long.toString(id));
    }
}
