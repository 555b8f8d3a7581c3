package io.slipway.engine.instance;

import io.slipway.engine.EngineServices;
import io.slipway.engine.Fence;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of an instance's life. It listens to its deployment's rollout ({@code Converge}), to its agent's
 * stream and to the infrastructure's answers; it alone makes, changes and deletes the instance's VM and disks.
 *
 * <p>Every act is journaled before it is done and after. What is decided about anything that is heard is
 * {@link InstanceTurn}'s, a function that can be followed without an actor; this class journals it and carries it out.
 */
public final class InstanceEntity extends EventSourcedBehavior<InstanceCommand, InstanceEvent, InstanceState> {
    public static final EntityTypeKey<InstanceCommand> KEY = EntityTypeKey.create(InstanceCommand.class, "Instance");
    /** One that is nobody's, such as one that a stray agent names, is not kept for longer. */
    private static final Logger LOG = LoggerFactory.getLogger(InstanceEntity.class);

    private static final int FORGETTING_TRIES = 60;
    private static final Duration FORGETTING_PAUSE = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofMinutes(2);
    /** Nodes tell of the streams that they hold within moments. */
    private static final Duration SESSIONS_FOUND = Duration.ofMillis(1500);

    private final String id;
    private final ActorContext<InstanceCommand> context;
    private final TimerScheduler<InstanceCommand> timers;
    private final EngineServices services;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final InstanceReports reports;
    private final AgentCalls calls;
    private final AgentCommands commands;
    private final StepRunner runner;
    private Situation now = Situation.START;
    private boolean isLeaving;
    /** The cid of the VM that is being lost, for no goal; empty for none. */
    private String losing = "";

    private final List<ActorRef<InstanceCommand.LossReply>> askersOfLoss = new ArrayList<>();

    private InstanceEntity(
            String id,
            ActorContext<InstanceCommand> context,
            TimerScheduler<InstanceCommand> timers,
            EngineServices services,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.id = id;
        this.context = context;
        this.timers = timers;
        this.services = services;
        this.shard = shard;
        this.reports = new InstanceReports(id, services);
        this.calls = new AgentCalls(services.clock()::millis);
        this.commands = new AgentCommands(services.blobs(), services.timeouts().command());
        this.runner = new StepRunner(id, context, services);
    }

