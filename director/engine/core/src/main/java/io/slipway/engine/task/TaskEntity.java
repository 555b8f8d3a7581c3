package io.slipway.engine.task;

import io.slipway.engine.EngineServices;
import io.slipway.engine.Tasks.State;
import io.slipway.engine.state.StateRow;
import io.slipway.engine.task.TaskCommand.Known;
import io.slipway.engine.task.TaskCommand.TaskReply;
import io.slipway.engine.task.TaskCommand.Unknown;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The one writer of a task's state. It listens to whoever asked for the task and to whoever runs it; its outputs are
 * streams beside it.
 */
public final class TaskEntity extends EventSourcedBehavior<TaskCommand, TaskEvent, TaskState> {
    public static final EntityTypeKey<TaskCommand> KEY = EntityTypeKey.create(TaskCommand.class, "Task");
    /** One that was woken for nothing, such as by a number that never was, is not kept for longer. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final long id;
    private final ActorContext<TaskCommand> context;
    private final EngineServices services;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final StateRow row;

    private TaskEntity(
            String id,
            ActorContext<TaskCommand> context,
            EngineServices services,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.id = Long.parseLong(id);
        this.context = context;
        this.services = services;
        this.shard = shard;
        this.row = services.row(KEY.name(), id);
    }

    /** @param shard is asked to let the entity go once the task has ended */
    public static Behavior<TaskCommand> create(
            String id, EngineServices services, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> {
            context.setReceiveTimeout(IDLE, new TaskCommand.Idle());
            return new TaskEntity(id, context, services, shard);
        });
    }

    @Override
    public TaskState emptyState() {
        return TaskState.NONE;
    }

    @Override
    public EventHandler<TaskState, TaskEvent> eventHandler() {
        return TaskState::apply;
    }

    @Override
    public SignalHandler<TaskState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::writeRow)
                .onSignal(PostStop.instance(), state -> row.close())
                .build();
    }

    @Override
    public CommandHandler<TaskCommand, TaskEvent, TaskState> commandHandler() {
        return (state, command) -> switch (command) {
            case TaskCommand.Create create ->
                state.created() == null
                        ? record(create.created(), create.replyTo())
                        : unchanged(state, create.replyTo());
            case TaskCommand.Start start ->
                state.isOpen() && state.state() == State.QUEUED
                        ? record(new TaskEvent.Started(now()), start.replyTo())
                        : unchanged(state, start.replyTo());
            case TaskCommand.End end ->
                state.isOpen()
                        ? record(new TaskEvent.Ended(end.state(), end.result(), now()), end.replyTo())
                        : unchanged(state, end.replyTo());
            case TaskCommand.Cancel cancel ->
                state.isOpen()
                        ? record(new TaskEvent.CancelRequested(now()), cancel.replyTo())
                        : unchanged(state, cancel.replyTo());
            case TaskCommand.Idle idle -> {
                if (!state.isOpen()) {
                    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
                }
                yield Effect().none();
            }
            case TaskCommand.Leave leave -> Effect().stop();
        };
    }

    private Effect<TaskEvent, TaskState> record(TaskEvent event, ActorRef<TaskReply> replyTo) {
        return Effect().persist(event).thenRun((TaskState after) -> {
            if (event instanceof TaskEvent.Ended) {
                observe(after);
            }
            writeThenReply(after, replyTo);
        });
    }

    private void observe(TaskState ended) {
        var created = ended.created();
        if (created != null) {
            boolean hasBegun = !ended.startedAt().equals(created.at());
            services.observer()
                    .taskEnded(
                            created.kind(),
                            ended.state(),
                            hasBegun
                                    ? Duration.between(Instant.parse(ended.startedAt()), Instant.parse(ended.at()))
                                    : Duration.ZERO);
        }
    }

    private Effect<TaskEvent, TaskState> unchanged(TaskState state, ActorRef<TaskReply> replyTo) {
        writeThenReply(state, replyTo);
        return Effect().none();
    }

    private void writeThenReply(TaskState state, ActorRef<TaskReply> replyTo) {
        var created = state.created();
        if (created == null) {
            replyTo.tell(new Unknown(id));
            return;
        }
        var reply = new Known(id, state.state(), created.deployment());
        var shown = state.row(created);
        boolean isOver = state.hasEnded();
        var self = context.getSelf();
        row.writeSurely(version -> services.tasks().write(shown, version)).thenRun(() -> {
            replyTo.tell(reply);
            if (isOver) {
                shard.tell(new ClusterSharding.Passivate<>(self));
            }
        });
    }

    private void writeRow(TaskState state) {
        var created = state.created();
        if (created != null) {
            var shown = state.row(created);
            row.write(version -> services.tasks().write(shown, version));
        }
    }

    private String now() {
        return services.clock().instant().toString();
    }
}
