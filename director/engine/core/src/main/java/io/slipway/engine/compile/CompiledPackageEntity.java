package io.slipway.engine.compile;

import com.google.protobuf.InvalidProtocolBufferException;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.EngineServices;
import io.slipway.engine.address.Leases;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentId;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.agent.SessionCommand;
import io.slipway.engine.compile.CompileCommand.CompileEnded;
import io.slipway.protocol.agent.v1.BlobRef;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CompilePackage;
import io.slipway.protocol.agent.v1.PackageSpec;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.UploadRef;
import io.slipway.store.Outage;
import io.slipway.store.catalog.OpenCompilations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
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
import org.jspecify.annotations.Nullable;

/**
 * Compiles one package for one stemcell at most once. It listens to rollouts that need the package and to the agent of
 * its compilation VM; it alone makes and deletes that VM, whatever happens in between.
 */
public final class CompiledPackageEntity extends EventSourcedBehavior<CompileCommand, CompileEvent, CompileState> {
    public static final EntityTypeKey<CompileCommand> KEY =
            EntityTypeKey.create(CompileCommand.class, "CompiledPackage");
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final String id;
    private final ActorContext<CompileCommand> context;
    private final TimerScheduler<CompileCommand> timers;
    private final EngineServices services;
    private final PackageOutput output;
    private final CompilationVm vm;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final List<ActorRef<CompileEnded>> waiting = new ArrayList<>();
    /** Asked while a former compilation, which failed, is cleared away. */
    private final List<CompileCommand.Compile> next = new ArrayList<>();

    private @Nullable ActorRef<SessionCommand> session;
    private boolean isBusy;
    private boolean isLeaving;
    private int tries;

    private CompiledPackageEntity(
            String id,
            ActorContext<CompileCommand> context,
            TimerScheduler<CompileCommand> timers,
            Surroundings given,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(KEY.name(), id),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
        this.id = id;
        this.context = context;
        this.timers = timers;
        this.services = given.services();
        this.output = given.output();
        this.shard = shard;
        this.vm = new CompilationVm(id, services, given.leases(), given.open());
    }

    /**
     * What compilations need besides an agent.
     *
     * @param leases of addresses, which are no deployment's
     */
    public record Surroundings(EngineServices services, PackageOutput output, Leases leases, OpenCompilations open) {}

