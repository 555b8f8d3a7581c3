package io.slipway.agent.core.command;

import io.slipway.agent.core.Outbox;
import io.slipway.agent.core.Threads;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Every command of the director passes here: it is journaled, carried out at most once, in a thread of its own, within
 * its time, and its result is journaled before it is sent. A repeated command id is answered from the journal.
 */
public final class CommandDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);

    private final CommandJournal journal;
    private final CommandHandler handler;
    private final Interference interference;
    private final Outbox outbox;
    private final Threads threads;
    private final Level told;
    private final Map<String, Running> running = new HashMap<>();
    private boolean isClosed;

    /** @param told at which level each command's end is logged */
    public CommandDesk(
            CommandJournal journal,
            CommandHandler handler,
            Interference interference,
            Outbox outbox,
            Threads threads,
            Level told) {
        this.journal = journal;
        this.handler = handler;
        this.interference = interference;
        this.outbox = outbox;
        this.threads = threads;
        this.told = told;
    }

    /** A command that is being carried out, and why it is to stop. */
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

        synchronized boolean isStopped() {
            return stopped != null;
        }

        synchronized CommandFailure failure() {
            if (stopped == Failure.Code.TIMED_OUT) {
                return new CommandFailure(Failure.Code.TIMED_OUT, "the command took longer than its timeout");
            }
            return stopped == Failure.Code.CANCELLED
                    ? new CommandFailure(Failure.Code.CANCELLED, "the command was cancelled")
                    : new CommandFailure(Failure.Code.INTERRUPTED, "the agent ended while it carried out this command");
        }
    }

    /** Answers what an earlier process of this agent left unfinished. Call once, before the stream opens. */
    public void answerInterrupted() throws IOException {
        for (String id : journal.interrupted()) {
            LOG.atLevel(told).log("command {} was cut short by a restart of the agent", id);
            journal.finished(
                    failed(
                            id,
                            new CommandFailure(
                                    Failure.Code.INTERRUPTED,
                                    "the agent was restarted while it carried out this command; send it again under a new id")));
        }
    }

    public List<CommandResult> unacknowledged() throws IOException {
        return journal.unacknowledged();
    }

    /** Never blocks: called by the stream. */
    public void acknowledged(String commandId) {
        threads.run(() -> {
            try {
                forget(commandId);
            } catch (IOException e) {
                LOG.warn("the result of {} stays in the journal: {}", commandId, e.getMessage());
            }
        });
    }

    private synchronized void forget(String commandId) throws IOException {
        if (!isClosed) {
            journal.acknowledged(commandId);
        }
    }

    /** Never blocks: called by the stream. */
    public void receive(Command command) {
        var entry = new Running();
        synchronized (running) {
            if (running.containsKey(command.getId())) {
                accept(command);
                return;
            }
            running.put(command.getId(), entry);
        }
        threads.run(() -> carryOut(command, entry));
    }

    /**
     * The agent ends: what runs is interrupted, and nothing is journaled or sent any more, since the journal is the next
     * process's now. That one tells what was cut short.
     */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        synchronized (running) {
            running.values().forEach(entry -> entry.stop(Failure.Code.INTERRUPTED));
        }
    }

    private void carryOut(Command command, Running entry) {
        Optional<CommandResult> earlier;
        Optional<CommandResult> made = Optional.empty();
        try {
            earlier = isClosed() ? Optional.empty() : earlier(command.getId());
            if (earlier.isEmpty()) {
                made = made(command, entry);
            }
        } finally {
            // Before the result is sent: a repetition that comes after it must find the journal, not a command that
            // runs.
            synchronized (running) {
                running.remove(command.getId());
            }
        }
        earlier.ifPresent(this::deliver);
        made.ifPresent(result -> {
            for (int times = interference.deliveries(result); times > 0; times--) {
                deliver(result);
            }
        });
    }

    private Optional<CommandResult> earlier(String commandId) {
        try {
            return journal.result(commandId);
        } catch (IOException e) {
            LOG.error("command {}: the journal cannot be read: {}", commandId, e.getMessage());
            return Optional.of(failed(
                    commandId,
                    new CommandFailure(Failure.Code.UNKNOWN, "the agent's journal cannot be read: " + e.getMessage())));
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    /** Carries the command out; nothing where the agent ended meanwhile. */
    private Optional<CommandResult> made(Command command, Running entry) {
        String id = command.getId();
        try {
            if (!begin(id)) {
                return Optional.empty();
            }
        } catch (IOException e) {
            LOG.error("command {} is not begun: the journal cannot be written: {}", id, e.getMessage());
            return Optional.of(failed(
                    id,
                    new CommandFailure(
                            Failure.Code.UNKNOWN, "the agent's journal cannot be written: " + e.getMessage())));
        }
        accept(command);
        var result = resultOf(command, entry);
        return finish(result) ? Optional.of(result) : Optional.empty();
    }

    private synchronized boolean begin(String commandId) throws IOException {
        if (!isClosed) {
            journal.started(commandId);
        }
        return !isClosed;
    }

    private synchronized boolean finish(CommandResult result) {
        if (!isClosed) {
            try {
                journal.finished(result);
            } catch (IOException e) {
                // It is kept in memory; were the agent to die now, the next one would say that it was interrupted.
                LOG.error("the result of {} is not on disk: {}", result.getCommandId(), e.getMessage());
            }
        }
        return !isClosed;
    }

    private CommandResult resultOf(Command command, Running entry) {
        long began = System.nanoTime();
        String id = command.getId();
        @Nullable
        Future<?> alarm = command.getTimeoutSeconds() == 0
                ? null
                : threads.later(
                        Duration.ofSeconds(command.getTimeoutSeconds()), () -> entry.stop(Failure.Code.TIMED_OUT));
        CommandResult result;
        entry.begin();
        try {
            interference.before(command);
            var success = command.hasCancel() ? cancel(command.getCancel().getCommandId()) : handler.handle(command);
            result = CommandResult.newBuilder()
                    .setCommandId(id)
                    .setSuccess(success)
                    .build();
        } catch (CommandFailure e) {
            result = failed(id, e);
        } catch (InterruptedException e) {
            result = failed(id, entry.failure());
        } catch (IOException | RuntimeException e) {
            result = failed(id, entry.isStopped() ? entry.failure() : unexpected(command, e));
        } finally {
            entry.end();
            // The interrupt of a late alarm must not hit what comes next.
            Thread.interrupted();
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
        tell(command, result, System.nanoTime() - began);
        return result;
    }

    private static CommandFailure unexpected(Command command, Exception e) {
        LOG.warn("command {} {} failed", command.getId(), command.getBodyCase(), e);
        return new CommandFailure(Failure.Code.UNKNOWN, String.valueOf(e.getMessage()));
    }

    private void tell(Command command, CommandResult result, long nanos) {
        var failure = result.getFailure();
        LOG.atLevel(told)
                .log(
                        "command {} {}: {} after {} ms",
                        command.getId(),
                        command.getBodyCase(),
                        result.hasFailure() ? failure.getCode() + ": " + failure.getMessage() : "done",
                        Duration.ofNanos(nanos).toMillis());
    }

    private Success cancel(String commandId) throws CommandFailure {
        @Nullable Running entry;
        synchronized (running) {
            entry = running.get(commandId);
        }
        if (entry == null) {
            throw new CommandFailure(Failure.Code.INVALID, "command " + commandId + " does not run here");
        }
        entry.stop(Failure.Code.CANCELLED);
        return Success.newBuilder().setEmpty(Empty.getDefaultInstance()).build();
    }

    private void accept(Command command) {
        outbox.send(FromAgent.newBuilder()
                .setAccepted(CommandAccepted.newBuilder().setCommandId(command.getId()))
                .build());
    }

    private void deliver(CommandResult result) {
        outbox.send(FromAgent.newBuilder().setResult(result).build());
    }

    private static CommandResult failed(String commandId, CommandFailure failure) {
        return CommandResult.newBuilder()
                .setCommandId(commandId)
                .setFailure(failure.toProto())
                .build();
    }
}