    /** @param shard is asked to let the entity go once nothing is left of the instance */
    public static Behavior<InstanceCommand> create(
            String id, EngineServices services, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.setReceiveTimeout(IDLE, new InstanceCommand.Idle());
            return new InstanceEntity(id, context, timers, services, shard);
        }));
    }

    @Override
    public InstanceState emptyState() {
        return InstanceState.NEW;
    }

    @Override
    public EventHandler<InstanceState, InstanceEvent> eventHandler() {
        return InstanceState::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(100, 2).withDeleteEventsOnSnapshot();
    }

    @Override
    public SignalHandler<InstanceState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(PostStop.instance(), state -> reports.close())
                .build();
    }

    /**
     * Also after a journal that could not be written to: what was heard then and not journaled is forgotten here, and agents
     * are asked to tell it again.
     */
    private void recovered(InstanceState state) {
        hangUp(now.present());
        hangUp(now.next());
        timers.cancelAll();
        now = Situation.START.busy(runner.isRunning());
        losing = "";
        askersOfLoss.clear();
        if (isLeaving) {
            context.getSelf().tell(new InstanceCommand.Leave());
        }
        var goal = state.goal();
        if (goal != null && state.isGone()) {
            // A director died between the end of the instance and that of its row.
            reports.end(state, now, new InstanceEffect.EndGoal(goal, ""), this::clearAway);
            return;
        }
        // Its agents need not have noticed that it was away.
        reports.showRecovered(state);
        findSessions();
        timers.startSingleTimer(new InstanceCommand.Settled(), SESSIONS_FOUND);
        if (state.isWorking()) {
            context.getSelf().tell(new InstanceCommand.Proceed());
        }
    }

    private void findSessions() {
        services.sessions().find(AgentId.Owner.INSTANCE, id);
    }

    private static void hangUp(Situation.Stream stream) {
        var session = stream.session();
        if (session != null) {
            session.tell(new SessionCommand.Close("the director begins again: tell everything once more"));
        }
    }

    @Override
    public CommandHandler<InstanceCommand, InstanceEvent, InstanceState> commandHandler() {
        return (state, command) -> switch (command) {
            case InstanceCommand.Converge converge -> converge(state, converge);
            case InstanceCommand.Inspect inspect -> {
                inspect.replyTo().tell(reports.status(state, now));
                yield Effect().none();
            }
            case InstanceCommand.FromAgent told -> hear(state, told.event());
            case InstanceCommand.CallAgent call -> {
                calls.call(call, now.present().session());
                yield Effect().none();
            }
            case InstanceCommand.SettleCall settle -> {
                calls.settle(settle.callId(), now.present().session());
                yield Effect().none();
            }
            case InstanceCommand.ChangeDisks change -> changeDisks(state, change);
            case InstanceCommand.ForgetDisk forget ->
                settleDisk(state, new InstanceEvent.DiskDeleted(forget.diskCid()), forget.fence(), forget.replyTo());
            case InstanceCommand.ActivateDisk activate ->
                settleDisk(
                        state,
                        new InstanceEvent.DiskActivated(activate.diskCid()),
                        activate.fence(),
                        activate.replyTo());
            case InstanceCommand.LoseVm lose -> lose(state, lose);
            case InstanceCommand.VmLossEnded ended -> lossEnded(state, ended);
            case InstanceCommand.GiveUp giveUp -> react(turn(state).cancel(giveUp.goalKey()));
            case InstanceCommand.Wake wake ->
                // A command, or its answer, may have been lost between two directors: agents do nothing twice.
                state.isWorking() ? react(turn(state).advance()) : Effect().none();
            case InstanceCommand.Proceed proceed -> react(turn(state).advance());
            case InstanceCommand.StepDone done -> {
                runner.told();
                yield isLeaving
                        ? Effect().persist(done.event()).thenStop()
                        : react(turn(state).done(done.event()));
            }
            case InstanceCommand.StepFailed failed -> {
                runner.told();
                yield isLeaving ? Effect().stop() : react(turn(state).stepFailed(failed));
            }
            case InstanceCommand.Settled settled -> {
                if (!now.present().isConnected()) {
                    findSessions();
                    reports.showRow(state, now);
                }
                yield Effect().none();
            }
            case InstanceCommand.Passed passed -> react(turn(state).passed(passed.timer()));
            case InstanceCommand.Idle idle -> {
                if (state.goal() == null || state.isGone()) {
                    leave();
                }
                yield Effect().none();
            }
            case InstanceCommand.Leave leave -> stopOnceIdle();
        };
    }

    /** What the infrastructure is asked for now is not to be asked for by another node as well, before it has answered. */
    private Effect<InstanceEvent, InstanceState> stopOnceIdle() {
        isLeaving = runner.isRunning();
        return isLeaving ? Effect().none() : Effect().stop();
    }

    private InstanceTurn turn(InstanceState state) {
        return new InstanceTurn(id, services.timeouts(), state, now);
    }

    private Effect<InstanceEvent, InstanceState> react(InstanceTurn turn) {
        return react(turn, after -> {});
    }

    /** @param then what is done besides, once the turn is journaled */
    private Effect<InstanceEvent, InstanceState> react(InstanceTurn turn, Consumer<InstanceState> then) {
        return react(turn, () -> {}, then);
    }

    /** @param first what is done once the turn is journaled, before its effects */
    private Effect<InstanceEvent, InstanceState> react(
            InstanceTurn turn, Runnable first, Consumer<InstanceState> then) {
        now = turn.situation();
        var effects = turn.effects();
        if (turn.events().isEmpty()) {
            return Effect().none().thenRun(state -> {
                first.run();
                carryOut(effects, state);
                then.accept(state);
            });
        }
        return Effect().persist(turn.events()).thenRun(state -> {
            first.run();
            carryOut(effects, state);
            then.accept(state);
        });
    }

    private Effect<InstanceEvent, InstanceState> converge(InstanceState state, InstanceCommand.Converge converge) {
        var goal = converge.goal().after(state.goal());
        if (isRefused(state, goal.fence(), converge.replyTo())) {
            return Effect().none();
        }
        var present = state.goal();
        boolean isSame = present != null && present.key().equals(goal.key()) && present.kind() == goal.kind();
        if (!isSame) {
            // Not before the goal is journaled: the end of the one before is not this one's.
            return react(turn(state).set(goal), () -> reports.goalSet(converge.replyTo()), after -> {});
        }
        if (state.isWorking()) {
            reports.alsoAsked(converge.replyTo());
            return react(turn(state).renew(goal));
        }
        var ended = new GoalEnded(id, goal.key(), state.failure(), List.of(), List.of());
        if (state.isGone()) {
            // Its journal is being deleted: what would be written now would stay there for ever.
            converge.replyTo().tell(ended);
            return Effect().none();
        }
        return react(turn(state).renew(goal), after -> converge.replyTo().tell(ended));
    }

    private boolean isRefused(InstanceState state, Fence fence, ActorRef<? super InstanceCommand.Superseded> replyTo) {
        boolean isSuperseded = state.isSuperseded(fence);
        if (isSuperseded) {
            context.getLog().warn("instance {} refuses what a run says that is over: {}", id, fence);
            replyTo.tell(new InstanceCommand.Superseded(id));
        }
        return isSuperseded;
    }

    /** Only of an instance whose jobs are meant to be stopped: it stays as it is, but for its disks. */
    private Effect<InstanceEvent, InstanceState> changeDisks(InstanceState state, InstanceCommand.ChangeDisks change) {
        var present = state.goal();
        if (present == null || !present.isForRest()) {
            change.replyTo()
                    .tell(new GoalEnded(
                            id, change.key(), "the instance is not in 'bosh stopped' state", List.of(), List.of()));
            return Effect().none();
        }
        return converge(
                state,
                new InstanceCommand.Converge(
                        present.forDisks(change.key(), change.task(), change.fence(), change.order()),
                        change.replyTo()));
    }

    private Effect<InstanceEvent, InstanceState> settleDisk(
            InstanceState state, InstanceEvent event, Fence fence, ActorRef<InstanceCommand.DiskReply> replyTo) {
        if (isRefused(state, fence, replyTo)) {
            return Effect().none();
        }
        return Effect().persist(event).thenRun(after -> {
            reports.showRow(after, now);
            replyTo.tell(reports.status(after, now));
        });
    }

    /** Results of calls are none of the goal's business. */
    private Effect<InstanceEvent, InstanceState> hear(InstanceState state, AgentEvent event) {
        if (event instanceof AgentEvent.Connected again
                && again.results().isEmpty()
                && again.session().equals(streamOf(state, event).session())) {
            return Effect().none();
        }
        if (event instanceof AgentEvent.Connected connected) {
            // The node that holds the stream may die and tell nobody.
            context.watchWith(
                    connected.session(),
                    new InstanceCommand.FromAgent(new AgentEvent.Lost(event.agentId(), connected.session())));
        } else if (event instanceof AgentEvent.Beat && !streamOf(state, event).isConnected()) {
            findSessions();
        }
        boolean isOfPresent = state.vm() != null && state.vm().agentId().equals(event.agentId());
        if (isOfPresent && event instanceof AgentEvent.Connected connected) {
            var others = calls.connected(connected.results(), connected.session());
            return react(turn(state).hear(connected.with(others)));
        }
        if (isOfPresent
                && event instanceof AgentEvent.Answered answered
                && calls.answered(answered.result(), now.present().session())) {
            return Effect().none();
        }
        return react(turn(state).hear(event));
    }

    private Situation.Stream streamOf(InstanceState state, AgentEvent event) {
        return state.isNext(event.agentId()) ? now.next() : now.present();
    }

    private Effect<InstanceEvent, InstanceState> lose(InstanceState state, InstanceCommand.LoseVm lose) {
        if (isRefused(state, lose.fence(), lose.replyTo())) {
            return Effect().none();
        }
        if (lose.cid().equals(losing)) {
            askersOfLoss.add(lose.replyTo());
            return Effect().none();
        }
        var vm = state.vmWithCid(lose.cid());
        if (vm.isEmpty()) {
            // As it is after who asked was not answered.
            lose.replyTo().tell(new InstanceCommand.VmLost(""));
            return Effect().none();
        }
        String refusal = whyNotToLose(state, lose.cid());
        if (now.isBusy() || !refusal.isEmpty()) {
            lose.replyTo()
                    .tell(new InstanceCommand.VmLost(refusal.isEmpty() ? "the VM is being changed now" : refusal));
            return Effect().none();
        }
        losing = lose.cid();
        askersOfLoss.add(lose.replyTo());
        return react(turn(state).lose(vm.get(), lose));
    }

    /** Empty where nothing speaks against it. */
    private static String whyNotToLose(InstanceState state, String cid) {
        var goal = state.goal();
        return goal != null && state.isWorking()
                ? "task " + goal.task() + " works on VM '" + cid + "' now: try again when it has ended"
                : "";
    }

    private Effect<InstanceEvent, InstanceState> lossEnded(InstanceState state, InstanceCommand.VmLossEnded ended) {
        runner.told();
        losing = "";
        if (isLeaving) {
            return ended.event() == null
                    ? Effect().stop()
                    : Effect().persist(ended.event()).thenStop();
        }
        return react(turn(state).loseEnded(ended.event()), after -> {
            for (var asker : askersOfLoss) {
                if (ended.event() == null) {
                    asker.tell(new InstanceCommand.VmLost(ended.failure()));
                } else {
                    reports.lost(after, now, asker);
                }
            }
            askersOfLoss.clear();
        });
    }

    private void carryOut(List<InstanceEffect> effects, InstanceState state) {
        for (InstanceEffect effect : effects) {
            switch (effect) {
                case InstanceEffect.Send send -> send(state, send);
                case InstanceEffect.Acknowledge done ->
                    done.session().tell(new SessionCommand.Acknowledge(done.commandId()));
                case InstanceEffect.TurnAway stray -> {
                    context.getLog().warn("agent {} is not of the present VM of instance {}", stray.agentId(), id);
                    stray.session().tell(new SessionCommand.Close("this VM was replaced"));
                }
                case InstanceEffect.Begin begin -> runner.run(begin.step(), state, begin.goal());
                case InstanceEffect.Lose lose -> runner.lose(lose.vm(), lose.asked());
                case InstanceEffect.StartTimer start ->
                    timers.startSingleTimer(start.timer(), new InstanceCommand.Passed(start.timer()), start.duration());
                case InstanceEffect.StopTimer stop -> timers.cancel(stop.timer());
                case InstanceEffect.ShowRow show -> reports.showRow(state, now);
                case InstanceEffect.Entered entered -> reports.entered(entered.step());
                case InstanceEffect.EndGoal end ->
                    reports.end(state, now, end, state.isGone() ? this::clearAway : () -> {});
                case InstanceEffect.Warn warn -> reports.warn(warn.message());
                case InstanceEffect.Note note -> context.getLog().warn(note.message());
            }
        }
    }

    private void send(InstanceState state, InstanceEffect.Send send) {
        var goal = state.goal();
        if (goal != null) {
            send.session()
                    .tell(new SessionCommand.Send(
                            commands.of(state, send.pending(), goal).toByteArray()));
        }
    }

    /** Runs when the row says that the instance is gone, on the thread that wrote it. */
    private void clearAway() {
        for (int attempt = 1; ; attempt++) {
            try {
                reports.forget();
                break;
            } catch (RuntimeException refused) {
                if (attempt == FORGETTING_TRIES) {
                    // The director that starts next does it.
                    LOG.warn("instance {} is gone, and not forgotten yet: {}", id, refused.toString());
                    break;
                }
            }
            try {
                Thread.sleep(FORGETTING_PAUSE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        leave();
    }

    private void leave() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }
}
