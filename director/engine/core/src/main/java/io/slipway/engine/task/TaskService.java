package io.slipway.engine.task;

import io.slipway.engine.Audit;
import io.slipway.engine.EngineServices;
import io.slipway.engine.LogContext;
import io.slipway.engine.OrderedTasks;
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
import io.slipway.secrets.input.TaskOrders;
import io.slipway.store.Outage;
import io.slipway.store.member.TaskRunners;
import io.slipway.store.member.TaskRunners.Conclusion;
import io.slipway.store.member.TaskRunners.Runner;
import io.slipway.store.member.Turn;
import io.slipway.store.output.TaskOutputs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.Supplier;
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
public final class TaskService implements Tasks, TaskRunner, OrderedTasks {
    private static final Logger LOG = LoggerFactory.getLogger(TaskService.class);
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    /** A task may end before all that it said is stored: who waits for it is told its end. */
    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(20);

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final List<State> OPEN = List.of(State.QUEUED, State.PROCESSING, State.CANCELLING);
    private static final int INTERNAL = 100;
    private static final int TASK_NOT_FOUND = 10000;
    private static final int TASK_UNFIT = 10001;

    private final ClusterSharding sharding;
    private final CompletableFuture<?> stopped;
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
    private final OrderBook orders;
    private final ActorRef<Topic.Command<Cancelled>> cancellations;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final Set<Long> takingOver = ConcurrentHashMap.newKeySet();

    /** Passes the cancellation of a task on to the deployment that runs or queues it. */
    @FunctionalInterface
    public interface CancelDeployment {
        void cancel(String deployment, long task);
    }

    /** Work of a task that is queued or under way in this process. */
    private record Running(long id, TaskWork work, AtomicBoolean cancelled) {
        /** Empty where the work ends with this process. */
        Optional<OrderBook.Entry> entry() {
            return work instanceof OrderBook.Entry entry ? Optional.of(entry) : Optional.empty();
        }
    }

