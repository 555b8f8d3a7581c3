package io.slipway.engine.deployment;

import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.EngineServices;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.deployment.DeploymentCommand.Recorded;
import io.slipway.engine.deployment.DeploymentCommand.RunOutcome;
import io.slipway.engine.deployment.DeploymentCommand.SubmitReply;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.task.TaskCommand;
import io.slipway.engine.task.TaskEntity;
import io.slipway.engine.task.TaskEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of a deployment, and its lock: requests are queued here and run one after another. After a crash the
 * run that was under way is started again; all that it did is found done.
 */
public final class DeploymentEntity extends EventSourcedBehavior<DeploymentCommand, DeploymentEvent, DeploymentState> {
    public static final EntityTypeKey<DeploymentCommand> KEY =
            EntityTypeKey.create(DeploymentCommand.class, "Deployment");
    private static final Duration TASK_DEADLINE = Duration.ofSeconds(30);

    private final String name;
    private final ActorContext<DeploymentCommand> context;
    private final EngineServices services;
    private final RunStarter starter;
    private @Nullable Cancellation run;
    private long claimed;

    /** Finds workers for requests, and runs them. */
    public interface RunStarter {
        /** Asks for a worker for a task; the deployment is told when there is one. */
        void claim(String deployment, long task, ActorRef<DeploymentCommand> deploymentRef);

        /** The task needs no worker any more. */
        void leave(long task);

        /** Starts the run of a request in the background, unless it is under way; it tells the deployment how it ended. */
        Cancellation start(
                String deployment,
                DeploymentRequest request,
                DeploymentState state,
                ActorRef<DeploymentCommand> deploymentRef);
    }

    /** Asks a run to stop at its next safe point. */
    @FunctionalInterface
    public interface Cancellation {
        void cancel();
    }

