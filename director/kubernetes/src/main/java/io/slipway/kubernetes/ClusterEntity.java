package io.slipway.kubernetes;

import io.slipway.kubernetes.ClusterCommand.Accepted;
import io.slipway.kubernetes.ClusterCommand.Refused;
import io.slipway.kubernetes.ClusterCommand.Reply;
import io.slipway.kubernetes.ClusterState.Phase;
import io.slipway.kubernetes.ClusterState.Step;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
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

    private final String uuid;
    private final ActorContext<ClusterCommand> context;
    private final TimerScheduler<ClusterCommand> timers;
    private final ClusterServices services;
    private final ClusterSteps steps;
    /** Rows are written one after the other, and before the cluster is forgotten. */
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

    private boolean isBusy;
    private int tries;

    private ClusterEntity(
            String uuid,
            ActorContext<ClusterCommand> context,
            TimerScheduler<ClusterCommand> timers,
            ClusterServices services,
            ClusterManifest manifest) {
        super(
                PersistenceId.of(KEY.name(), uuid),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.uuid = uuid;
        this.context = context;
        this.timers = timers;
        this.services = services;
        this.steps = new ClusterSteps(uuid, services, manifest);
    }

    static Behavior<ClusterCommand> create(String uuid, ClusterServices services, ClusterManifest manifest) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ClusterEntity(uuid, context, timers, services, manifest)));
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
                .onSignal(RecoveryCompleted.instance(), state -> {
                    isBusy = false;
                    if (state.phase() != Phase.NEW && state.phase() != Phase.DELETED) {
                        writeRow(state);
                    }
                    proceedSoon(state);
                })
                .build();
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
            case ClusterCommand.RowWritten written -> {
                written.replyTo().tell(written.reply());
                yield Effect().none();
            }
        };
    }

    private Effect<ClusterEvent, ClusterState> create(ClusterState state, ClusterCommand.Create create) {
        if (state.phase() != Phase.NEW) {
            create.replyTo()
                    .tell(new Refused(
                            ClusterRules.CONFLICT,
                            ClusterRules.NAME_TAKEN,
                            "there is already a cluster named '" + create.spec().name()
                                    + "': choose another name, or delete that one"));
            return Effect().none();
        }
        return Effect()
                .persist(new ClusterEvent.CreationAccepted(1, create.spec(), create.user()))
                .thenRun(accepted -> accepted(accepted, create.replyTo()));
    }

    private Effect<ClusterEvent, ClusterState> delete(ClusterState state, ClusterCommand.Delete delete) {
        return switch (state.phase()) {
            case NEW, DELETED -> {
                delete.replyTo()
                        .tell(new Refused(
                                ClusterRules.NOT_FOUND, ClusterRules.CLUSTER_NOT_FOUND, "Cluster not found: " + uuid));
                yield Effect().none();
            }
            case CREATING, DELETING -> {
                delete.replyTo().tell(new Refused(ClusterRules.CONFLICT, ClusterRules.ACTION_IN_PROGRESS, busy(state)));
                yield Effect().none();
            }
            case CREATED, FAILED ->
                Effect()
                        .persist(new ClusterEvent.DeletionAccepted(
                                state.action() + 1, state.isFailedDeletion(), delete.user()))
                        .thenRun(accepted -> accepted(accepted, delete.replyTo()));
        };
    }

    private static String busy(ClusterState state) {
        return "cluster " + state.requireSpec().name() + " is being "
                + (state.phase() == Phase.CREATING ? "created" : "deleted") + " now: wait"
                + (state.task() == 0 ? "" : ", or cancel task " + state.task()) + ", and try again";
    }

    private void accepted(ClusterState state, ActorRef<Reply> replyTo) {
        tries = 0;
        var reply = new Accepted(state.row(uuid));
        context.pipeToSelf(writeRow(state), (nothing, failure) -> {
            if (failure != null) {
                context.getLog().error("the row of cluster {} cannot be written", uuid, failure);
            }
            return new ClusterCommand.RowWritten(replyTo, reply);
        });
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
                writing.handle((nothing, failure) -> step).thenCompose(next -> steps.run(next, state)),
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
            if (after.phase() != Phase.DELETED) {
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

    private CompletableFuture<Void> writeRow(ClusterState state) {
        Cluster row = state.row(uuid);
        long version = lastSequenceNumber(context);
        writing = writing.handle((nothing, earlierFailure) -> row)
                .thenAcceptAsync(written -> services.rows().write(written, version), services.blocking());
        return writing;
    }
}
