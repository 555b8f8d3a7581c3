package io.slipway.engine.instance;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.engine.EngineServices.Timeouts;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.instance.Situation.Stream;
import io.slipway.engine.instance.Situation.Timer;
import io.slipway.engine.instance.Situation.Watch;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.store.PlainText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an instance makes of one thing that it hears: events to be journaled, all of them or none; what it knows then; and
 * what it does to others when they are journaled. Asks and tells nobody: it is a function of the journal's state, the
 * situation and what was heard, and is tested as one.
 *
 * <p>After what was heard it goes on along the way to the goal ({@link NextStep}) for as long as nothing has to happen
 * outside, so that an outcome and what follows from it are one write.
 */
final class InstanceTurn {
    private static final int LONGEST_REMARK = 1000;

    private final String id;
    private final Timeouts timeouts;
    private InstanceState state;
    private Situation now;
    private final List<InstanceEvent> events = new ArrayList<>();
    private final List<InstanceEffect> effects = new ArrayList<>();

    InstanceTurn(String id, Timeouts timeouts, InstanceState state, Situation now) {
        this.id = id;
        this.timeouts = timeouts;
        this.state = state;
        this.now = now;
    }

    List<InstanceEvent> events() {
        return List.copyOf(events);
    }

    Situation situation() {
        return now;
    }

    List<InstanceEffect> effects() {
        return List.copyOf(effects);
    }

    /** A goal is set. The caller has seen to it that it is another than the present one. */
    InstanceTurn set(InstanceGoal goal) {
        resetWaits();
        now = now.failed(0);
        journal(new InstanceEvent.GoalSet(goal));
        return advance();
    }

    /** The present goal is asked for again, perhaps by a newer run. */
    InstanceTurn renew(InstanceGoal goal) {
        var present = state.goal();
        if (present != null && present.fence().epoch() < goal.fence().epoch()) {
            journal(new InstanceEvent.GoalRenewed(goal.fence()));
        }
        return advance();
    }

    /** Goals with this key are not wanted any more. */
    InstanceTurn cancel(String goalKey) {
        now = now.cancelling(goalKey);
        return advance();
    }

    InstanceTurn hear(AgentEvent event) {
        var stream = streamOf(event.agentId());
        if (stream == null) {
            if (event instanceof AgentEvent.Connected stray) {
                effects.add(new InstanceEffect.TurnAway(stray.agentId(), stray.session()));
            }
            return this;
        }
        boolean isPresent = !state.isNext(event.agentId());
        return switch (event) {
            case AgentEvent.Connected connected -> connected(connected, isPresent);
            case AgentEvent.Beat beat -> heard(beat, isPresent);
            case AgentEvent.Answered answered -> answered(stream, answered.result());
            case AgentEvent.Lost lost -> lost(lost, stream, isPresent);
        };
    }

    private InstanceTurn connected(AgentEvent.Connected connected, boolean isPresent) {
        if (isPresent) {
            resetWaits();
            now = now.withPresent(now.present().connected(connected));
            effects.add(new InstanceEffect.ShowRow());
        } else {
            stop(Timer.REPLACEMENT);
            now = now.withNext(now.next().connected(connected));
        }
        var stream = isPresent ? now.present() : now.next();
        connected.results().forEach(result -> answered(stream, result));
        return advance();
    }

    private InstanceTurn heard(AgentEvent.Beat beat, boolean isPresent) {
        if (!isPresent) {
            now = now.withNext(now.next().heard(beat));
            return this;
        }
        now = now.withPresent(now.present().heard(beat));
        effects.add(new InstanceEffect.ShowRow());
        return now.watch() == Watch.NONE ? this : advance();
    }

    private InstanceTurn lost(AgentEvent.Lost lost, Stream stream, boolean isPresent) {
        if (!lost.session().equals(stream.session())) {
            // An older stream that ends late changes nothing.
            return this;
        }
        if (isPresent) {
            now = now.withPresent(stream.lost());
            stopWatching();
            effects.add(new InstanceEffect.ShowRow());
        } else {
            now = now.withNext(stream.lost());
        }
        return advance();
    }

