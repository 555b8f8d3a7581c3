package io.slipway.engine.instance;

import io.slipway.cpi.CpiFailure;
import io.slipway.engine.EngineServices;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import io.slipway.engine.instance.NextStep.Reach;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The one writer of an instance's life. It listens to its deployment's rollout ({@code Converge}), to its agent's
 * stream and to the infrastructure's answers; it alone makes, changes and deletes the instance's VM and disks.
 *
 * <p>Every act is journaled before it is done and after; {@link NextStep} says what comes next, from any state.
 */
public final class InstanceEntity extends EventSourcedBehavior<InstanceCommand, InstanceEvent, InstanceState> {
    public static final EntityTypeKey<InstanceCommand> KEY = EntityTypeKey.create(InstanceCommand.class, "Instance");

    private static final String REPLACEMENT = InstanceStep.CreateReplacement.class.getSimpleName();

    private final String id;
    private final ActorContext<InstanceCommand> context;
    private final AgentLinks agents;
    private final AgentLink agent;
    private final Waits waits;
    private final Tries tries;
    private final InstanceReports reports;
    private final AgentConversation conversation;
    private final HotSwap swap;
    private final StepRunner runner;

    private boolean isBusy;
    private String givenUpKey = "";

    private InstanceEntity(
            String id,
            ActorContext<InstanceCommand> context,
            TimerScheduler<InstanceCommand> timers,
            EngineServices services) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(
                        java.time.Duration.ofMillis(200), java.time.Duration.ofSeconds(10), 0.2));
        this.id = id;
        this.context = context;
        this.agents = new AgentLinks(services);
        this.agent = agents.present();
        this.waits = new Waits(timers, services);
        this.tries = new Tries(services.timeouts().cpiTries());
        this.reports = new InstanceReports(id, services, agent);
        this.conversation =
                new AgentConversation(id, context, Effect(), agents, waits, reports, tries, this::proceedLater);
        this.swap = new HotSwap(id, agents, waits);
        this.runner = new StepRunner(id, context, services);
    }

    public static Behavior<InstanceCommand> create(String id, EngineServices services) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new InstanceEntity(id, context, timers, services)));
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
        return RetentionCriteria.snapshotEvery(100, 2);
    }

    @Override
    public SignalHandler<InstanceState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), state -> {
                    isBusy = false;
                    if (!state.isGone()) {
                        reports.writeRow(state);
                    }
                    if (state.isWorking()) {
                        context.getSelf().tell(new InstanceCommand.Proceed());
                    }
                })
                .build();
    }

    @Override
    public CommandHandler<InstanceCommand, InstanceEvent, InstanceState> commandHandler() {
        return (state, command) -> switch (command) {
            case InstanceCommand.Converge converge -> converge(state, converge);
            case InstanceCommand.Inspect inspect -> {
                inspect.replyTo().tell(reports.status(state));
                yield Effect().none();
            }
            case InstanceCommand.FromAgent told -> conversation.told(state, told.event());
            case InstanceCommand.CallAgent call -> {
                agents.calls().call(call);
                yield Effect().none();
            }
            case InstanceCommand.ChangeDisks change -> changeDisks(state, change);
            case InstanceCommand.ForgetDisk forget ->
                settleDisk(new InstanceEvent.DiskDeleted(forget.diskCid()), forget.replyTo());
            case InstanceCommand.ActivateDisk activate ->
                settleDisk(new InstanceEvent.DiskActivated(activate.diskCid()), activate.replyTo());
            case InstanceCommand.LoseVm lose -> loseVm(state, lose);
            case InstanceCommand.VmLossEnded ended -> vmLossEnded(ended);
            case InstanceCommand.GiveUp giveUp -> {
                givenUpKey = giveUp.goalKey();
                yield proceed(state);
            }
            case InstanceCommand.Wake wake -> Effect().none();
            case InstanceCommand.Proceed proceed -> proceed(state);
            case InstanceCommand.StepDone done -> stepDone(done.event());
            case InstanceCommand.StepFailed failed -> stepFailed(state, failed);
            case InstanceCommand.DeadlinePassed passed -> deadlinePassed(state, passed.waitingFor());
        };
    }

    private Effect<InstanceEvent, InstanceState> converge(InstanceState state, InstanceCommand.Converge converge) {
        var goal = converge.goal().after(state.goal());
        var present = state.goal();
        if (present != null && present.key().equals(goal.key()) && present.kind() == goal.kind()) {
            if (state.isWorking()) {
                reports.alsoAsked(converge.replyTo());
                return proceed(state);
            }
            converge.replyTo().tell(new GoalEnded(id, goal.key(), state.failure(), List.of(), List.of()));
            return Effect().none();
        }
        reports.goalSet(converge.replyTo());
        tries.reset();
        waits.reset();
        return Effect().persist(new InstanceEvent.GoalSet(goal)).thenRun(this::proceedLater);
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
                        present.forDisks(change.key(), change.task(), change.order()), change.replyTo()));
    }

    private Effect<InstanceEvent, InstanceState> settleDisk(
            InstanceEvent event, ActorRef<InstanceCommand.InstanceStatus> replyTo) {
        return Effect().persist(event).thenRun(after -> {
            reports.writeRow(after);
            replyTo.tell(reports.status(after));
        });
    }

    private Effect<InstanceEvent, InstanceState> proceed(InstanceState state) {
        var goal = state.goal();
        if (isBusy || goal == null || !state.isWorking()) {
            return Effect().none();
        }
        if (goal.key().equals(givenUpKey)) {
            return fail(goal, "Task " + goal.task() + " cancelled");
        }
        var step = nextStep(state, goal, waits.reach(agent.isConnected()));
        reports.entered(step);
        return switch (step) {
            case InstanceStep.Reached reached -> reachGoal(state, goal);
            case InstanceStep.AwaitAgent await -> {
                waits.awaitAgent(state, goal);
                yield Effect().none();
            }
            case InstanceStep.AwaitReplacement await -> {
                waits.awaitReplacement();
                yield Effect().none();
            }
            case InstanceStep.AwaitResult await -> {
                agents.send(state, await.pending());
                yield Effect().none();
            }
            case InstanceStep.AwaitRunning await -> conversation.awaitRunning(goal);
            case InstanceStep.Act act -> conversation.issue(state, goal, act);
            case InstanceStep.CreateVm create -> state.vm() == null ? intendVm(state, goal) : begin(state, goal, step);
            case InstanceStep.CreateReplacement create ->
                state.next() == null
                        ? Effect().persist(swap.intend(state, goal)).thenRun(this::proceedLater)
                        : begin(state, goal, step);
            case InstanceStep.ElectReplacement elect ->
                Effect().persist(swap.elect(elect, goal)).thenRun(after -> {
                    swap.elected();
                    proceedLater(after);
                });
            case InstanceStep.OrphanVm x -> begin(state, goal, step);
            case InstanceStep.TagVm x -> begin(state, goal, step);
            case InstanceStep.CreateDisk create -> {
                String key = PersistentDisk.keyFor(id, goal, state);
                yield Effect()
                        .persist(InstanceEvent.DiskIntended.of(key, create.plan(), goal.key()))
                        .thenRun(this::proceedLater);
            }
            case InstanceStep.AdoptDisk x -> begin(state, goal, step);
            case InstanceStep.GrowDisk x -> begin(state, goal, step);
            case InstanceStep.OrphanDisk x -> begin(state, goal, step);
            case InstanceStep.DeleteVm x -> begin(state, goal, step);
            case InstanceStep.FinishDisk x -> begin(state, goal, step);
            case InstanceStep.AttachDisk x -> begin(state, goal, step);
            case InstanceStep.DetachDisk x -> begin(state, goal, step);
            case InstanceStep.DeleteDisk x -> begin(state, goal, step);
        };
    }

    private InstanceStep nextStep(InstanceState state, InstanceGoal goal, Reach reach) {
        return NextStep.of(state, goal, reach, swap.reach());
    }

    private Effect<InstanceEvent, InstanceState> begin(InstanceState state, InstanceGoal goal, InstanceStep step) {
        isBusy = true;
        runner.run(step, state, goal);
        return Effect().none();
    }

    private Effect<InstanceEvent, InstanceState> intendVm(InstanceState state, InstanceGoal goal) {
        agent.forget();
        waits.reset();
        return Effect().persist(InstanceEvent.VmIntended.of(id, state, goal)).thenRun(this::proceedLater);
    }

    private Effect<InstanceEvent, InstanceState> loseVm(InstanceState state, InstanceCommand.LoseVm lose) {
        var vm = state.vmWithCid(lose.cid());
        String refusal = InstanceReports.whyNotToLose(state, lose.cid());
        if (vm.isEmpty() || isBusy || !refusal.isEmpty()) {
            lose.replyTo()
                    .tell(new InstanceCommand.VmLost(refusal.isEmpty() ? "the VM is being deleted now" : refusal));
            return Effect().none();
        }
        isBusy = true;
        runner.lose(vm.get(), lose);
        return Effect().none();
    }

    private Effect<InstanceEvent, InstanceState> vmLossEnded(InstanceCommand.VmLossEnded ended) {
        isBusy = false;
        var event = ended.event();
        if (event == null) {
            ended.replyTo().tell(new InstanceCommand.VmLost(ended.failure()));
            return Effect().none();
        }
        return Effect().persist(event).thenRun(after -> {
            if (after.vm() == null) {
                agent.forget();
            }
            reports.lost(after, ended.replyTo());
            proceedLater(after);
        });
    }

    private Effect<InstanceEvent, InstanceState> deadlinePassed(InstanceState state, String waitingFor) {
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return Effect().none();
        }
        if (waitingFor.equals(Waits.SETTLED)) {
            waits.settled();
            return proceed(state);
        }
        if (waitingFor.equals(Waits.RUNNING)) {
            waits.stopAwaitingRunning();
            return fail(
                    goal,
                    "'" + goal.spec().nameOf(id) + "' is not running after update. " + reports.failingProcesses());
        }
        if (waitingFor.equals(Waits.REPLACEMENT)) {
            return swap.reach() == Reach.CONNECTED
                    ? Effect().none()
                    : fail(goal, InstanceReports.silent(state.next(), goal, id));
        }
        if (agent.isConnected()) {
            return Effect().none();
        }
        if (goal.removesVm() || goal.recreate() || goal.fix()) {
            waits.giveUp();
            var next = nextStep(state, goal, Reach.GIVEN_UP);
            if (!(next instanceof InstanceStep.AwaitAgent)) {
                return proceed(state);
            }
        }
        return fail(goal, InstanceReports.silent(state.vm(), goal, id));
    }

    private Effect<InstanceEvent, InstanceState> stepDone(InstanceEvent event) {
        isBusy = false;
        tries.reset();
        return Effect().persist(event).thenRun(this::proceedLater);
    }

    private Effect<InstanceEvent, InstanceState> stepFailed(InstanceState state, InstanceCommand.StepFailed failed) {
        isBusy = false;
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return Effect().none();
        }
        var vm = failed.step().equals(REPLACEMENT) ? state.next() : state.vm();
        if (failed.failure() instanceof CpiFailure.OutcomeUnknown && vm != null && tries.isAnotherLeft()) {
            context.getLog().warn("VM of agent {} of instance {} is given up: {}", vm.agentId(), id, failed.message());
            return Effect().persist(new InstanceEvent.VmDeleted(vm.agentId())).thenRun(this::proceedLater);
        }
        if (failed.retryable() && tries.isAnotherLeft()) {
            context.getLog()
                    .warn("{} of instance {} failed and is tried again: {}", failed.step(), id, failed.message());
            waits.retryLater();
            return Effect().none();
        }
        boolean isAgents = failed.failure() == null && state.vm() != null && InstanceReports.isAgentAct(failed.step());
        if (goal.kind() == InstanceGoal.Kind.DELETED && isAgents && !waits.isGivenUp()) {
            waits.giveUp();
            return proceed(state);
        }
        var passedOver = PassedOver.by(goal, nextStep(state, goal, waits.reach(agent.isConnected())));
        if (failed.failure() != null && passedOver.isPresent()) {
            context.getLog().warn("{} of instance {} is passed over: {}", failed.step(), id, failed.message());
            reports.warn(failed.message());
            return stepDone(passedOver.get());
        }
        return fail(goal, failed.message());
    }

    private Effect<InstanceEvent, InstanceState> reachGoal(InstanceState state, InstanceGoal goal) {
        waits.reset();
        return Effect()
                .persist(new InstanceEvent.GoalReached(goal.key()))
                .thenRun(after -> reports.end(after, goal, ""));
    }

    private Effect<InstanceEvent, InstanceState> fail(InstanceGoal goal, String message) {
        waits.reset();
        return Effect()
                .persist(new InstanceEvent.GoalFailed(goal.key(), message))
                .thenRun(after -> reports.end(after, goal, message));
    }

    private void proceedLater(InstanceState after) {
        context.getSelf().tell(new InstanceCommand.Proceed());
        if (after.isWorking()) {
            reports.writeRow(after);
        }
    }
}
