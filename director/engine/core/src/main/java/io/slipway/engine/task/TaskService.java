package io.slipway.engine.task;

import io.slipway.engine.Audit;
import io.slipway.engine.EngineServices;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskLog;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.Tasks;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.cluster.Nodes;
import io.slipway.engine.queue.TaskWorkers;
import io.slipway.engine.queue.TaskWorkers.Lane;
import io.slipway.engine.run.RunFailed;
import io.slipway.engine.state.TaskRows;
import io.slipway.engine.task.TaskCommand.Known;
import io.slipway.engine.task.TaskCommand.TaskReply;
import io.slipway.model.InvalidInput;
import io.slipway.store.Outage;
import io.slipway.store.member.TaskRunners;
import io.slipway.store.output.TaskOutputs;
import java.io.PrintWriter;
import java.io.StringWriter;
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
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tasks as callers see them, and the running of work as tasks on this node. */
public final class TaskService implements Tasks, TaskRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TaskService.class);
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    /** A task may end before all that it said is stored: who waits for it is told its end. */
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(20);

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int INTERNAL = 100;
    private static final int TASK_NOT_FOUND = 10000;
    private static final int TASK_UNFIT = 10001;

    private final ClusterSharding sharding;
    private final TaskRows rows;
    private final TaskOutputs outputs;
    private final Audit audit;
    private final Clock clock;
    private final Executor blocking;
    private final CancelDeployment cancelDeployment;
    private final TaskWorkers workers;
    private final Stop stop;
    private final TaskRunners runners;
    private final Nodes nodes;
    private final ActorRef<Topic.Command<Cancelled>> cancellations;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();

    /** Passes the cancellation of a task on to the deployment that runs or queues it. */
    @FunctionalInterface
    public interface CancelDeployment {
        void cancel(String deployment, long task);
    }

    /** Work of a task that is queued or under way in this process. */
    private record Running(TaskWork work, AtomicBoolean cancelled) {}

    /** @param stop of this director */
    public TaskService(
            ActorSystem<?> system,
            EngineServices services,
            TaskOutputs outputs,
            TaskWorkers workers,
            TaskRunners runners,
            Nodes nodes,
            CancelDeployment cancelDeployment,
            Stop stop) {
        this.stop = stop;
        this.sharding = ClusterSharding.get(system);
        this.runners = runners;
        this.nodes = nodes;
        this.rows = services.tasks();
        this.outputs = outputs;
        this.audit = services.audit();
        this.clock = services.clock();
        this.blocking = services.blocking();
        this.workers = workers;
        this.cancelDeployment = cancelDeployment;
        this.cancellations = cancellations(system);
    }

    /** A task is to stop whose work goes on in the process of one of the nodes. */
    record Cancelled(long task) implements RemoteMessage {}

    private ActorRef<Topic.Command<Cancelled>> cancellations(ActorSystem<?> system) {
        var topic = system.systemActorOf(
                Topic.create(Cancelled.class, "task-cancellations"), "task-cancellations-topic", Props.empty());
        var here = system.systemActorOf(
                Behaviors.<Cancelled>receiveMessage(cancelled -> {
                    cancelHere(cancelled.task());
                    return Behaviors.same();
                }),
                "task-cancellations",
                Props.empty());
        topic.tell(Topic.subscribe(here));
        return topic;
    }

    @Override
    public Optional<TaskRow> find(long id) {
        return rows.find(id);
    }

    @Override
    public List<TaskRow> list(TaskFilter filter) {
        return rows.list(filter);
    }

    @Override
    public byte[] output(long id, OutputType type, long fromByte) {
        return outputs.read(id, stored(type), fromByte);
    }

    @Override
    public CompletionStage<Void> cancel(long id, Requester requester) {
        return CompletableFuture.supplyAsync(() -> requireCancellable(id), blocking)
                .thenCompose(known -> {
                    LOG.info("{} asks task {} to stop", requester.user(), id);
                    return Ask.within(DEADLINE, () -> task(id).<TaskReply>ask(TaskCommand.Cancel::new, Ask.SILENCE));
                })
                .thenAccept(reply -> {
                    if (cancelHere(id)) {
                        return;
                    }
                    cancellations.tell(Topic.publish(new Cancelled(id)));
                    if (reply instanceof Known known && !known.deployment().isEmpty()) {
                        cancelDeployment.cancel(known.deployment(), id);
                    }
                });
    }

    /** Whether the work of the task is that of this process. */
    private boolean cancelHere(long id) {
        var here = running.get(id);
        if (here == null) {
            return false;
        }
        here.cancelled().set(true);
        if (workers.withdraw(id)) {
            blocking.execute(() -> endUnbegun(id));
        }
        return true;
    }

    private TaskRow requireCancellable(long id) {
        var known =
                rows.find(id).orElseThrow(() -> RequestRefused.notFound(TASK_NOT_FOUND, "Task " + id + " not found"));
        if (known.state() != State.QUEUED && known.state() != State.PROCESSING) {
            throw RequestRefused.invalid(
                    TASK_UNFIT,
                    "Cannot cancel task " + id + ": invalid state ("
                            + known.state().name().toLowerCase(Locale.ROOT) + ")");
        }
        return known;
    }

    @Override
    public CompletionStage<Long> run(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        return start(kind, description, deployment, requester, Lane.ORDINARY, work);
    }

    @Override
    public CompletionStage<Long> runUrgent(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        return start(kind, description, deployment, requester, Lane.URGENT, work);
    }

    private CompletionStage<Long> start(
            TaskKind kind, String description, String deployment, Requester requester, Lane lane, TaskWork work) {
        return CompletableFuture.supplyAsync(this::newId, blocking)
                .thenCompose(id -> {
                    var here = new Running(work, new AtomicBoolean());
                    // Known here before the task exists, so that who cancels it at once finds it.
                    running.put(id, here);
                    var created = new TaskEvent.Created(
                            id,
                            kind,
                            description,
                            requester.user(),
                            deployment,
                            requester.contextId(),
                            clock.instant().toString());
                    return Ask.within(DEADLINE, () -> task(id).<TaskReply>ask(
                                            replyTo -> new TaskCommand.Create(created, replyTo), Ask.SILENCE))
                            .whenComplete((reply, failure) -> {
                                if (failure != null) {
                                    blocking.execute(() -> giveUp(id));
                                }
                            })
                            .thenApply(reply -> {
                                workers.claim(lane, deployment, id, () -> Thread.ofVirtual()
                                        .name("task-" + id)
                                        .start(() -> work(id, here)));
                                return id;
                            });
                })
                .whenCompleteAsync(
                        (id, failure) -> {
                            if (failure != null) {
                                work.giveBack();
                            }
                        },
                        blocking);
    }

    /** Of a task whose work is this node's. */
    private long newId() {
        long id = rows.nextId();
        runners.put(id, nodes.self());
        return id;
    }

    /** Whether a task that did not answer in time exists is not known: if it does, it ends. */
    private void giveUp(long id) {
        running.remove(id);
        end(id, State.ERROR, "The director could not begin this in time; ask for it again");
    }

    /** The log of a task; its lines can be read at once. */
    public TaskLog log(long id, AtomicBoolean cancelled) {
        return new EventLog(
                (type, text) -> outputs.append(id, stored(type), text), clock, cancelled::get, (action, type, name) -> {
                    String task = Long.toString(id);
                    String key = "task-" + task + "/" + action + "/" + type + "/" + name;
                    audit.record(new Audit.Fact(key, "", action, type, name, task, "", "", "", Map.of()));
                });
    }

    /** Removes tasks that ended, with their outputs, but for the newest of each type. */
    public void removeOld(int keptOfEachType) {
        int removed = rows.removeOld(keptOfEachType);
        if (removed > 0) {
            LOG.info("{} tasks were removed: of each type the newest {} are kept", removed, keptOfEachType);
        }
    }

    /** Returns once all of a task's log is stored, or after a while with false: it is stored then later. */
    public boolean flush(long id) {
        boolean isStored = outputs.flush(id, LONGEST_FLUSH);
        if (!isStored) {
            LOG.warn("outputs of task {} are not stored yet; they will be when the database takes them", id);
        }
        return isStored;
    }

    /** Tasks that have not ended. Blocks. */
    public List<TaskRow> open() {
        return rows.list(
                new TaskFilter(List.of(State.QUEUED, State.PROCESSING, State.CANCELLING), "", "", Integer.MAX_VALUE));
    }

    /** Ends those of these tasks whose work ran in a process that is gone, and does not go on by itself. */
    public void endAbandoned(List<TaskRow> open) {
        // Read later than the tasks: who runs one is written before it exists.
        var runnersNow = runners.all();
        var members = nodes.members();
        for (TaskRow row : open) {
            boolean goesOn = row.kind().goesOn() && !row.deployment().isEmpty();
            String node = runnersNow.getOrDefault(row.id(), "");
            if (!goesOn && !members.contains(node)) {
                LOG.warn("task {} ({}) was cut off when a director stopped", row.id(), row.description());
                endSoon(row.id());
            }
        }
        var openIds = open.stream().map(TaskRow::id).collect(Collectors.toSet());
        runnersNow.forEach((task, node) -> {
            if (!members.contains(node) && !openIds.contains(task)) {
                runners.remove(task);
            }
        });
    }

    /** A task that does not answer now is ended by a later look, and keeps nobody waiting. */
    private void endSoon(long id) {
        Ask.within(SOON, () -> task(id).<TaskReply>ask(
                                replyTo -> new TaskCommand.End(
                                        State.ERROR, "The director stopped while this ran; ask for it again", replyTo),
                                Ask.SILENCE))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        LOG.warn("task {}, which was cut off, could not be ended yet: {}", id, failure.toString());
                    }
                });
    }

    private void work(long id, Running here) {
        var log = log(id, here.cancelled());
        try {
            if (begin(id)) {
                runToItsEnd(id, here.work(), log);
            } else {
                end(id, State.CANCELLED, "cancelled while it was queued");
            }
        } catch (Stop.Stopped stopped) {
            LOG.debug("task {} ends with this director", id);
        } finally {
            here.work().giveBack();
            running.remove(id);
            workers.leave(id);
        }
    }

    /** False where somebody asked the task to stop, or it has ended, before it began. */
    private boolean begin(long id) {
        var reply = Ask.untilAnswered(stop, () -> task(id).<TaskReply>ask(TaskCommand.Start::new, Ask.SILENCE));
        return reply instanceof Known known && known.state() == State.PROCESSING;
    }

    private void runToItsEnd(long id, TaskWork work, TaskLog log) {
        State end;
        String result;
        try {
            result = repeated(id, work, log);
            end = log.isCancelled() ? State.CANCELLED : State.DONE;
        } catch (Stop.Stopped stopped) {
            throw stopped;
        } catch (Throwable failure) {
            result = messageOf(id, failure);
            end = log.isCancelled() ? State.CANCELLED : State.ERROR;
            LOG.info("task {} failed: {}", id, result);
            log.error(codeOf(failure), result);
            // Of what was given nobody needs to know which line of ours refused it.
            log.debug(codeOf(failure) == INTERNAL ? stackOf(failure) : "refused: " + result);
        }
        // Whoever is told the end finds nothing left of it.
        work.giveBack();
        flush(id);
        end(id, end, result);
    }

    private static String messageOf(long id, Throwable failure) {
        if (failure instanceof RunFailed failed && failed.isCancellation()) {
            return "Task " + id + " cancelled";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Work that the database's absence cut off is done again when it is back. */
    private String repeated(long id, TaskWork work, TaskLog log) throws Exception {
        while (true) {
            try {
                return work.run(log);
            } catch (Exception failure) {
                if (!Outage.is(failure) || log.isCancelled()) {
                    throw failure;
                }
                LOG.warn("task {} was cut off from the database, and begins again: {}", id, failure.toString());
                log.debug("the database is away; this begins again when it is back");
            }
            stop.pause(PAUSE);
        }
    }

    private static int codeOf(Throwable failure) {
        return switch (failure) {
            case RunFailed failed -> failed.code();
            case RequestRefused refused -> refused.code();
            case InvalidInput invalid -> invalid.problems().getFirst().code();
            default -> INTERNAL;
        };
    }

    /** Of a task that was asked to stop while it waited for a worker. */
    private void endUnbegun(long id) {
        var here = running.remove(id);
        if (here != null) {
            here.work().giveBack();
        }
        end(id, State.CANCELLED, "cancelled while it was queued");
    }

    private static String stackOf(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** However long the task is silent: nobody else would end it. */
    private void end(long id, State state, String result) {
        Ask.untilAnswered(stop, () -> task(id).<TaskReply>ask(
                        replyTo -> new TaskCommand.End(state, result, replyTo), Ask.SILENCE));
        try {
            runners.remove(id);
        } catch (RuntimeException away) {
            LOG.debug("that task {} was run here is forgotten when this director has gone: {}", id, away.toString());
        }
    }

    private EntityRef<TaskCommand> task(long id) {
        return sharding.entityRefFor(TaskEntity.KEY, Long.toString(id));
    }

    private static io.slipway.store.output.OutputType stored(OutputType type) {
        return switch (type) {
            case EVENT -> io.slipway.store.output.OutputType.EVENT;
            case DEBUG -> io.slipway.store.output.OutputType.DEBUG;
            case CPI -> io.slipway.store.output.OutputType.CPI;
            case RESULT -> io.slipway.store.output.OutputType.RESULT;
        };
    }
}
