package io.slipway.engine.task;

import io.slipway.engine.Audit;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.Tasks;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.queue.TaskWorkers.Lane;
import io.slipway.model.InvalidInput;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks as callers see them, and the running of work as tasks on this node. */
public final class TaskService implements Tasks, TaskRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TaskService.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int INTERNAL = 100;

    private final ClusterSharding sharding;
    private final TaskStore store;
    private final Audit audit;
    private final Clock clock;
    private final Executor blocking;
    private final CancelDeployment cancelDeployment;
    private final TaskWorkers workers;
    private final Map<Long, AtomicBoolean> cancellations = new ConcurrentHashMap<>();

    /** Passes the cancellation of a task on to the deployment that runs or queues it. */
    @FunctionalInterface
    public interface CancelDeployment {
        void cancel(String deployment, long task);
    }

    public TaskService(
            ClusterSharding sharding,
            TaskStore store,
            Audit audit,
            Clock clock,
            Executor blocking,
            TaskWorkers workers,
            CancelDeployment cancelDeployment) {
        this.sharding = sharding;
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.blocking = blocking;
        this.workers = workers;
        this.cancelDeployment = cancelDeployment;
    }

    @Override
    public Optional<TaskRow> find(long id) {
        return store.find(id);
    }

    @Override
    public List<TaskRow> list(TaskFilter filter) {
        return store.list(filter);
    }

    @Override
    public byte[] output(long id, OutputType type, long fromByte) {
        return store.read(id, type, fromByte);
    }

    @Override
    public CompletionStage<Void> cancel(long id, Requester requester) {
        var known = store.find(id);
        if (known.isEmpty()) {
            return CompletableFuture.failedFuture(new RequestRefused(404, 10000, "Task " + id + " not found"));
        }
        var state = known.get().state();
        if (state != State.QUEUED && state != State.PROCESSING) {
            return CompletableFuture.failedFuture(new RequestRefused(
                    400,
                    10001,
                    "Cannot cancel task " + id + ": invalid state ("
                            + state.name().toLowerCase(Locale.ROOT) + ")"));
        }
        LOG.info("{} asks task {} to stop", requester.user(), id);
        return task(id).<TaskCommand.TaskReply>ask(TaskCommand.Cancel::new, DEADLINE)
                .thenAccept(reply -> {
                    var flag = cancellations.get(id);
                    if (flag != null) {
                        flag.set(true);
                        if (workers.withdraw(id)) {
                            blocking.execute(() -> endUnbegun(id));
                        }
                    } else if (!reply.deployment().isEmpty()) {
                        cancelDeployment.cancel(reply.deployment(), id);
                    }
                });
    }

    @Override
    public CompletionStage<Long> run(String description, String deployment, Requester requester, TaskWork work) {
        return start(description, deployment, requester, Lane.ORDINARY, work);
    }

    @Override
    public CompletionStage<Long> runUrgent(String description, String deployment, Requester requester, TaskWork work) {
        return start(description, deployment, requester, Lane.URGENT, work);
    }

    private CompletionStage<Long> start(
            String description, String deployment, Requester requester, Lane lane, TaskWork work) {
        return CompletableFuture.supplyAsync(store::nextTaskId, blocking)
                .thenCompose(id -> task(id).<TaskCommand.TaskReply>ask(
                                replyTo -> new TaskCommand.Create(
                                        new TaskEvent.Created(
                                                id,
                                                description,
                                                requester.user(),
                                                deployment,
                                                requester.contextId(),
                                                clock.instant().toString()),
                                        replyTo),
                                DEADLINE)
                        .thenApply(created -> {
                            var cancelled = new AtomicBoolean();
                            cancellations.put(id, cancelled);
                            workers.claim(lane, deployment, id, () -> Thread.ofVirtual()
                                    .name("task-" + id)
                                    .start(() -> work(id, work, log(id, cancelled))));
                            return id;
                        }));
    }

    /** The log of a task; its lines can be read at once. */
    public TaskLog log(long id, AtomicBoolean cancelled) {
        return new EventLog(
                (type, text) -> store.append(id, type, text), clock, cancelled::get, (action, type, name) -> {
                    String task = Long.toString(id);
                    String key = "task-" + task + "/" + action + "/" + type + "/" + name;
                    audit.record(new Audit.Fact(key, "", action, type, name, task, "", "", "", Map.of()));
                });
    }

    /** Removes tasks that ended, with their outputs, but for the newest of each type. */
    public void removeOld(int keptOfEachType) {
        int removed = store.removeOld(keptOfEachType);
        if (removed > 0) {
            LOG.info("{} tasks were removed: of each type the newest {} are kept", removed, keptOfEachType);
        }
    }

    /** Returns once all of a task's log is stored. */
    public void flush(long id) {
        store.flush(id);
    }

    /**
     * Ends tasks whose work ran on a node that is gone. Work of deployments is not meant: it goes on by itself.
     *
     * @param isResumable whether a task is some entity's, which will resume it
     */
    public void endAbandoned(java.util.function.Predicate<TaskRow> isResumable) {
        var open = new TaskFilter(List.of(State.QUEUED, State.PROCESSING, State.CANCELLING), "", "", 1000);
        for (TaskRow row : store.list(open)) {
            if (!cancellations.containsKey(row.id()) && !isResumable.test(row)) {
                LOG.warn("task {} ({}) was cut off when a director stopped", row.id(), row.description());
                end(row.id(), State.ERROR, "The director stopped while this ran; ask for it again");
            }
        }
    }

    private void work(long id, TaskWork work, TaskLog log) {
        try {
            if (log.isCancelled()) {
                endUnbegun(id);
                return;
            }
            task(id).<TaskCommand.TaskReply>ask(TaskCommand.Start::new, DEADLINE)
                    .toCompletableFuture()
                    .join();
            String result = work.run(log);
            store.flush(id);
            end(id, log.isCancelled() ? State.CANCELLED : State.DONE, result);
        } catch (Exception failure) {
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            LOG.info("task {} failed: {}", id, message);
            log.error(codeOf(failure), message);
            // Of what was given nobody needs to know which line of ours refused it.
            log.debug(codeOf(failure) == INTERNAL ? stackOf(failure) : "refused: " + message);
            store.flush(id);
            end(id, State.ERROR, message);
        } finally {
            cancellations.remove(id);
            workers.leave(id);
        }
    }

    private static int codeOf(Exception failure) {
        return switch (failure) {
            case RequestRefused refused -> refused.code();
            case InvalidInput invalid -> invalid.problems().getFirst().code();
            default -> INTERNAL;
        };
    }

    /** Of a task that was asked to stop before its work began. */
    private void endUnbegun(long id) {
        cancellations.remove(id);
        end(id, State.CANCELLED, "cancelled while it was queued");
    }

    private static String stackOf(Throwable failure) {
        var text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    private void end(long id, State state, String result) {
        task(id).<TaskCommand.TaskReply>ask(replyTo -> new TaskCommand.End(state, result, replyTo), DEADLINE)
                .toCompletableFuture()
                .join();
    }

    private EntityRef<TaskCommand> task(long id) {
        return sharding.entityRefFor(TaskEntity.KEY, Long.toString(id));
    }
}
