package io.slipway.engine.deployment;

import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.EngineServices;
import io.slipway.engine.deployment.DeploymentCommand.FromRun;
import io.slipway.engine.deployment.DeploymentCommand.RunReply;
import io.slipway.engine.plan.Member;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.request.DeploymentRequest;
import io.slipway.engine.run.RunOutcome;
import io.slipway.engine.state.StateRow;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
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
 * The one writer of a deployment, and its lock: requests are queued here and run one after another, each as a child that
 * ends with this entity. It listens to those who ask and to the run under way; it alone writes the deployment's row.
 *
 * <p>A run that was cut off, as by the death of a director, is begun again under a new epoch. The end of a run is a step as any
 * other: it is journaled, then told to everybody, then closed; what of it was cut off is done again at recovery.
 */
public final class DeploymentEntity extends EventSourcedBehavior<DeploymentCommand, DeploymentEvent, DeploymentState> {
    public static final EntityTypeKey<DeploymentCommand> KEY =
            EntityTypeKey.create(DeploymentCommand.class, "Deployment");
    /** Before a run that was cut off is begun again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A deployment that there is not is not kept for longer. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final String name;
    private final ActorContext<DeploymentCommand> context;
    private final TimerScheduler<DeploymentCommand> timers;
    private final EngineServices services;
    private final RequestRuns runs;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final StateRow row;
    private @Nullable Child run;
    private long claimed;
    private boolean isLeaving;

    /** The run in this process. */
    private record Child(long task, AtomicBoolean isCancelled) {}

