package io.slipway.engine.task;

import io.slipway.engine.EngineServices;
import io.slipway.engine.task.TaskCommand.TaskReply;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/**
 * The one writer of a task's state. It listens to whoever asked for the task and to whoever runs it; its outputs are
 * streams beside it.
 */
public final class TaskEntity extends EventSourcedBehavior<TaskCommand, TaskEvent, TaskState> {
    public static final EntityTypeKey<TaskCommand> KEY = EntityTypeKey.create(TaskCommand.class, "Task");

    private final long id;
    private final ActorContext<TaskCommand> context;
    private final EngineServices services;
    private final ActorRef<ClusterSharding.ShardCommand> shard;

    private TaskEntity(
            String id,
            ActorContext<TaskCommand> context,
            EngineServices services,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(
                        java.time.Duration.ofMillis(200), java.time.Duration.ofSeconds(10), 0.2));
        this.id = Long.parseLong(id);
        this.context = context;
        this.services = services;
        this.shard = shard;
    }

    /** @param shard is asked to let the entity go once the task has ended */
    public static Behavior<TaskCommand> create(
            String id, EngineServices services, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> new TaskEntity(id, context, services, shard));
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
    public CommandHandler<TaskCommand, TaskEvent, TaskState> commandHandler() {
        return (state, command) -> switch (command) {
            case TaskCommand.Create create ->
                state.created() == null
                        ? record(create.created(), create.replyTo())
                        : unchanged(state, create.replyTo());
            case TaskCommand.Start start ->
                state.created() == null || state.hasEnded()
                        ? unchanged(state, start.replyTo())
                        : record(new TaskEvent.Started(now()), start.replyTo());
            case TaskCommand.End end ->
                state.created() == null || state.hasEnded()
                        ? unchanged(state, end.replyTo())
                        : record(new TaskEvent.Ended(end.state(), end.result(), now()), end.replyTo());
            case TaskCommand.Cancel cancel ->
                state.created() == null || state.hasEnded()
                        ? unchanged(state, cancel.replyTo())
                        : record(new TaskEvent.CancelRequested(now()), cancel.replyTo());
            case TaskCommand.Leave leave -> Effect().stop();
        };
    }

    private Effect<TaskEvent, TaskState> record(TaskEvent event, ActorRef<TaskReply> replyTo) {
        return Effect().persist(event).thenRun(after -> writeThenReply(after, replyTo));
    }

    private Effect<TaskEvent, TaskState> unchanged(TaskState state, ActorRef<TaskReply> replyTo) {
        if (state.created() == null) {
            replyTo.tell(new TaskReply(id, state.state(), ""));
        } else {
            writeThenReply(state, replyTo);
        }
        return Effect().none();
    }

    /** The version is the journal's, so that rows written out of order end up right. */
    private void writeThenReply(TaskState state, ActorRef<TaskReply> replyTo) {
        var created = state.created();
        if (created == null) {
            return;
        }
        if (state.hasEnded()) {
            shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
        }
        long version = lastSequenceNumber(context);
        services.blocking().execute(() -> {
            services.rows().write(state.row(created), version);
            replyTo.tell(new TaskReply(id, state.state(), created.deployment()));
        });
    }

    private String now() {
        return services.clock().instant().toString();
    }
}