    /** @param stop of this director */
    public TaskService(
            ActorSystem<?> system,
            EngineServices services,
            TaskOutputs outputs,
            TaskWorkers workers,
            TaskRunners runners,
            TaskOrders seals,
            Nodes nodes,
            CancelDeployment cancelDeployment,
            Stop stop) {
        this.stop = stop;
        this.sharding = ClusterSharding.get(system);
        this.stopped = system.getWhenTerminated().toCompletableFuture();
        this.runners = runners;
        this.nodes = nodes;
        this.orders = new OrderBook(runners, seals, nodes);
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
        return CompletableFuture.runAsync(() -> recordCancellation(requireCancellable(id), requester), blocking)
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

    private void recordCancellation(TaskRow task, Requester requester) {
        String id = Long.toString(task.id());
        audit.record(new Audit.Fact(
                "task-" + id + "/cancel/" + UUID.randomUUID(),
                requester.user(),
                requester.client(),
                "cancel",
                "task",
                id,
                id,
                task.deployment(),
                "",
                "",
                Map.of("description", task.description())));
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
        return start(kind, description, deployment, requester, Lane.ORDINARY, id -> ofThisNode(id, work));
    }

    @Override
    public CompletionStage<Long> runUrgent(
            TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
        return start(kind, description, deployment, requester, Lane.URGENT, id -> ofThisNode(id, work));
    }

    @Override
    public void perform(TaskKind kind, OrderedWork work) {
        orders.perform(kind, work);
    }

    @Override
    public CompletionStage<Long> order(TaskKind kind, String description, Requester requester, String order) {
        return start(kind, description, "", requester, Lane.ORDINARY, id -> orders.enter(id, kind, order));
    }

    private TaskWork ofThisNode(long id, TaskWork work) {
        runners.put(id, nodes.self());
        return work;
    }

    /** @param workOf says before the task exists who does it */
    private CompletionStage<Long> start(
            TaskKind kind,
            String description,
            String deployment,
            Requester requester,
            Lane lane,
            LongFunction<TaskWork> workOf) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            long id = rows.nextId(requester.client());
                            // Known here before the task exists, so that who cancels it at once finds it.
                            return known(id, workOf.apply(id));
                        },
                        blocking)
                .thenCompose(here -> {
                    var created = new TaskEvent.Created(
                            here.id(),
                            kind,
                            description,
                            requester.user(),
                            deployment,
                            requester.contextId(),
                            clock.instant().toString());
                    return Ask.within(DEADLINE, () -> task(here.id())
                                    .<TaskReply>ask(replyTo -> new TaskCommand.Create(created, replyTo), Ask.SILENCE))
                            .whenComplete((reply, failure) -> {
                                if (failure != null) {
                                    blocking.execute(() -> giveUp(here));
                                }
                            })
                            .thenApply(reply -> {
                                await(lane, deployment, here);
                                return here.id();
                            });
                });
    }

    private Running known(long id, TaskWork work) {
        var here = new Running(id, work, new AtomicBoolean());
        running.put(id, here);
        return here;
    }

    /** The work begins when a worker is free. */
    private void await(Lane lane, String deployment, Running here) {
        workers.claim(lane, deployment, here.id(), () -> Thread.ofVirtual()
                .name("task-" + here.id())
                .start(() -> work(here)));
    }

    /** Whether a task that did not answer in time exists is not known: if it does, it ends. */
    private void giveUp(Running here) {
        here.work().giveBack();
        running.remove(here.id());
        end(here.id(), State.ERROR, "The director could not begin this in time; ask for it again");
    }

    /** The log of a task; its lines can be read at once. */
    public TaskLog log(long id, AtomicBoolean cancelled) {
        return log(id, cancelled, (type, text) -> outputs.append(id, stored(type), text));
    }

    /** Which ends the work at its next step once this director stops: another one is at it then. */
    private TaskLog logUntilStopped(Running here) {
        return log(here.id(), here.cancelled(), (type, text) -> {
            if (type == OutputType.EVENT) {
                stop.check();
            }
            outputs.append(here.id(), stored(type), text);
        });
    }

    private TaskLog log(long id, AtomicBoolean cancelled, EventLog.Sink sink) {
        return new EventLog(sink, clock, cancelled::get, (action, type, name) -> {
            String task = Long.toString(id);
            String key = "task-" + task + "/" + action + "/" + type + "/" + name;
            audit.record(new Audit.Fact(key, "", "", action, type, name, task, "", "", "", Map.of()));
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
        return rows.list(new TaskFilter(OPEN, "", "", Integer.MAX_VALUE));
    }

    /**
     * Of these tasks, those whose work ran in a process that is gone, and which no deployment goes on with, are gone on with
     * here, or end.
     */
    public void takeOver(List<TaskRow> open) {
        // Read later than the tasks: who runs one is written before it exists.
        var runnersNow = runners.all();
        var members = nodes.members();
        for (TaskRow row : open) {
            boolean goesOn = row.kind().goesOn() && !row.deployment().isEmpty();
            var runner = Optional.ofNullable(runnersNow.get(row.id()));
            boolean isRun = runner.filter(one -> members.contains(one.node()) && !isForgottenHere(row.id(), one))
                    .isPresent();
            if (goesOn || isRun) {
                continue;
            }
            if (runner.filter(Runner::isOrdered).isPresent()) {
                takeOver(row, runner.get().node());
            } else {
                LOG.warn("task {} ({}) was cut off when a director stopped", row.id(), row.description());
                endSoon(row.id());
            }
        }
        var openIds = open.stream().map(TaskRow::id).collect(Collectors.toSet());
        runnersNow.forEach((task, runner) -> {
            // One that was begun while these were read is open by now.
            if (!members.contains(runner.node())
                    && !openIds.contains(task)
                    && rows.find(task).filter(TaskService::isOpen).isEmpty()) {
                runners.remove(task);
            }
        });
    }

    /** The turn was taken here, and the answer to that was lost, or the work ended in a way that nobody had thought of. */
    private boolean isForgottenHere(long task, Runner runner) {
        return runner.isOrdered()
                && runner.node().equals(nodes.self())
                && !running.containsKey(task)
                && !takingOver.contains(task)
                && !stopped.isDone();
    }

    private static boolean isOpen(TaskRow row) {
        return OPEN.contains(row.state());
    }

    private void takeOver(TaskRow row, String gone) {
        // A transaction of the one that is gone may be open still; nobody else is to wait for that.
        if (takingOver.add(row.id())) {
            blocking.execute(() -> {
                try {
                    orders.takeOver(row, gone).ifPresent(entry -> {
                        LOG.info("task {} ({}) goes on here: nobody else is at it", row.id(), row.description());
                        await(Lane.ORDINARY, row.deployment(), known(row.id(), entry));
                    });
                } catch (RuntimeException away) {
                    LOG.warn("task {} cannot be taken over yet: {}", row.id(), away.toString());
                } finally {
                    takingOver.remove(row.id());
                }
            });
        }
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

    /** Waits until nothing is queued or under way here that would end with this process, but no longer than this. */
    public void finish(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (running.values().stream().anyMatch(here -> here.entry().isEmpty())) {
            if (System.nanoTime() > end || stopped.isDone()) {
                LOG.warn(
                        "tasks {} end with this director",
                        running.values().stream()
                                .filter(here -> here.entry().isEmpty())
                                .map(Running::id)
                                .toList());
                return;
            }
            stop.pause(GLANCE);
        }
    }

    private void work(Running here) {
        boolean goesOnElsewhere = false;
        try (var context = LogContext.of(Map.of("task", Long.toString(here.id())))) {
            if (begin(here.id())) {
                runToItsEnd(here);
            } else {
                end(here.id(), State.CANCELLED, "cancelled while it was queued");
            }
        } catch (Stop.Stopped | Turn.Lost left) {
            goesOnElsewhere = here.entry().isPresent();
            LOG.debug("task {} {} this director", here.id(), goesOnElsewhere ? "leaves" : "ends with");
        } finally {
            if (!goesOnElsewhere) {
                here.work().giveBack();
            }
            running.remove(here.id());
            workers.leave(here.id());
        }
    }

    /** False where somebody asked the task to stop, or it has ended, before it began. */
    private boolean begin(long id) {
        var reply = Ask.untilAnswered(stop, () -> task(id).<TaskReply>ask(TaskCommand.Start::new, Ask.SILENCE));
        return reply instanceof Known known && known.state() == State.PROCESSING;
    }

    private void runToItsEnd(Running here) {
        var end = here.entry().map(entry -> concluded(here, entry)).orElseGet(() -> conclusion(here));
        // Whoever is told the end finds nothing left of it.
        here.work().giveBack();
        end(here.id(), State.valueOf(end.state()), end.result());
    }

    private Conclusion concluded(Running here, OrderBook.Entry entry) {
        return stored(entry::conclusion).orElseGet(() -> {
            var end = conclusion(here);
            return stored(() -> entry.conclude(end));
        });
    }

    /** Does the work; all that it said is stored. */
    private Conclusion conclusion(Running here) {
        long id = here.id();
        var log = here.entry().isPresent() ? logUntilStopped(here) : log(id, here.cancelled());
        State end;
        String result;
        try {
            result = repeated(id, here.work(), log);
            end = log.isCancelled() ? State.CANCELLED : State.DONE;
        } catch (Stop.Stopped | Turn.Lost left) {
            throw left;
        } catch (Throwable failure) {
            if (here.entry().isPresent()) {
                // What fails while all parts of this director end says nothing of the work.
                stop.check();
            }
            result = messageOf(id, failure);
            end = log.isCancelled() ? State.CANCELLED : State.ERROR;
            LOG.info("task {} failed: {}", id, result);
            log.error(codeOf(failure), result);
            // Of what was given nobody needs to know which line of ours refused it.
            log.debug(codeOf(failure) == INTERNAL ? stackOf(failure) : "refused: " + result);
        }
        flush(id);
        return new Conclusion(end.name(), result);
    }

    /** However long the database is away. */
    private <T> T stored(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (RuntimeException failure) {
                if (!Outage.is(failure)) {
                    throw failure;
                }
            }
            stop.pause(PAUSE);
        }
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
