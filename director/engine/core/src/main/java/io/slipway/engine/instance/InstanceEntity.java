package io.slipway.engine.instance;

import io.slipway.cpi.CpiFailure;
import io.slipway.engine.EngineServices;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.agent.SessionCommand;
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
    private final EngineServices services;
    private final AgentLink agent;
    private final AgentLink nextAgent;
    private final Waits waits;
    private final AgentCalls calls;
    private final InstanceReports reports;
    private final StepRunner runner;

    private boolean isBusy;
    private int tries;
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
        this.services = services;
        this.agent = new AgentLink(services);
        this.nextAgent = new AgentLink(services);
        this.waits = new Waits(timers, services);
        this.calls = new AgentCalls(agent, services.clock()::millis);
        this.reports = new InstanceReports(id, services);
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
                        writeRow(state);
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
                inspect.replyTo().tell(reports.status(state, agent.isConnected(), agent.jobState()));
                yield Effect().none();
            }
            case InstanceCommand.FromAgent told -> fromAgent(state, told.event());
            case InstanceCommand.CallAgent call -> {
                calls.call(call);
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
        tries = 0;
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
            writeRow(after);
            replyTo.tell(reports.status(after, agent.isConnected(), agent.jobState()));
        });
    }

    private Effect<InstanceEvent, InstanceState> fromAgent(InstanceState state, AgentEvent event) {
        var vm = state.vm();
        boolean isPresent = vm != null && vm.agentId().equals(event.agentId());
        if (!isPresent && !state.isNext(event.agentId())) {
            if (event instanceof AgentEvent.Connected stray) {
                context.getLog().warn("agent {} is not of the present VM of instance {}", stray.agentId(), id);
                stray.session().tell(new SessionCommand.Close("this VM was replaced"));
            }
            return Effect().none();
        }
        var link = isPresent ? agent : nextAgent;
        return switch (event) {
            case AgentEvent.Connected connected -> connected(state, connected, link);
            case AgentEvent.Beat beat -> {
                link.beat(beat);
                yield isPresent ? beat(state, beat) : Effect().none();
            }
            case AgentEvent.Answered answered -> answered(state, answered.result(), link);
            case AgentEvent.Lost lost -> {
                if (link.lost(lost)) {
                    lost(state, isPresent);
                }
                yield Effect().none();
            }
        };
    }

    private void lost(InstanceState state, boolean isPresent) {
        if (isPresent) {
            waits.stopAwaitingRunning();
            writeRow(state);
        }
        if (state.isWorking()) {
            context.getSelf().tell(new InstanceCommand.Proceed());
        }
    }

    private AgentLink linkFor(InstanceState state, InstanceState.Pending pending) {
        return state.isForNext(pending) ? nextAgent : agent;
    }

    private Effect<InstanceEvent, InstanceState> connected(
            InstanceState state, AgentEvent.Connected connected, AgentLink link) {
        link.connected(connected);
        if (link == agent) {
            waits.reset();
        } else {
            waits.replacementCame();
        }
        var pending = state.pending();
        AgentResult awaited = null;
        for (AgentResult result : connected.results()) {
            if (pending != null && result.commandId().equals(pending.commandId())) {
                awaited = result;
            } else if (!calls.answered(result)) {
                link.acknowledge(result.commandId());
            }
        }
        if (link == agent) {
            calls.connected();
            writeRow(state);
        }
        if (awaited != null) {
            return answered(state, awaited, link);
        }
        if (pending != null && linkFor(state, pending) == link) {
            link.send(state, pending);
        }
        return state.isWorking() ? proceed(state) : Effect().none();
    }

    private Effect<InstanceEvent, InstanceState> beat(InstanceState state, AgentEvent.Beat beat) {
        reports.beat(beat);
        writeRow(state);
        var goal = state.goal();
        if (waits.isAwaitingRunning() && waits.isSettled() && goal != null && state.isWorking() && agent.isRunning()) {
            waits.stopAwaitingRunning();
            return Effect()
                    .persist(new InstanceEvent.JobsSeenRunning(goal.spec().hash()))
                    .thenRun(this::proceedLater);
        }
        return Effect().none();
    }

    private Effect<InstanceEvent, InstanceState> answered(InstanceState state, AgentResult result, AgentLink link) {
        var pending = state.pending();
        if (calls.answered(result)) {
            return Effect().none();
        }
        if (pending == null || !pending.commandId().equals(result.commandId())) {
            link.acknowledge(result.commandId());
            return Effect().none();
        }
        InstanceEvent outcome;
        if (result.succeeded()) {
            outcome = new InstanceEvent.CommandSucceeded(result.commandId());
        } else if (result.isInterrupted() && ++tries < services.timeouts().cpiTries()) {
            outcome = new InstanceEvent.CommandLost(result.commandId());
        } else {
            outcome = new InstanceEvent.CommandFailed(result.commandId(), result.failure());
        }
        return Effect().persist(outcome).thenRun(after -> {
            link.acknowledge(result.commandId());
            if (outcome instanceof InstanceEvent.CommandFailed) {
                context.getSelf()
                        .tell(new InstanceCommand.StepFailed(
                                pending.act().name(),
                                InstanceReports.describe(pending, result.failure()),
                                false,
                                null));
            } else {
                proceedLater(after);
            }
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
                linkFor(state, await.pending()).send(state, await.pending());
                yield Effect().none();
            }
            case InstanceStep.AwaitRunning await -> awaitRunning(goal);
            case InstanceStep.Act act -> act(state, goal, act);
            case InstanceStep.CreateVm create -> createVm(state, goal);
            case InstanceStep.CreateReplacement create -> createReplacement(state, goal, create);
            case InstanceStep.ElectReplacement elect ->
                Effect()
                        .persist(new InstanceEvent.ReplacementElected(elect.agentId(), goal.key()))
                        .thenRun(after -> {
                            agent.takeOver(nextAgent);
                            waits.reset();
                            proceedLater(after);
                        });
            case InstanceStep.OrphanVm x -> begin(state, goal, step);
            case InstanceStep.CreateDisk create -> {
                String key = InstanceState.Disk.keyFor(id, goal, state);
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
        return NextStep.of(state, goal, reach, nextAgent.isConnected() ? Reach.CONNECTED : Reach.AWAITED);
    }

    private Effect<InstanceEvent, InstanceState> begin(InstanceState state, InstanceGoal goal, InstanceStep step) {
        isBusy = true;
        runner.run(step, state, goal);
        return Effect().none();
    }

    private Effect<InstanceEvent, InstanceState> createVm(InstanceState state, InstanceGoal goal) {
        if (state.vm() != null) {
            return begin(state, goal, new InstanceStep.CreateVm());
        }
        int generation = state.generation() + 1;
        var agentId = new AgentId(AgentId.Owner.INSTANCE, id, generation);
        agent.forget();
        waits.reset();
        return Effect()
                .persist(new InstanceEvent.VmIntended(
                        agentId.value(),
                        generation,
                        goal.key(),
                        goal.spec().vm().fingerprint(),
                        goal.spec().vm().cpi()))
                .thenRun(this::proceedLater);
    }

    private Effect<InstanceEvent, InstanceState> createReplacement(
            InstanceState state, InstanceGoal goal, InstanceStep step) {
        if (state.next() != null) {
            return begin(state, goal, step);
        }
        int generation = state.generation() + 1;
        nextAgent.forget();
        waits.replacementCame();
        return Effect()
                .persist(new InstanceEvent.ReplacementIntended(
                        new AgentId(AgentId.Owner.INSTANCE, id, generation).value(),
                        generation,
                        goal.key(),
                        goal.spec().vm().fingerprint(),
                        goal.spec().vm().cpi()))
                .thenRun(this::proceedLater);
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
            reports.lost(after, agent.isConnected(), agent.jobState(), ended.replyTo());
            proceedLater(after);
        });
    }

    private Effect<InstanceEvent, InstanceState> act(InstanceState state, InstanceGoal goal, InstanceStep.Act act) {
        int generation = state.generation();
        String commandId = id + "-" + generation + "-" + (state.commands() + 1);
        if (act.act() == AgentAct.START) {
            agent.forgetJobState();
        }
        return Effect()
                .persist(new InstanceEvent.CommandIssued(
                        commandId, act.act(), act.subject(), goal.spec().hash()))
                .thenRun(after -> {
                    if (after.pending() != null) {
                        linkFor(after, after.pending()).send(after, after.pending());
                    }
                });
    }

    private Effect<InstanceEvent, InstanceState> awaitRunning(InstanceGoal goal) {
        waits.awaitRunning(goal);
        if (waits.isSettled() && agent.isRunning()) {
            waits.stopAwaitingRunning();
            return Effect()
                    .persist(new InstanceEvent.JobsSeenRunning(goal.spec().hash()))
                    .thenRun(this::proceedLater);
        }
        return Effect().none();
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
            return nextAgent.isConnected()
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
        tries = 0;
        return Effect().persist(event).thenRun(this::proceedLater);
    }

    private Effect<InstanceEvent, InstanceState> stepFailed(InstanceState state, InstanceCommand.StepFailed failed) {
        isBusy = false;
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return Effect().none();
        }
        var vm = failed.step().equals(REPLACEMENT) ? state.next() : state.vm();
        if (failed.failure() instanceof CpiFailure.OutcomeUnknown
                && vm != null
                && ++tries < services.timeouts().cpiTries()) {
            context.getLog().warn("VM of agent {} of instance {} is given up: {}", vm.agentId(), id, failed.message());
            return Effect().persist(new InstanceEvent.VmDeleted(vm.agentId())).thenRun(this::proceedLater);
        }
        if (failed.retryable() && ++tries < services.timeouts().cpiTries()) {
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
        return Effect().persist(new InstanceEvent.GoalReached(goal.key())).thenRun(after -> end(after, goal, ""));
    }

    private Effect<InstanceEvent, InstanceState> fail(InstanceGoal goal, String message) {
        waits.reset();
        return Effect()
                .persist(new InstanceEvent.GoalFailed(goal.key(), message))
                .thenRun(after -> end(after, goal, message));
    }

    private void end(InstanceState state, InstanceGoal goal, String failure) {
        reports.end(state, goal, failure, agent.isConnected(), agent.jobState());
    }

    private void writeRow(InstanceState state) {
        reports.writeRow(state, agent.isConnected(), agent.jobState());
    }

    private void proceedLater(InstanceState after) {
        context.getSelf().tell(new InstanceCommand.Proceed());
        if (after.isWorking()) {
            writeRow(after);
        }
    }
}
