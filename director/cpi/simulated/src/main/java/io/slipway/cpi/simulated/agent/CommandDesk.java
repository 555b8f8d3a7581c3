package io.slipway.cpi.simulated.agent;

import io.slipway.cpi.simulated.fault.AgentFault;
import io.slipway.cpi.simulated.fault.Faults.Strike;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Success;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every command of the director passes here: journaled, carried out at most once, within its time, in a virtual thread,
 * its result journaled before it is sent. Faults at commands strike here.
 */
final class CommandDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);

    private final AgentHost host;
    private final Hardware hardware;
    private final CommandJournal journal;
    private final Orders orders;
    private final Outside outside;
    private final Map<String, Running> running = new HashMap<>();
    private volatile boolean isDead;

    /** Whom the desk talks to. */
    interface Outside {
        void send(FromAgent message);

        /** Kills the agent's process, and with it this desk; another one comes after a while. */
        void crash(Duration downFor);

        /** A command that was carried out, for a test to see. */
        void performed(Command command);
    }

    CommandDesk(AgentHost host, Hardware hardware, CommandJournal journal, Orders orders, Outside outside) {
        this.host = host;
        this.hardware = hardware;
        this.journal = journal;
        this.orders = orders;
        this.outside = outside;
    }

    private static final class Running {
        private @Nullable Thread thread;
        private Failure.@Nullable Code stopped;

        synchronized void begin() {
            thread = Thread.currentThread();
            if (stopped != null) {
                thread.interrupt();
            }
        }

        synchronized void end() {
            thread = null;
        }

        synchronized void stop(Failure.Code why) {
            if (stopped == null) {
                stopped = why;
                if (thread != null) {
                    thread.interrupt();
                }
            }
        }

        synchronized Failure.@Nullable Code stopped() {
            return stopped;
        }
    }

    /** Answers what the agent's earlier process left unfinished. Call once, before the stream opens. */
    void answerInterrupted() {
        for (String id : journal.interrupted()) {
            journal.finished(
                    failed(
                            id,
                            failure(
                                    Failure.Code.INTERRUPTED,
                                    "the agent was restarted while it carried out this command; send it again under a new id")));
        }
    }

    List<CommandResult> unacknowledged() {
        return journal.unacknowledged();
    }

    void acknowledged(String commandId) {
        host.run(() -> {
            synchronized (this) {
                if (!isDead) {
                    journal.acknowledged(commandId);
                }
            }
        });
    }

    /** Never blocks: called by the stream. */
    void receive(Command command) {
        var entry = new Running();
        synchronized (running) {
            if (running.containsKey(command.getId())) {
                accept(command);
                return;
            }
            running.put(command.getId(), entry);
        }
        host.run(() -> carryOut(command, entry));
    }

    /** The agent's process is dead: nothing is carried out, journaled or sent any more. */
    void die() {
        synchronized (this) {
            isDead = true;
        }
        synchronized (running) {
            running.values().forEach(entry -> entry.stop(Failure.Code.INTERRUPTED));
        }
    }

    private void carryOut(Command command, Running entry) {
        String id = command.getId();
        try {
            var known = journal.result(id);
            if (known.isPresent()) {
                outside.send(FromAgent.newBuilder().setResult(known.get()).build());
                return;
            }
            if (!begin(id)) {
                return;
            }
            accept(command);
            var strike = host.faults().strike(hardware.vm(), command.getBodyCase());
            var result = resultOf(command, entry, strike);
            if (finish(result)) {
                answer(result, strike);
            }
        } finally {
            synchronized (running) {
                running.remove(id);
            }
        }
    }

    private synchronized boolean begin(String commandId) {
        if (!isDead) {
            journal.started(commandId);
        }
        return !isDead;
    }

    /** Journals a result, unless the process died meanwhile: the journal is its successor's then. */
    private synchronized boolean finish(CommandResult result) {
        if (!isDead) {
            journal.finished(result);
        }
        return !isDead;
    }

    private void answer(CommandResult result, Optional<Strike<AgentFault.AtCommand>> strike) {
        var message = FromAgent.newBuilder().setResult(result).build();
        if (strike.isPresent() && strike.get().fault() instanceof AgentFault.CrashBeforeAnswer crash) {
            outside.crash(crash.downFor());
            return;
        }
        outside.send(message);
        if (strike.isPresent() && strike.get().fault() instanceof AgentFault.AnswerTwice) {
            outside.send(message);
        }
    }

    private CommandResult resultOf(Command command, Running entry, Optional<Strike<AgentFault.AtCommand>> strike) {
        String id = command.getId();
        @Nullable
        Future<?> alarm = command.getTimeoutSeconds() == 0
                ? null
                : host.later(Duration.ofSeconds(command.getTimeoutSeconds()), () -> entry.stop(Failure.Code.TIMED_OUT));
        entry.begin();
        try {
            if (strike.isPresent()) {
                suffer(strike.get());
            }
            return CommandResult.newBuilder()
                    .setCommandId(id)
                    .setSuccess(perform(command))
                    .build();
        } catch (CommandFailure e) {
            return failed(id, e);
        } catch (InterruptedException e) {
            return failed(id, stopped(entry));
        } catch (RuntimeException e) {
            if (!isDead) {
                LOG.warn("command {} {} failed", id, command.getBodyCase(), e);
            }
            return failed(id, failure(Failure.Code.UNKNOWN, String.valueOf(e.getMessage())));
        } finally {
            entry.end();
            // The interrupt of a late alarm must not hit what comes next.
            Thread.interrupted();
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    private void suffer(Strike<AgentFault.AtCommand> strike) throws CommandFailure, InterruptedException {
        switch (strike.fault()) {
            case AgentFault.FailCommand fail -> throw new CommandFailure(fail.failure());
            case AgentFault.DelayCommand delay -> Thread.sleep(delay.longer());
            case AgentFault.HangCommand hang -> strike.rule().awaitLifted();
            case AgentFault.CrashDuring crash -> {
                outside.crash(crash.downFor());
                throw new InterruptedException();
            }
            case AgentFault.CrashBeforeAnswer crash -> {}
            case AgentFault.AnswerTwice twice -> {}
        }
    }

    private Success perform(Command command) throws CommandFailure, InterruptedException {
        if (command.hasCancel()) {
            return cancel(command.getCancel().getCommandId());
        }
        if (!host.timings().command().isZero()) {
            Thread.sleep(host.timings().command());
        }
        Consumer<String> progress = message -> outside.send(Orders.progress(command.getId(), message));
        var success = orders.carryOut(command, progress);
        outside.performed(command);
        return success;
    }

    private Success cancel(String commandId) throws CommandFailure {
        @Nullable Running entry;
        synchronized (running) {
            entry = running.get(commandId);
        }
        if (entry == null) {
            throw failure(Failure.Code.INVALID, "command " + commandId + " does not run here");
        }
        entry.stop(Failure.Code.CANCELLED);
        return Success.newBuilder().setEmpty(Empty.getDefaultInstance()).build();
    }

    private static CommandFailure stopped(Running entry) {
        var code = entry.stopped();
        return code == Failure.Code.TIMED_OUT
                ? failure(code, "the command took longer than its timeout")
                : failure(code == null ? Failure.Code.INTERRUPTED : code, "the command was cancelled");
    }

    private void accept(Command command) {
        outside.send(FromAgent.newBuilder()
                .setAccepted(CommandAccepted.newBuilder().setCommandId(command.getId()))
                .build());
    }

    private static CommandFailure failure(Failure.Code code, String message) {
        return new CommandFailure(code, message);
    }

    private static CommandResult failed(String commandId, CommandFailure failure) {
        return CommandResult.newBuilder()
                .setCommandId(commandId)
                .setFailure(failure.failure())
                .build();
    }
}
