package io.slipway.kubernetes;

import io.slipway.engine.RequestRefused.Reason;
import io.slipway.engine.state.StateRow;
import io.slipway.kubernetes.ClusterCommand.Accepted;
import io.slipway.kubernetes.ClusterCommand.Refused;
import io.slipway.kubernetes.ClusterCommand.Reply;
import io.slipway.kubernetes.ClusterState.Phase;
import io.slipway.kubernetes.ClusterState.Step;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The one writer of a cluster's life. It listens to requests and to the end of the cluster's tasks; it alone leases the
 * address of the cluster's API, and deploys and deletes the cluster's deployment.
 *
 * <p>What is due is a function of the journal ({@link ClusterState#next()}), so that after a crash the same step is done
 * again, by the same key.
 */
final class ClusterEntity extends EventSourcedBehavior<ClusterCommand, ClusterEvent, ClusterState> {
    static final EntityTypeKey<ClusterCommand> KEY = EntityTypeKey.create(ClusterCommand.class, "Cluster");

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final String TIMER = "proceed";
    /** One that was woken for nothing is not kept for longer. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final String uuid;
    private final ActorContext<ClusterCommand> context;
    private final TimerScheduler<ClusterCommand> timers;
    private final ClusterServices services;
    private final ClusterSteps steps;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final StateRow row;
    private boolean isBusy;
    private int tries;

    private ClusterEntity(
            String uuid,
            ActorContext<ClusterCommand> context,
            TimerScheduler<ClusterCommand> timers,
            ClusterServices services,
            ClusterManifest manifest,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), uuid),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.uuid = uuid;
        this.context = context;
        this.timers = timers;
        this.services = services;
        this.steps = new ClusterSteps(uuid, services, manifest);
        this.shard = shard;
        this.row = new StateRow(KEY.name() + "|" + uuid, services.epochs(), services.blocking());
    }

    /** @param shard is asked to let the entity go once nothing is left of the cluster */
    static Behavior<ClusterCommand> create(
            String uuid,
            ClusterServices services,
            ClusterManifest manifest,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.setReceiveTimeout(IDLE, new ClusterCommand.Idle());
            return new ClusterEntity(uuid, context, timers, services, manifest, shard);
        }));
    }

    @Override
    public ClusterState emptyState() {
        return ClusterState.NEW;
    }

    @Override
    public EventHandler<ClusterState, ClusterEvent> eventHandler() {
        return ClusterState::apply;
    }

    @Override
    public SignalHandler<ClusterState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(PostStop.instance(), state -> row.close())
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(50, 2).withDeleteEventsOnSnapshot();
    }

    /** Also after a journal that could not be written to: a step that is under way is then done once more. */
    private void recovered(ClusterState state) {
        isBusy = false;
        if (state.phase() == Phase.DELETED) {
            clearAway();
        } else if (state.phase() != Phase.NEW) {
            writeRow(state);
        }
        proceedSoon(state);
    }

    @Override
    public CommandHandler<ClusterCommand, ClusterEvent, ClusterState> commandHandler() {
        return (state, command) -> switch (command) {
            case ClusterCommand.Create create -> create(state, create);
            case ClusterCommand.Delete delete -> delete(state, delete);
            case ClusterCommand.Wake wake -> proceed(state);
            case ClusterCommand.Proceed proceed -> proceed(state);
            case ClusterCommand.StepDone done -> stepDone(state, done);
            case ClusterCommand.StillRunning running -> {
                isBusy = false;
                tries = 0;
                timers.startSingleTimer(
                        TIMER, new ClusterCommand.Proceed(), services.timings().look());
                yield Effect().none();
            }
            case ClusterCommand.StepFailed failed -> stepFailed(state, failed);
            case ClusterCommand.Unanswered unanswered -> {
                isBusy = false;
                context.getLog()
                        .warn("cluster {}: {} is tried again: {}", uuid, unanswered.step(), unanswered.reason());
                timers.startSingleTimer(
                        TIMER, new ClusterCommand.Proceed(), services.timings().pause());
                yield Effect().none();
            }
            case ClusterCommand.Idle idle -> {
                if (state.phase() == Phase.NEW) {
                    leave();
                }
                yield Effect().none();
            }
            case ClusterCommand.Leave leave -> Effect().stop();
        };
    }

    private Effect<ClusterEvent, ClusterState> create(ClusterState state, ClusterCommand.Create create) {
        if (state.isFor(create.request())) {
            return acceptedBefore(state, create.replyTo());
        }
        if (state.phase() != Phase.NEW) {
            create.replyTo()
                    .tell(new Refused(
                            Reason.CONFLICT,
                            ClusterRules.NAME_TAKEN,
                            "there is already a cluster named '" + create.spec().name()
                                    + "': choose another name, or delete that one"));
            return Effect().none();
        }
        return Effect()
                .persist(new ClusterEvent.CreationAccepted(1, create.spec(), create.user(), create.request()))
                .thenRun(accepted -> accepted(accepted, create.replyTo()));
    }

    private Effect<ClusterEvent, ClusterState> delete(ClusterState state, ClusterCommand.Delete delete) {
        if (state.isFor(delete.request())) {
            return acceptedBefore(state, delete.replyTo());
        }
        return switch (state.phase()) {
            case NEW, DELETED -> {
                delete.replyTo()
                        .tell(new Refused(
                                Reason.NOT_FOUND, ClusterRules.CLUSTER_NOT_FOUND, "Cluster not found: " + uuid));
                yield Effect().none();
            }
            case CREATING, DELETING -> {
                delete.replyTo().tell(new Refused(Reason.CONFLICT, ClusterRules.ACTION_IN_PROGRESS, busy(state)));
                yield Effect().none();
            }
            case CREATED, FAILED ->
                Effect()
                        .persist(new ClusterEvent.DeletionAccepted(
                                state.action() + 1, state.isFailedDeletion(), delete.user(), delete.request()))
                        .thenRun(accepted -> accepted(accepted, delete.replyTo()));
        };
    }

    private Effect<ClusterEvent, ClusterState> acceptedBefore(ClusterState state, ActorRef<Reply> replyTo) {
        // Its row may not be written yet: a director may have died between the two.
        var reply = new Accepted(state.row(uuid));
        writeRow(state).thenRun(() -> replyTo.tell(reply));
        return Effect().none();
    }

    private static String busy(ClusterState state) {
        return "cluster " + state.requireSpec().name() + " is being "
                + (state.phase() == Phase.CREATING ? "created" : "deleted") + " now: wait"
                + (state.task() == 0 ? "" : ", or cancel task " + state.task()) + ", and try again";
    }

    private void accepted(ClusterState state, ActorRef<Reply> replyTo) {
        tries = 0;
        var reply = new Accepted(state.row(uuid));
        writeRow(state).thenRun(() -> replyTo.tell(reply));
        proceedSoon(state);
    }

    private Effect<ClusterEvent, ClusterState> proceed(ClusterState state) {
        Step step = state.next();
        if (isBusy || step == Step.NONE) {
            return Effect().none();
        }
        isBusy = true;
        timers.cancel(TIMER);
        context.getLog().debug("cluster {}: {}", uuid, step);
        context.pipeToSelf(
                step == Step.FORGET ? forget() : steps.run(step, state),
                (command, failure) -> failure == null
                        ? command
                        : new ClusterCommand.StepFailed(step, String.valueOf(failure.getMessage()), true));
        return Effect().none();
    }

    private Effect<ClusterEvent, ClusterState> stepDone(ClusterState state, ClusterCommand.StepDone done) {
        isBusy = false;
        tries = 0;
        if (state.next() != done.step()) {
            return proceed(state);
        }
        return Effect().persist(done.event()).thenRun(after -> {
            tell(after, done.event());
            if (after.phase() == Phase.DELETED) {
                clearAway();
            } else {
                writeRow(after);
            }
            proceedSoon(after);
        });
    }

    private void tell(ClusterState state, ClusterEvent event) {
        String name = state.requireSpec().name();
        switch (event) {
            case ClusterEvent.CreationFinished finished ->
                context.getLog().info("cluster {} ({}) is created", name, uuid);
            case ClusterEvent.ActionFailed failed ->
                context.getLog().warn("cluster {} ({}): {}", name, uuid, failed.reason());
            case ClusterEvent.Forgotten forgotten -> context.getLog().info("cluster {} ({}) is deleted", name, uuid);
            case ClusterEvent.CreationAccepted accepted -> context.getLog().info("cluster {} is accepted", name);
            case ClusterEvent.DeletionAccepted accepted -> context.getLog().info("cluster {} is to be deleted", name);
            case ClusterEvent.AddressLeased leased ->
                context.getLog().info("cluster {} ({}) has address {}", name, uuid, leased.address());
            case ClusterEvent.TaskStarted started ->
                context.getLog().info("cluster {} ({}) waits for task {}", name, uuid, started.task());
            case ClusterEvent.DeploymentGone gone ->
                context.getLog().info("the deployment of cluster {} ({}) is gone", name, uuid);
            case ClusterEvent.AddressReturned returned ->
                context.getLog().debug("the address of cluster {} ({}) is returned", name, uuid);
        }
    }

    private Effect<ClusterEvent, ClusterState> stepFailed(ClusterState state, ClusterCommand.StepFailed failed) {
        isBusy = false;
        if (state.next() != failed.step()) {
            return proceed(state);
        }
        tries++;
        if (failed.mayRetry() && tries < services.timings().tries()) {
            context.getLog().warn("cluster {}: {} failed and is tried again: {}", uuid, failed.step(), failed.reason());
            timers.startSingleTimer(TIMER, new ClusterCommand.Proceed(), pause());
            return Effect().none();
        }
        tries = 0;
        return Effect()
                .persist(new ClusterEvent.ActionFailed(state.action(), failed.reason()))
                .thenRun(after -> {
                    context.getLog().warn("cluster {}: {} failed: {}", uuid, failed.step(), failed.reason());
                    writeRow(after);
                });
    }

    private Duration pause() {
        Duration pause = services.timings().pause().multipliedBy(1L << Math.min(tries - 1, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void proceedSoon(ClusterState state) {
        if (state.next() != Step.NONE) {
            context.getSelf().tell(new ClusterCommand.Proceed());
        }
    }

    private CompletionStage<Void> writeRow(ClusterState state) {
        Cluster shown = state.row(uuid);
        return row.write(version -> services.rows().write(shown, version));
    }

    /** After all that was to be written before. */
    private CompletionStage<ClusterCommand> forget() {
        return row.writeSurely(version -> services.rows().forget(uuid))
                .thenApply(done -> new ClusterCommand.StepDone(Step.FORGET, new ClusterEvent.Forgotten()));
    }

    /** Nothing is left of the cluster: its journal goes, and then this entity. */
    private void clearAway() {
        row.writeSurely(version -> services.rows().forgetJournal(uuid)).thenRun(this::leave);
    }

    private void leave() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }
}
