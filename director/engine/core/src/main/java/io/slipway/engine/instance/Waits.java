package io.slipway.engine.instance;

import io.slipway.engine.EngineServices;
import io.slipway.engine.instance.NextStep.Reach;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** What an instance waits for, and for how long. */
final class Waits {
    static final String AGENT = "agent";
    static final String RUNNING = "running";
    static final String REPLACEMENT = "replacement";
    static final String SETTLED = "settled";
    private static final String RETRY = "retry";

    private final TimerScheduler<InstanceCommand> timers;
    private final EngineServices.Timeouts timeouts;
    private boolean isGivenUp;
    private boolean isAwaitingRunning;
    private boolean isSettled;

    Waits(TimerScheduler<InstanceCommand> timers, EngineServices services) {
        this.timers = timers;
        this.timeouts = services.timeouts();
    }

    void awaitAgent(InstanceState state, InstanceGoal goal) {
        if (timers.isTimerActive(AGENT)) {
            return;
        }
        var vm = state.vm();
        boolean isNew = vm != null && vm.jobs().prepared().isEmpty();
        Duration deadline;
        boolean isToGo = goal.removesVm()
                || (goal.recreate() && vm != null && !vm.bornFor().equals(goal.key()));
        if (isToGo) {
            deadline = timeouts.agentGoodbye();
        } else {
            deadline = isNew ? timeouts.agentBoot() : timeouts.agentReturn();
        }
        timers.startSingleTimer(AGENT, new InstanceCommand.DeadlinePassed(AGENT), deadline);
    }

    void awaitReplacement() {
        if (!timers.isTimerActive(REPLACEMENT)) {
            timers.startSingleTimer(REPLACEMENT, new InstanceCommand.DeadlinePassed(REPLACEMENT), timeouts.agentBoot());
        }
    }

    void replacementCame() {
        timers.cancel(REPLACEMENT);
    }

    void awaitRunning(InstanceGoal goal) {
        if (!isAwaitingRunning) {
            isAwaitingRunning = true;
            isSettled = false;
            timers.startSingleTimer(
                    SETTLED,
                    new InstanceCommand.DeadlinePassed(SETTLED),
                    Duration.ofMillis(Math.max(1, goal.spec().watchMinMillis())));
            timers.startSingleTimer(
                    RUNNING,
                    new InstanceCommand.DeadlinePassed(RUNNING),
                    Duration.ofMillis(goal.spec().watchMaxMillis()));
        }
    }

    boolean isAwaitingRunning() {
        return isAwaitingRunning;
    }

    /** Jobs that have had the least time to fail may be believed that they run. */
    void settled() {
        isSettled = true;
    }

    boolean isSettled() {
        return isSettled;
    }

    void stopAwaitingRunning() {
        timers.cancel(RUNNING);
        timers.cancel(SETTLED);
        isSettled = false;
        isAwaitingRunning = false;
    }

    void retryLater() {
        timers.startSingleTimer(RETRY, new InstanceCommand.Proceed(), timeouts.cpiRetryPause());
    }

    /** The agent is not waited for any more, until something changes. */
    void giveUp() {
        isGivenUp = true;
    }

    boolean isGivenUp() {
        return isGivenUp;
    }

    Reach reach(boolean isConnected) {
        if (isGivenUp) {
            return Reach.GIVEN_UP;
        }
        return isConnected ? Reach.CONNECTED : Reach.AWAITED;
    }

    void reset() {
        timers.cancel(AGENT);
        timers.cancel(REPLACEMENT);
        isGivenUp = false;
        stopAwaitingRunning();
    }
}