    /** @param shard is asked to let the entity go once nobody asks for it */
    public static Behavior<CompileCommand> create(
            String id, Surroundings given, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.setReceiveTimeout(IDLE, new CompileCommand.Idle());
            return new CompiledPackageEntity(id, context, timers, given, shard);
        }));
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(50, 2).withDeleteEventsOnSnapshot();
    }

    @Override
    public CompileState emptyState() {
        return CompileState.NONE;
    }

    @Override
    public EventHandler<CompileState, CompileEvent> eventHandler() {
        return CompileState::apply;
    }

    @Override
    public SignalHandler<CompileState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .build();
    }

    /** Also after a journal that could not be written to: what the agent told then it is asked to tell again. */
    private void recovered(CompileState state) {
        if (session != null) {
            session.tell(new SessionCommand.Close("the director begins again: tell everything once more"));
            session = null;
        }
        services.sessions().find(AgentId.Owner.COMPILATION, id);
        context.getSelf().tell(new CompileCommand.Proceed());
    }

    @Override
    public CommandHandler<CompileCommand, CompileEvent, CompileState> commandHandler() {
        return (state, command) -> switch (command) {
            case CompileCommand.Compile compile -> compile(state, compile);
            case CompileCommand.FromAgent told -> fromAgent(state, told.event());
            case CompileCommand.Wake wake -> wake(state);
            case CompileCommand.LookedUp answer -> lookedUp(state, answer);
            case CompileCommand.Proceed proceed -> proceed(state);
            case CompileCommand.StepDone done -> {
                isBusy = false;
                tries = 0;
                if (isLeaving) {
                    yield Effect().persist(done.event()).thenStop();
                }
                yield done.event() instanceof CompileEvent.Compiled
                        ? settle(state.commandId(), done.event())
                        : Effect().persist(done.event()).thenRun(this::proceedLater);
            }
            case CompileCommand.StepFailed failed -> stepFailed(state, failed);
            case CompileCommand.VmLost lost -> vmLost(lost);
            case CompileCommand.DeadlinePassed passed ->
                session != null || state.isOver() || state.request() == null
                        ? Effect().none()
                        : fail("the agent of compilation VM '" + state.vmCid() + "' did not answer in time");
            case CompileCommand.Idle idle -> {
                if (!state.isOpen() && waiting.isEmpty()) {
                    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
                }
                yield Effect().none();
            }
            case CompileCommand.Leave leave -> {
                isLeaving = isBusy;
                yield isBusy ? Effect().none() : Effect().stop();
            }
        };
    }

    /** What was under way goes on since the recovery. */
    private Effect<CompileEvent, CompileState> wake(CompileState state) {
        if (!state.isOpen()) {
            services.blocking().execute(vm::letGo);
        }
        return Effect().none();
    }

    private Effect<CompileEvent, CompileState> compile(CompileState state, CompileCommand.Compile compile) {
        if (state.isOpen() && !state.failure().isEmpty() && !state.isFor(compile.request())) {
            // Its own compilation may go well.
            next.add(compile);
            return proceed(state);
        }
        waiting.add(compile.replyTo());
        if (state.isOpen()) {
            return proceed(state);
        }
        if (!state.sha256().isEmpty()) {
            lookUp(compile.request());
            return Effect().none();
        }
        return begin(compile.request());
    }

    private Effect<CompileEvent, CompileState> begin(CompileRequest request) {
        tries = 0;
        return Effect().persist(new CompileEvent.Requested(request)).thenRun(this::proceedLater);
    }

    private void lookUp(CompileRequest request) {
        var found = CompletableFuture.supplyAsync(() -> output.isThere(request), services.blocking());
        context.pipeToSelf(
                found,
                (isThere, failure) -> failure == null
                        ? new CompileCommand.LookedUp(request, isThere)
                        : new CompileCommand.StepFailed(
                                String.valueOf(failure.getMessage()), true, Outage.is(failure)));
    }

    /** Somebody else may have had it compiled again in the meantime. */
    private Effect<CompileEvent, CompileState> lookedUp(CompileState state, CompileCommand.LookedUp answer) {
        boolean isGone = !answer.isThere() && !state.sha256().isEmpty() && !state.hasLeftovers();
        return isGone ? begin(answer.request()) : proceed(state);
    }

    private Effect<CompileEvent, CompileState> fromAgent(CompileState state, AgentEvent event) {
        if (!event.agentId().equals(state.agentId())) {
            return Effect().none();
        }
        switch (event) {
            case AgentEvent.Connected connected -> {
                session = connected.session();
                context.watchWith(
                        connected.session(),
                        new CompileCommand.FromAgent(new AgentEvent.Lost(event.agentId(), connected.session())));
                timers.cancel("agent");
                for (AgentResult result : connected.results()) {
                    if (result.commandId().equals(state.commandId())) {
                        return answered(state, result);
                    }
                }
                return proceed(state);
            }
            case AgentEvent.Answered answered -> {
                return answered(state, answered.result());
            }
            case AgentEvent.Lost lost -> {
                if (lost.session().equals(session)) {
                    session = null;
                    return proceed(state);
                }
                return Effect().none();
            }
            case AgentEvent.Beat beat -> {
                // Its stream, or a command, or an answer, may have been lost between two directors.
                if (session == null) {
                    services.sessions().find(AgentId.Owner.COMPILATION, id);
                    return Effect().none();
                }
                return proceed(state);
            }
        }
    }

    private Effect<CompileEvent, CompileState> answered(CompileState state, AgentResult result) {
        var request = state.request();
        if (request == null || state.isOver() || !result.commandId().equals(state.commandId())) {
            acknowledge(result.commandId());
            return Effect().none();
        }
        if (result.isRepeatable() && ++tries < services.timeouts().cpiTries()) {
            context.getLog().warn("package {} is compiled anew: {}", request.name(), result.failure());
            return settle(result.commandId(), new CompileEvent.CommandLost());
        }
        if (!result.succeeded()) {
            return settle(
                    result.commandId(),
                    new CompileEvent.Failed("Failed to compile package '" + request.name() + "': " + result.failure()));
        }
        try {
            String named = Success.parseFrom(result.success()).getCompile().getSha256();
            run(() -> recorded(request, state.commandId(), named));
            return Effect().none();
        } catch (InvalidProtocolBufferException broken) {
            return settle(
                    result.commandId(),
                    new CompileEvent.Failed(
                            "the agent's answer to the compilation of '" + request.name() + "' does not parse"));
        }
    }

    /** What was uploaded counts, and not what the agent says of it: it may name what it likes. */
    private CompileEvent recorded(CompileRequest request, String commandId, String named) {
        var uploaded = output.uploaded(uploadKey(commandId));
        if (uploaded.isEmpty() || !uploaded.get().sha256().equals(named)) {
            return new CompileEvent.Failed("Failed to compile package '" + request.name()
                    + "': the agent names a blob that it did not upload for this");
        }
        output.record(request, uploaded.get());
        return new CompileEvent.Compiled(uploaded.get().sha256(), uploaded.get().sizeBytes());
    }

    private static String uploadKey(String commandId) {
        return "compile-" + commandId;
    }

    /** The agent keeps a result until it is journaled here. */
    private Effect<CompileEvent, CompileState> settle(String commandId, CompileEvent outcome) {
        return Effect().persist(outcome).thenRun(after -> {
            acknowledge(commandId);
            proceedLater(after);
        });
    }

    private void acknowledge(String commandId) {
        if (session != null) {
            session.tell(new SessionCommand.Acknowledge(commandId));
        }
    }

    private Effect<CompileEvent, CompileState> proceed(CompileState state) {
        var request = state.request();
        if (isBusy || request == null) {
            return Effect().none();
        }
        if (state.isOver()) {
            return cleanUp(state, request);
        }
        if (state.address().isEmpty()) {
            run(() -> vm.leaseAddress(request));
            return Effect().none();
        }
        if (state.agentId().isEmpty()) {
            int generation = state.generation() + 1;
            String agentId = new AgentId(AgentId.Owner.COMPILATION, id, generation).value();
            return Effect()
                    .persist(new CompileEvent.VmIntended(agentId, generation))
                    .thenRun(this::proceedLater);
        }
        if (state.vmCid().isEmpty()) {
            run(() -> vm.create(state, request));
            return Effect().none();
        }
        if (session == null) {
            if (!timers.isTimerActive("agent")) {
                timers.startSingleTimer(
                        "agent",
                        new CompileCommand.DeadlinePassed(),
                        services.timeouts().agentBoot());
            }
            return Effect().none();
        }
        if (state.commandId().isEmpty()) {
            String commandId =
                    id + "-" + state.generation() + "-" + services.clock().millis();
            return Effect().persist(new CompileEvent.CommandIssued(commandId)).thenRun(this::send);
        }
        send(state);
        return Effect().none();
    }

    private Effect<CompileEvent, CompileState> cleanUp(CompileState state, CompileRequest request) {
        if (!state.agentId().isEmpty()) {
            run(() -> vm.delete(state, request));
            return Effect().none();
        }
        if (!state.address().isEmpty()) {
            run(() -> vm.releaseAddress(request));
            return Effect().none();
        }
        var ended = new CompileEnded(state.sha256(), state.failure());
        waiting.forEach(reply -> reply.tell(ended));
        waiting.clear();
        if (next.isEmpty()) {
            return Effect().none();
        }
        next.forEach(compile -> waiting.add(compile.replyTo()));
        var again = next.getLast().request();
        next.clear();
        return begin(again);
    }

    private void send(CompileState state) {
        var request = state.request();
        if (session == null || request == null) {
            return;
        }
        var compile = CompilePackage.newBuilder()
                .setName(request.name())
                .setVersion(request.version())
                .setSource(blob(request.sourceSha256()))
                .setUpload(UploadRef.newBuilder().setUrl(services.blobs().upload(uploadKey(state.commandId()))));
        for (var dependency : request.dependencies()) {
            compile.addDependencies(PackageSpec.newBuilder()
                    .setName(dependency.name())
                    .setVersion(dependency.version())
                    .setCompiled(blob(dependency.sha256())));
        }
        session.tell(new SessionCommand.Send(Command.newBuilder()
                .setId(state.commandId())
                .setTimeoutSeconds(Math.toIntExact(services.timeouts().command().toSeconds()))
                .setCompilePackage(compile)
                .build()
                .toByteArray()));
    }

    private BlobRef blob(String sha256) {
        return BlobRef.newBuilder()
                .setSha256(sha256)
                .setUrl(services.blobs().download(sha256))
                .build();
    }

    private Effect<CompileEvent, CompileState> stepFailed(CompileState state, CompileCommand.StepFailed failed) {
        isBusy = false;
        if (isLeaving) {
            return Effect().stop();
        }
        if (state.isOver()
                || failed.isForWantOfDatabase()
                || (failed.retryable() && ++tries < services.timeouts().cpiTries())) {
            context.getLog().warn("a step of compilation {} is tried again: {}", id, failed.message());
            timers.startSingleTimer(
                    "retry", new CompileCommand.Proceed(), services.timeouts().cpiRetryPause());
            return Effect().none();
        }
        return fail(failed.message());
    }

    /** Another one is made under another agent id. */
    private Effect<CompileEvent, CompileState> vmLost(CompileCommand.VmLost lost) {
        isBusy = false;
        if (isLeaving) {
            return Effect().persist(new CompileEvent.VmDeleted()).thenStop();
        }
        if (++tries < services.timeouts().cpiTries()) {
            context.getLog().warn("the VM of compilation {} is given up: {}", id, lost.message());
            return Effect().persist(new CompileEvent.VmDeleted()).thenRun(this::proceedLater);
        }
        return fail(lost.message());
    }

    private Effect<CompileEvent, CompileState> fail(String message) {
        return Effect().persist(new CompileEvent.Failed(message)).thenRun(this::proceedLater);
    }

    private void run(Supplier<CompileEvent> work) {
        pipe(CompletableFuture.supplyAsync(work, services.blocking()));
    }

    private void pipe(CompletionStage<? extends CompileEvent> work) {
        isBusy = true;
        context.pipeToSelf(work, (event, failure) -> {
            if (failure == null) {
                return new CompileCommand.StepDone(event);
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof CpiException lost && lost.failure() instanceof CpiFailure.OutcomeUnknown) {
                return new CompileCommand.VmLost(String.valueOf(lost.getMessage()));
            }
            boolean isRetryable = !(cause instanceof CpiException refused)
                    || refused.failure().retryable();
            return new CompileCommand.StepFailed(String.valueOf(cause.getMessage()), isRetryable, Outage.is(cause));
        });
    }

    private void proceedLater(CompileState after) {
        context.getSelf().tell(new CompileCommand.Proceed());
    }
}