    private DeploymentEntity(
            String name, ActorContext<DeploymentCommand> context, EngineServices services, RunStarter starter) {
        super(
                PersistenceId.of(KEY.name(), name),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.name = name;
        this.context = context;
        this.services = services;
        this.starter = starter;
    }

    public static Behavior<DeploymentCommand> create(String name, EngineServices services, RunStarter starter) {
        return Behaviors.setup(context -> new DeploymentEntity(name, context, services, starter));
    }

    @Override
    public DeploymentState emptyState() {
        return DeploymentState.NONE;
    }

    @Override
    public EventHandler<DeploymentState, DeploymentEvent> eventHandler() {
        return DeploymentState::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(50, 2);
    }

    @Override
    public SignalHandler<DeploymentState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), state -> {
                    if (!state.queue().isEmpty()) {
                        context.getSelf().tell(new DeploymentCommand.Proceed());
                    }
                })
                .build();
    }

    @Override
    public CommandHandler<DeploymentCommand, DeploymentEvent, DeploymentState> commandHandler() {
        return (state, command) -> switch (command) {
            case DeploymentCommand.Submit submit -> submit(state, submit);
            case DeploymentCommand.CancelTask cancel -> cancel(state, cancel.task());
            case DeploymentCommand.Wake wake -> Effect().none();
            case DeploymentCommand.RecordMembers record ->
                Effect()
                        .persist(new DeploymentEvent.MembersRecorded(record.members()))
                        .thenRun(() -> record.replyTo().tell(new Recorded()));
            case DeploymentCommand.RecordRemoval record ->
                Effect()
                        .persist(new DeploymentEvent.MemberRemoved(record.instanceId()))
                        .thenRun(() -> record.replyTo().tell(new Recorded()));
            case DeploymentCommand.RecordIgnored record ->
                Effect()
                        .persist(new DeploymentEvent.MemberIgnored(record.instanceId(), record.isIgnored()))
                        .thenRun(after ->
                                writeRow(after).thenRun(() -> record.replyTo().tell(new Recorded())));
            case DeploymentCommand.Proceed proceed -> proceed(state);
            case DeploymentCommand.Granted granted -> granted(state, granted.task());
            case DeploymentCommand.RunEnded ended -> ended(state, ended);
            case DeploymentCommand.EndRecorded recorded -> proceed(state);
        };
    }

    private Effect<DeploymentEvent, DeploymentState> submit(DeploymentState state, DeploymentCommand.Submit submit) {
        var request = submit.request();
        Long known = state.tasksByKey().get(request.requestKey());
        if (!request.requestKey().isEmpty() && known != null) {
            submit.replyTo().tell(new SubmitReply(known, ""));
            return Effect().none();
        }
        boolean needsOne = request.kind() == DeploymentRequest.Kind.DELETE
                || request.manifest().isEmpty();
        if (needsOne && state.isUnknown()) {
            submit.replyTo().tell(new SubmitReply(0, "Deployment '" + name + "' doesn't exist"));
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.Submitted(request)).thenRun(after -> createTask(request)
                .whenComplete((created, failure) -> {
                    submit.replyTo()
                            .tell(
                                    failure == null
                                            ? new SubmitReply(request.task(), "")
                                            : new SubmitReply(0, "the task was not recorded in time; try again"));
                    context.getSelf().tell(new DeploymentCommand.Proceed());
                }));
    }

    private Effect<DeploymentEvent, DeploymentState> cancel(DeploymentState state, long task) {
        if (state.running() == task) {
            if (run != null) {
                run.cancel();
                giveUp(state, task);
            }
            return Effect().none();
        }
        if (state.queue().stream().noneMatch(request -> request.task() == task)) {
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.Dropped(task)).thenRun(() -> {
            starter.leave(task);
            endTask(task, State.CANCELLED, "cancelled while it was queued");
            context.getSelf().tell(new DeploymentCommand.Proceed());
        });
    }

    /** Nor do instances that work for the run go on for long. */
    private void giveUp(DeploymentState state, long task) {
        var sharding = ClusterSharding.get(context.getSystem());
        for (var member : state.members()) {
            sharding.entityRefFor(InstanceEntity.KEY, member.instanceId())
                    .tell(new InstanceCommand.GiveUp("task-" + task));
        }
    }

    private Effect<DeploymentEvent, DeploymentState> proceed(DeploymentState state) {
        if (run != null || state.queue().isEmpty()) {
            return Effect().none();
        }
        long next = state.queue().getFirst().task();
        if (claimed != next) {
            claimed = next;
            starter.claim(name, next, context.getSelf());
        }
        return Effect().none();
    }

    private Effect<DeploymentEvent, DeploymentState> granted(DeploymentState state, long task) {
        boolean isNext = !state.queue().isEmpty() && state.queue().getFirst().task() == task;
        if (run != null || !isNext) {
            return Effect().none();
        }
        var next = state.queue().getFirst();
        if (state.running() == next.task()) {
            start(state, next);
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.RunStarted(next.task())).thenRun(after -> start(after, next));
    }

    private void start(DeploymentState state, DeploymentRequest request) {
        var self = context.getSelf();
        writeRow(state);
        run = starter.start(name, request, state, self);
    }

    private Effect<DeploymentEvent, DeploymentState> ended(DeploymentState state, DeploymentCommand.RunEnded ended) {
        if (state.running() != ended.task()) {
            return Effect().none();
        }
        RunOutcome outcome = ended.outcome();
        run = null;
        return Effect()
                .persist(new DeploymentEvent.RunFinished(
                        ended.task(),
                        outcome.failure(),
                        outcome.wasCancelled(),
                        outcome.accepted(),
                        outcome.isDeleted()))
                .thenRun(after -> {
                    var end = outcome.wasCancelled()
                            ? State.CANCELLED
                            : outcome.failure().isEmpty() ? State.DONE : State.ERROR;
                    String result = resultOf(outcome);
                    writeRow(after).thenRun(() -> endTask(ended.task(), end, result));
                    context.getSelf().tell(new DeploymentCommand.EndRecorded(ended.task()));
                });
    }

    private String resultOf(RunOutcome outcome) {
        if (!outcome.failure().isEmpty()) {
            return outcome.failure();
        }
        return outcome.result().isEmpty() ? "/deployments/" + name : outcome.result();
    }

    private CompletionStage<TaskCommand.TaskReply> createTask(DeploymentRequest request) {
        var created = new TaskEvent.Created(
                request.task(),
                request.description(),
                request.user(),
                name,
                request.contextId(),
                services.clock().instant().toString());
        return ClusterSharding.get(context.getSystem())
                .entityRefFor(TaskEntity.KEY, Long.toString(request.task()))
                .ask(replyTo -> new TaskCommand.Create(created, replyTo), TASK_DEADLINE);
    }

    /** The row shows the deployment's end before the task shows its own: who waits for the task then reads the truth. */
    private void endTask(long task, State end, String result) {
        var taskRef = ClusterSharding.get(context.getSystem()).entityRefFor(TaskEntity.KEY, Long.toString(task));
        taskRef.<TaskCommand.TaskReply>ask(replyTo -> new TaskCommand.End(end, result, replyTo), TASK_DEADLINE)
                .whenComplete((ended, failure) -> {
                    if (failure != null) {
                        context.getLog().warn("the end of task {} was not recorded in time", task);
                    }
                });
    }

    private CompletableFuture<Void> writeRow(DeploymentState state) {
        long version = lastSequenceNumber(context);
        var accepted = state.accepted();
        boolean isGone = state.isUnknown();
        var row = new DeploymentRow(
                name,
                accepted == null ? "" : accepted.manifest(),
                accepted == null ? List.of() : accepted.releases(),
                accepted == null ? List.of() : accepted.stemcells(),
                state.running() == 0 ? "" : Long.toString(state.running()),
                state.members().stream()
                        .filter(DeploymentState.Member::isIgnored)
                        .map(DeploymentState.Member::instanceId)
                        .toList(),
                accepted == null ? ConfigIds.NONE : accepted.configs());
        return CompletableFuture.runAsync(
                () -> {
                    if (isGone) {
                        services.rows().deleteDeployment(name);
                    } else {
                        services.rows().write(row, version);
                    }
                },
                services.blocking());
    }
}