    private InstanceTurn answered(Stream stream, AgentResult result) {
        var pending = state.pending();
        if (pending == null || !pending.commandId().equals(result.commandId())) {
            acknowledge(stream, result);
            return this;
        }
        if (result.succeeded()) {
            now = now.failed(0);
            if (pending.act() == AgentAct.DRAIN) {
                remarks(result).forEach(remark -> effects.add(new InstanceEffect.Warn(remark)));
            }
            journal(new InstanceEvent.CommandSucceeded(result.commandId()));
            acknowledge(stream, result);
            return advance();
        }
        if (result.isRepeatable() && isAnotherTryLeft()) {
            note("command " + result.commandId() + " is sent anew: " + result.failure());
            journal(new InstanceEvent.CommandLost(result.commandId()));
            acknowledge(stream, result);
            return advance();
        }
        journal(new InstanceEvent.CommandFailed(result.commandId(), result.failure()));
        acknowledge(stream, result);
        String act = pending.act().name().toLowerCase(Locale.ROOT);
        return commandFailed("Action '" + act + "' failed: " + result.failure());
    }

    private List<String> remarks(AgentResult drained) {
        try {
            return Success.parseFrom(drained.success()).getDrain().getRemarksList().stream()
                    .map(remark -> PlainText.clean(remark, LONGEST_REMARK))
                    .toList();
        } catch (InvalidProtocolBufferException broken) {
            note("what the agent of instance " + id + " says of its drain cannot be read: " + broken.getMessage());
            return List.of();
        }
    }

