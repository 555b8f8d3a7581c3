package io.slipway.agent.command;

import io.slipway.agent.journal.Journal;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Empty;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Success;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every command of the director passes here: it is journaled, carried out at most once, in a thread of its own, within
 * its time, and its result is journaled before it is sent. A repeated command id is answered from the journal.
 */
public final class CommandDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandDesk.class);

    private final Journal journal;
    private final Outbox outbox;
    private final CommandHandler handler;
    private final CompletableFuture<?> ready;
    private final ScheduledExecutorService clock;
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("command-", 0).factory());
    private final Map<String, Running> running = new HashMap<>();

    /** @param ready completes when the VM has come up; commands that touch jobs wait for it */
    public CommandDesk(
            Journal journal,
            Outbox outbox,
            CommandHandler handler,
            CompletableFuture<?> ready,
            ScheduledExecutorService clock) {
        this.journal = journal;
        this.outbox = outbox;
        this.handler = handler;
        this.ready = ready;
        this.clock = clock;
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

    /** Answers what an earlier process of this agent left unfinished. Call once, before the stream opens. */
    public void answerInterrupted() throws IOException {
        for (var id : journal.interrupted()) {
            LOG.warn("command {} was cut short by a restart of the agent", id);
            journal.finished(
                    failure(
                            id,
                            new CommandFailure(
                                    Failure.Code.INTERRUPTED,
                                    "the agent was restarted while it carried out this command; send it again under a new id")));
        }
    }

    public List<CommandResult> unacknowledged() throws IOException {
        return journal.unacknowledged();
    }

    public void acknowledged(String commandId) {
        try {
            journal.acknowledged(commandId);
        } catch (IOException e) {
            LOG.warn("result of {} stays in the journal: {}", commandId, e.getMessage());
        }
    }

    /** Never blocks for long: called by the stream. */
    public void receive(Command command) {
        var entry = new Running();
        synchronized (running) {
            if (running.containsKey(command.getId())) {
                accept(command);
                return;
            }
            running.put(command.getId(), entry);
        }
        workers.execute(() -> carryOut(command, entry));
    }

    private void carryOut(Command command, Running entry) {
        CommandResult result;
        try {
            result = answer(command, entry);
        } finally {
            // Before the result is sent: a repetition that comes after it must find the journal, not a command that
            // runs.
            synchronized (running) {
                running.remove(command.getId());
            }
        }
        outbox.send(FromAgent.newBuilder().setResult(result).build());
    }

    private CommandResult answer(Command command, Running entry) {
        var id = command.getId();
        try {
            var known = journal.result(id);
            if (known.isPresent()) {
                return known.get();
            }
            journal.started(id);
            accept(command);
            var result = resultOf(command, entry);
            journal.finished(result);
            return result;
        } catch (IOException e) {
            LOG.error("command {}: the journal cannot be written: {}", id, e.getMessage());
            var failed = new CommandFailure(
                    Failure.Code.UNKNOWN, "the agent's journal cannot be written: " + e.getMessage());
            return failure(id, failed);
        }
    }

    private CommandResult resultOf(Command command, Running entry) {
        var began = System.nanoTime();
        var id = command.getId();
        @Nullable
        ScheduledFuture<?> alarm = command.getTimeoutSeconds() == 0
                ? null
                : clock.schedule(
                        () -> entry.stop(Failure.Code.TIMED_OUT), command.getTimeoutSeconds(), TimeUnit.SECONDS);
        CommandResult result;
        entry.begin();
        try {
            result = CommandResult.newBuilder()
                    .setCommandId(id)
                    .setSuccess(perform(command))
                    .build();
        } catch (CommandFailure e) {
            result = failure(id, e);
        } catch (InterruptedException e) {
            result = failure(id, stopped(entry));
        } catch (IOException | RuntimeException e) {
            LOG.warn("command {} failed", id, e);
            result = failure(
                    id,
                    entry.stopped() != null
                            ? stopped(entry)
                            : new CommandFailure(Failure.Code.UNKNOWN, String.valueOf(e.getMessage())));
        } finally {
            entry.end();
            Thread.interrupted();
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
        LOG.info(
                "command {} {}: {} after {} ms",
                id,
                command.getBodyCase(),
                result.hasFailure()
                        ? result.getFailure().getCode() + ": "
                                + result.getFailure().getMessage()
                        : "done",
                (System.nanoTime() - began) / 1_000_000);
        return result;
    }

    private Success perform(Command command) throws CommandFailure, IOException, InterruptedException {
        return switch (command.getBodyCase()) {
            case CANCEL -> cancel(command.getCancel().getCommandId());
            case GET_STATE, FETCH_LOGS, SSH, SYNC_DNS -> handler.handle(command);
            default -> {
                awaitReady();
                yield handler.handle(command);
            }
        };
    }

    private void awaitReady() throws InterruptedException {
        try {
            ready.get();
        } catch (java.util.concurrent.ExecutionException e) {
            // the boot said so itself; what the director wants now may well repair it
        }
    }

    private Success cancel(String commandId) throws CommandFailure {
        Running entry;
        synchronized (running) {
            entry = running.get(commandId);
        }
        if (entry == null) {
            throw new CommandFailure(Failure.Code.INVALID, "command " + commandId + " does not run here");
        }
        entry.stop(Failure.Code.CANCELLED);
        return Success.newBuilder().setEmpty(Empty.getDefaultInstance()).build();
    }

    private static CommandFailure stopped(Running entry) {
        var code = entry.stopped();
        return code == Failure.Code.TIMED_OUT
                ? new CommandFailure(code, "the command took longer than its timeout")
                : new CommandFailure(code == null ? Failure.Code.INTERRUPTED : code, "the command was cancelled");
    }

    private void accept(Command command) {
        outbox.send(FromAgent.newBuilder()
                .setAccepted(CommandAccepted.newBuilder().setCommandId(command.getId()))
                .build());
    }

    private static CommandResult failure(String commandId, CommandFailure failure) {
        return CommandResult.newBuilder()
                .setCommandId(commandId)
                .setFailure(failure.toProto())
                .build();
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