    private DeploymentEntity(
            String name,
            ActorContext<DeploymentCommand> context,
            TimerScheduler<DeploymentCommand> timers,
            EngineServices services,
            RequestRuns runs,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), name),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.name = name;
        this.context = context;
        this.timers = timers;
        this.services = services;
        this.runs = runs;
        this.shard = shard;
        this.row = services.row(KEY.name(), name);
    }

    /** @param shard is asked to let the entity go once nothing is left of the deployment */
    public static Behavior<DeploymentCommand> create(
            String name, EngineServices services, RequestRuns runs, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.setReceiveTimeout(IDLE, new DeploymentCommand.Idle());
            return new DeploymentEntity(name, context, timers, services, runs, shard);
        }));
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
        return RetentionCriteria.snapshotEvery(50, 2).withDeleteEventsOnSnapshot();
    }

    @Override
    public SignalHandler<DeploymentState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(PostStop.instance(), state -> stopped())
                .build();
    }

    /** Also after a journal that could not be written to: all children are gone then. */
    private void recovered(DeploymentState state) {
        run = null;
        claimed = 0;
        if (isLeaving && state.isForgettable()) {
            isLeaving = false;
            clearAway();
            return;
        }
        isLeaving = false;
        if (!state.isForgettable()) {
            var shown = writeRow(state);
            state.endings().forEach(ending -> close(ending, shown));
        }
        context.getSelf().tell(new DeploymentCommand.Proceed());
    }

    private void stopped() {
        row.close();
        if (run == null && claimed != 0) {
            runs.leave(claimed);
        }
    }

    @Override
    public CommandHandler<DeploymentCommand, DeploymentEvent, DeploymentState> commandHandler() {
        return (state, command) -> switch (command) {
            case DeploymentCommand.Submit submit -> submit(state, submit);
            case DeploymentCommand.CancelTask cancel -> cancel(state, cancel.task());
            case DeploymentCommand.Wake wake -> wake(state);
            case DeploymentCommand.Resume resume -> resume(state, resume.task());
            case DeploymentCommand.Look look -> look(state, look);
            case DeploymentCommand.RecordIgnored record -> recordIgnored(record);
            case FromRun told -> told(state, told);
            case DeploymentCommand.RunEnded ended -> ended(state, ended.epoch(), ended.outcome());
            case DeploymentCommand.RunCutOff cutOff -> cutOff(state, cutOff.epoch());
            case DeploymentCommand.Proceed proceed -> proceed(state);
            case DeploymentCommand.Granted granted -> granted(state, granted.task());
            case DeploymentCommand.EndTold told -> endTold(state, told.task());
            case DeploymentCommand.Idle idle -> {
                if (state.isForgettable() && !isLeaving) {
                    leave();
                }
                yield Effect().none();
            }
            case DeploymentCommand.Leave leave -> Effect().stop();
        };
    }

    private Effect<DeploymentEvent, DeploymentState> submit(DeploymentState state, DeploymentCommand.Submit submit) {
        var request = submit.request();
        var asked = state.taskOf(request.head().key());
        if (isLeaving) {
            submit.replyTo().tell(new DeploymentCommand.Leaving(name));
            return Effect().none();
        }
        if (asked.isPresent()) {
            // A director may have died between the journal and the task.
            state.queued(asked.get())
                    .ifPresentOrElse(first -> replyOnceThereIsATask(first, submit.replyTo()), () -> submit.replyTo()
                            .tell(new DeploymentCommand.Queued(asked.get())));
            return Effect().none();
        }
        if (state.knows(request.task())) {
            replyOnceThereIsATask(request, submit.replyTo());
            return Effect().none();
        }
        if (request.needsDeployment() && state.isUnknown()) {
            submit.replyTo().tell(new DeploymentCommand.Unknown(name));
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.Submitted(request)).thenRun(after -> {
            replyOnceThereIsATask(request, submit.replyTo());
            context.getSelf().tell(new DeploymentCommand.Proceed());
        });
    }

    /** Who gets no reply in time asks again, and the run makes sure that there is a task in any case. */
    private void replyOnceThereIsATask(DeploymentRequest request, ActorRef<DeploymentCommand.SubmitReply> replyTo) {
        runs.createTask(name, request).thenRun(() -> replyTo.tell(new DeploymentCommand.Queued(request.task())));
    }

    private Effect<DeploymentEvent, DeploymentState> cancel(DeploymentState state, long task) {
        if (state.isRunningTask(task)) {
            if (run != null) {
                run.isCancelled().set(true);
            }
            runs.giveUp(state, task);
            return Effect().none();
        }
        if (!state.isQueued(task)) {
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.Dropped(task, true)).thenRun(after -> {
            if (claimed == task) {
                claimed = 0;
            }
            runs.leave(task);
            after.ending(task).ifPresent(ending -> close(ending, CompletableFuture.completedFuture(null)));
            context.getSelf().tell(new DeploymentCommand.Proceed());
        });
    }

    /** A director may have died before a deployment that is gone was forgotten. */
    private Effect<DeploymentEvent, DeploymentState> wake(DeploymentState state) {
        if (state.isForgettable() && lastSequenceNumber(context) > 0) {
            clearAway();
        }
        return Effect().none();
    }

    private Effect<DeploymentEvent, DeploymentState> resume(DeploymentState state, long task) {
        if (!state.knows(task)) {
            runs.endUnknownTask(task);
        }
        return Effect().none();
    }

    private Effect<DeploymentEvent, DeploymentState> look(DeploymentState state, DeploymentCommand.Look look) {
        var last = state.lastBefore(look.beforeTask());
        look.replyTo()
                .tell(
                        last.isPresent()
                                ? new DeploymentCommand.Busy(last.getAsLong())
                                : new DeploymentCommand.Standing(state.accepted(), state.members()));
        return Effect().none();
    }

    private Effect<DeploymentEvent, DeploymentState> recordIgnored(DeploymentCommand.RecordIgnored record) {
        return Effect()
                .persist(new DeploymentEvent.MemberIgnored(record.instanceId(), record.isIgnored()))
                .thenRun(after ->
                        writeRow(after).thenRun(() -> record.replyTo().tell(new DeploymentCommand.Recorded())));
    }

    private Effect<DeploymentEvent, DeploymentState> told(DeploymentState state, FromRun told) {
        var current = state.run();
        if (current == null || current.epoch() != told.epoch()) {
            context.getLog().warn("deployment {} refuses what a run says that is over: {}", name, told.epoch());
            told.replyTo().tell(new DeploymentCommand.Superseded(name));
            return Effect().none();
        }
        return switch (told) {
            case DeploymentCommand.PinPlan pin -> pin(current, pin);
            case DeploymentCommand.RecordMembers record ->
                state.has(record.members())
                        ? recorded(told.replyTo())
                        : record(new DeploymentEvent.MembersRecorded(record.members()), told.replyTo());
            case DeploymentCommand.RecordRemoval record ->
                state.members().stream().noneMatch(member -> member.instanceId().equals(record.instanceId()))
                        ? recorded(told.replyTo())
                        : record(new DeploymentEvent.MemberRemoved(record.instanceId()), told.replyTo());
            case DeploymentCommand.RecordNote record ->
                current.notes().containsKey(record.what())
                        ? recorded(told.replyTo())
                        : record(new DeploymentEvent.RunNoted(record.what(), record.outcome()), told.replyTo());
        };
    }

    private Effect<DeploymentEvent, DeploymentState> record(DeploymentEvent event, ActorRef<RunReply> replyTo) {
        return Effect().persist(event).thenRun(after -> replyTo.tell(new DeploymentCommand.Recorded()));
    }

    private Effect<DeploymentEvent, DeploymentState> recorded(ActorRef<RunReply> replyTo) {
        replyTo.tell(new DeploymentCommand.Recorded());
        return Effect().none();
    }

    /** What the run goes by is in use from then on: the row shows it before anything is made of it. */
    private Effect<DeploymentEvent, DeploymentState> pin(RunUnderWay current, DeploymentCommand.PinPlan pin) {
        var first = current.plan();
        if (first != null) {
            pin.replyTo().tell(new DeploymentCommand.Pinned(first));
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.PlanPinned(pin.plan())).thenRun(after -> writeRow(after)
                .thenRun(() -> pin.replyTo().tell(new DeploymentCommand.Pinned(pin.plan()))));
    }

    private Effect<DeploymentEvent, DeploymentState> proceed(DeploymentState state) {
        var next = state.next();
        if (run == null && next.isPresent() && claimed != next.get().task()) {
            claimed = next.get().task();
            var self = context.getSelf();
            long task = claimed;
            runs.claim(name, task, () -> self.tell(new DeploymentCommand.Granted(task)));
        }
        return Effect().none();
    }

    /** The epoch is the event's own number in the journal, which only grows, also where a deployment was forgotten between. */
    private Effect<DeploymentEvent, DeploymentState> granted(DeploymentState state, long task) {
        var next = state.next();
        if (run != null || next.isEmpty() || next.get().task() != task) {
            return Effect().none();
        }
        long epoch = lastSequenceNumber(context) + 1;
        return Effect().persist(new DeploymentEvent.RunStarted(task, epoch)).thenRun(after -> {
            writeRow(after);
            start(after, next.get(), epoch);
        });
    }

    private void start(DeploymentState state, DeploymentRequest request, long epoch) {
        var isCancelled = new AtomicBoolean();
        run = new Child(request.task(), isCancelled);
        var child = context.spawn(runs.run(name, request, state, isCancelled, context.getSelf()), "run-" + epoch);
        context.watchWith(child, new DeploymentCommand.RunCutOff(epoch));
    }

    private Effect<DeploymentEvent, DeploymentState> ended(DeploymentState state, long epoch, RunOutcome outcome) {
        var current = state.run();
        if (current == null || current.epoch() != epoch) {
            return Effect().none();
        }
        run = null;
        claimed = 0;
        long task = current.task();
        return Effect()
                .persist(new DeploymentEvent.RunFinished(
                        task,
                        outcome.failure(),
                        outcome.wasCancelled(),
                        outcome.accepted(),
                        outcome.isDeleted(),
                        outcome.result(),
                        outcome.output(),
                        true))
                .thenRun(after -> {
                    after.ending(task).ifPresent(ending -> close(ending, writeRow(after)));
                    context.getSelf().tell(new DeploymentCommand.Proceed());
                });
    }

    private Effect<DeploymentEvent, DeploymentState> cutOff(DeploymentState state, long epoch) {
        if (state.isRunning(epoch)) {
            run = null;
            claimed = 0;
            timers.startSingleTimer(new DeploymentCommand.Proceed(), PAUSE);
        }
        return Effect().none();
    }

    /** @param rowShown once the row shows the end: who waits for the task then reads the truth */
    private void close(Ending ending, CompletionStage<Void> rowShown) {
        context.spawnAnonymous(runs.close(name, ending, rowShown, context.getSelf()));
    }

    private Effect<DeploymentEvent, DeploymentState> endTold(DeploymentState state, long task) {
        if (state.ending(task).isEmpty()) {
            return Effect().none();
        }
        return Effect().persist(new DeploymentEvent.RunClosed(task)).thenRun(after -> {
            if (after.isForgettable()) {
                clearAway();
            }
        });
    }

    /** Nothing is left of the deployment: its row and its journal go, and then this entity. */
    private void clearAway() {
        if (isLeaving) {
            return;
        }
        isLeaving = true;
        var hidden = row.writeSurely(version -> services.deployments().hide(name, version));
        var self = context.getSelf();
        context.spawnAnonymous(runs.forget(name, hidden, () -> shard.tell(new ClusterSharding.Passivate<>(self))));
    }

    private void leave() {
        isLeaving = true;
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }

    private CompletionStage<Void> writeRow(DeploymentState state) {
        if (state.isUnknown()) {
            return row.write(version -> services.deployments().hide(name, version));
        }
        var accepted = state.accepted();
        var current = state.run();
        var shown = new DeploymentRow(
                name,
                accepted == null ? "" : accepted.manifest(),
                accepted == null ? PinnedInputs.NONE : accepted.inputs(),
                current == null ? "" : Long.toString(current.task()),
                state.members().stream()
                        .filter(Member::isIgnored)
                        .map(Member::instanceId)
                        .toList(),
                state.underWay());
        return row.write(version -> services.deployments().write(shown, version));
    }
}