    private InstanceTurn commandFailed(String message) {
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return this;
        }
        if (goal.kind() == InstanceGoal.Kind.DELETED && state.vm() != null && !now.isGivenUp()) {
            // What is to go goes without its agent's help.
            now = now.givenUp(true);
            return advance();
        }
        return fail(goal, message);
    }

    /** A step on the infrastructure worked. */
    InstanceTurn done(InstanceEvent event) {
        now = now.busy(false).failed(0);
        journal(event);
        return advance();
    }

    InstanceTurn stepFailed(InstanceCommand.StepFailed failed) {
        now = now.busy(false);
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return this;
        }
        var vm = failed.step() instanceof InstanceStep.CreateReplacement ? state.next() : state.vm();
        if (failed.isOutcomeUnknown() && vm != null && isAnotherTryLeft()) {
            note("VM of agent " + vm.agentId() + " of instance " + id + " is given up: " + failed.message());
            journal(new InstanceEvent.VmDeleted(vm.agentId()));
            return advance();
        }
        if (failed.isForWantOfDatabase()) {
            start(Timer.RETRY, timeouts.cpiRetryPause());
            return this;
        }
        if (failed.retryable() && isAnotherTryLeft()) {
            note(failed.name() + " of instance " + id + " failed and is tried again: " + failed.message());
            start(Timer.RETRY, timeouts.cpiRetryPause());
            return this;
        }
        var passedOver = PassedOver.by(goal, failed.step());
        if (failed.isRefusal() && passedOver.isPresent()) {
            note(failed.name() + " of instance " + id + " is passed over: " + failed.message());
            effects.add(new InstanceEffect.Warn(failed.message()));
            return done(passedOver.get());
        }
        return fail(goal, failed.message());
    }

    InstanceTurn passed(Timer timer) {
        now = now.stopped(timer);
        var goal = state.goal();
        if (goal == null || !state.isWorking()) {
            return this;
        }
        return switch (timer) {
            case RETRY -> advance();
            case SETTLED -> {
                now = now.with(Watch.DUE);
                yield advance();
            }
            case RUNNING -> {
                stopWatching();
                yield fail(goal, "'" + goal.spec().nameOf(id) + "' is not running after update. " + failingProcesses());
            }
            case REPLACEMENT -> now.next().isConnected() ? this : fail(goal, silent(state.next(), goal));
            case AGENT -> agentDidNotCome(goal);
        };
    }

    private InstanceTurn agentDidNotCome(InstanceGoal goal) {
        if (now.present().isConnected()) {
            return this;
        }
        if (goal.removesVm() || goal.recreate() || goal.fix()) {
            now = now.givenUp(true);
            boolean isOfUse =
                    !(NextStep.of(state, goal, now.reach(), now.reachOfNext()) instanceof InstanceStep.AwaitAgent);
            if (isOfUse) {
                return advance();
            }
        }
        return fail(goal, silent(state.vm(), goal));
    }

    /** A VM is to be lost. The caller has seen to it that the instance has it, and that nothing is done to it now. */
    InstanceTurn lose(InstanceState.Vm vm, InstanceCommand.LoseVm asked) {
        now = now.busy(true);
        effects.add(new InstanceEffect.Lose(vm, asked));
        return this;
    }

    InstanceTurn loseEnded(@Nullable InstanceEvent event) {
        now = now.busy(false);
        if (event != null) {
            journal(event);
            if (state.vm() == null) {
                now = now.withPresent(Stream.NONE);
            }
        }
        return advance();
    }

    /** Goes on along the way to the goal, up to where something has to happen outside. */
    InstanceTurn advance() {
        while (true) {
            var goal = state.goal();
            if (now.isBusy() || goal == null || !state.isWorking()) {
                return this;
            }
            if (goal.key().equals(now.cancelledKey())) {
                return fail(goal, "Task " + goal.task() + " cancelled");
            }
            if (now.timers().contains(Timer.RETRY)) {
                return this;
            }
            var step = NextStep.of(state, goal, now.reach(), now.reachOfNext());
            effects.add(new InstanceEffect.Entered(step));
            boolean goesOn =
                    switch (step) {
                        case InstanceStep.Outside outside -> begin(outside, goal);
                        case InstanceStep.Decided decided -> decide(decided, goal);
                        case InstanceStep.Awaited awaited -> await(awaited, goal);
                    };
            if (!goesOn) {
                return this;
            }
        }
    }

    private boolean begin(InstanceStep.Outside step, InstanceGoal goal) {
        now = now.busy(true);
        effects.add(new InstanceEffect.Begin(step, goal));
        showProgress();
        return false;
    }

    private boolean decide(InstanceStep.Decided step, InstanceGoal goal) {
        switch (step) {
            case InstanceStep.IntendVm intend -> {
                now = now.withPresent(Stream.NONE);
                resetWaits();
                journal(InstanceEvent.VmIntended.of(id, state, goal));
            }
            case InstanceStep.IntendReplacement intend -> {
                now = now.withNext(Stream.NONE);
                stop(Timer.REPLACEMENT);
                journal(InstanceEvent.ReplacementIntended.of(id, state, goal));
            }
            case InstanceStep.ElectReplacement elect -> {
                now = now.withPresent(now.next()).withNext(Stream.NONE);
                resetWaits();
                journal(new InstanceEvent.ReplacementElected(elect.agentId(), goal.key()));
            }
            case InstanceStep.IntendDisk intend ->
                journal(InstanceEvent.DiskIntended.of(
                        PersistentDisk.keyFor(id, goal, state), intend.plan(), goal.key()));
            case InstanceStep.Act act -> {
                issue(act, goal);
                return false;
            }
            case InstanceStep.Reached reached -> {
                resetWaits();
                journal(new InstanceEvent.GoalReached(goal.key()));
                effects.add(new InstanceEffect.EndGoal(goal, ""));
                return false;
            }
        }
        return true;
    }

    private void issue(InstanceStep.Act act, InstanceGoal goal) {
        if (act.act() == AgentAct.START) {
            now = now.withPresent(now.present().withoutJobState());
        }
        String commandId = id + "-" + state.generation() + "-" + (state.commands() + 1);
        journal(new InstanceEvent.CommandIssued(
                commandId, act.act(), act.subject(), goal.spec().hash()));
        send();
        showProgress();
    }

    private boolean await(InstanceStep.Awaited step, InstanceGoal goal) {
        switch (step) {
            case InstanceStep.AwaitAgent agent -> startOnce(Timer.AGENT, patience(goal));
            case InstanceStep.AwaitReplacement replacement -> startOnce(Timer.REPLACEMENT, timeouts.agentBoot());
            case InstanceStep.AwaitResult result -> send();
            case InstanceStep.AwaitRunning running -> {
                return seeRunning(goal);
            }
        }
        return false;
    }

    /** Jobs are to be seen running, once they have had the least time to fail. */
    private boolean seeRunning(InstanceGoal goal) {
        if (now.watch() == Watch.NONE) {
            now = now.with(Watch.TOO_EARLY);
            start(Timer.SETTLED, Duration.ofMillis(Math.max(1, goal.spec().watchMinMillis())));
            start(Timer.RUNNING, Duration.ofMillis(goal.spec().watchMaxMillis()));
        }
        if (now.watch() != Watch.DUE || !now.present().isRunning()) {
            return false;
        }
        stopWatching();
        journal(new InstanceEvent.JobsSeenRunning(goal.spec().hash()));
        return true;
    }

    private Duration patience(InstanceGoal goal) {
        var vm = state.vm();
        boolean isToGo = goal.removesVm()
                || (goal.recreate() && vm != null && !vm.bornFor().equals(goal.key()));
        if (isToGo) {
            return timeouts.agentGoodbye();
        }
        boolean isNew = vm != null && vm.jobs().prepared().isEmpty();
        return isNew ? timeouts.agentBoot() : timeouts.agentReturn();
    }

    private InstanceTurn fail(InstanceGoal goal, String message) {
        resetWaits();
        journal(new InstanceEvent.GoalFailed(goal.key(), message));
        effects.add(new InstanceEffect.EndGoal(goal, message));
        return this;
    }

    /** To the agent that the pending command is for, if it is there. */
    private void send() {
        var pending = state.pending();
        if (pending == null) {
            return;
        }
        var session = (state.isForNext(pending) ? now.next() : now.present()).session();
        if (session != null) {
            effects.add(new InstanceEffect.Send(session, pending));
        }
    }

    private void acknowledge(Stream stream, AgentResult result) {
        var session = stream.session();
        if (session != null) {
            effects.add(new InstanceEffect.Acknowledge(session, result.commandId()));
        }
    }

    private boolean isAnotherTryLeft() {
        now = now.failed(now.failures() + 1);
        return now.failures() < timeouts.cpiTries();
    }

    private void showProgress() {
        effects.add(new InstanceEffect.ShowRow());
    }

    private void note(String message) {
        effects.add(new InstanceEffect.Note(message));
    }

    private void journal(InstanceEvent event) {
        events.add(event);
        state = state.apply(event);
    }

    private void start(Timer timer, Duration duration) {
        now = now.started(timer);
        effects.add(new InstanceEffect.StartTimer(timer, duration));
    }

    private void startOnce(Timer timer, Duration duration) {
        if (!now.timers().contains(timer)) {
            start(timer, duration);
        }
    }

    private void stop(Timer timer) {
        if (now.timers().contains(timer)) {
            now = now.stopped(timer);
            effects.add(new InstanceEffect.StopTimer(timer));
        }
    }

    private void stopWatching() {
        stop(Timer.RUNNING);
        stop(Timer.SETTLED);
        now = now.with(Watch.NONE);
    }

    private void resetWaits() {
        stop(Timer.AGENT);
        stop(Timer.REPLACEMENT);
        stop(Timer.RETRY);
        now = now.givenUp(false);
        stopWatching();
    }

    /** The stream of this agent; null if it is of no VM of the instance. */
    private @Nullable Stream streamOf(String agentId) {
        var vm = state.vm();
        if (vm != null && vm.agentId().equals(agentId)) {
            return now.present();
        }
        return state.isNext(agentId) ? now.next() : null;
    }

    /** Why the jobs do not run, as far as the last heartbeat tells. */
    private String failingProcesses() {
        var names = new ArrayList<String>();
        var beat = now.present().lastBeat();
        if (beat != null) {
            for (var process : beat.processes()) {
                if (!"running".equals(process.get("state"))) {
                    names.add(process.get("name") + " (" + process.get("state") + ")");
                }
            }
        }
        return "Review logs for failed jobs: " + String.join(", ", names);
    }

    /** Of an agent that did not come in time. */
    private String silent(InstanceState.@Nullable Vm vm, InstanceGoal goal) {
        return "Timed out waiting for the agent of '" + goal.spec().nameOf(id) + "' on VM '"
                + (vm == null ? "" : vm.cid()) + "'; deploy again with --fix to replace the VM";
    }
}
