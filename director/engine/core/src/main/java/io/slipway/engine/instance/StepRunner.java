package io.slipway.engine.instance;

import io.slipway.cpi.CpiException;
import io.slipway.engine.EngineServices;
import io.slipway.engine.LogContext;
import io.slipway.store.Outage;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Runs an infrastructure step off the actor's thread and tells the actor what came of it. */
final class StepRunner {
    private final String instanceId;
    private final ActorContext<InstanceCommand> context;
    private final EngineServices services;
    private final InfrastructureAudit audit;
    private int underWay;

    StepRunner(String instanceId, ActorContext<InstanceCommand> context, EngineServices services) {
        this.instanceId = instanceId;
        this.context = context;
        this.services = services;
        this.audit = new InfrastructureAudit(instanceId, services.audit());
    }

    /** Whether something was begun of which the actor has not taken notice yet how it ended. */
    boolean isRunning() {
        return underWay > 0;
    }

    /** The actor takes notice of an end; a message that waits, because the journal cannot be written to, was not noticed. */
    void told() {
        underWay--;
    }

    void run(InstanceStep.Outside step, InstanceState state, InstanceGoal goal) {
        underWay++;
        CompletionStage<InstanceEvent> done =
                CompletableFuture.supplyAsync(() -> audited(step, state, goal), services.blocking());
        context.pipeToSelf(done, (event, failure) -> {
            if (failure == null) {
                return new InstanceCommand.StepDone(event);
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            String name = step.getClass().getSimpleName();
            if (cause instanceof CpiException refused) {
                return new InstanceCommand.StepFailed(
                        step,
                        "CPI error in " + name + ": " + refused.failure().message(),
                        refused.failure().retryable(),
                        refused.failure());
            }
            return new InstanceCommand.StepFailed(step, "CPI error in " + name + ": " + cause, Outage.is(cause), null);
        });
    }

    private InstanceEvent audited(InstanceStep.Outside step, InstanceState state, InstanceGoal goal) {
        var vm = state.vm();
        var about = Map.of(
                "instance",
                goal.spec().nameOf(instanceId),
                "deployment",
                goal.spec().deployment(),
                "task",
                goal.task() == 0 ? "" : Long.toString(goal.task()),
                "agent",
                vm == null ? "" : vm.agentId());
        try (var context = LogContext.of(about)) {
            InstanceEvent event = work(step, state, goal);
            audit.done(step, event, goal);
            return event;
        } catch (RuntimeException failure) {
            audit.failed(step, goal, failure);
            throw failure;
        }
    }

    private InstanceEvent work(InstanceStep.Outside step, InstanceState state, InstanceGoal goal) {
        var spec = goal.spec();
        var vm = state.vm();
        String vmCid = vm == null ? "" : vm.cid();
        // A VM stays where it was made, wherever the next one is to be.
        String cpi = cpiOf(step, state, spec);
        var steps = new CpiSteps(services, services.cpi(cpi, goal.task()), cpi);
        return switch (step) {
            case InstanceStep.CreateVm create -> steps.createVm(instanceId, state, spec, create.agentId());
            case InstanceStep.CreateReplacement create -> steps.createVm(instanceId, state, spec, create.agentId());
            case InstanceStep.OrphanVm orphan -> steps.orphanVm(instanceId, Objects.requireNonNull(vm), goal);
            case InstanceStep.TagVm tag -> steps.tagVm(instanceId, tag.vmCid(), Objects.requireNonNull(vm), spec);
            case InstanceStep.DeleteVm delete -> steps.deleteVm(delete.agentId(), delete.cid());
            case InstanceStep.FinishDisk finish -> steps.createDisk(finish.disk(), spec, vmCid);
            case InstanceStep.AttachDisk attach -> steps.attachDisk(attach.vmCid(), attach.diskCid());
            case InstanceStep.DetachDisk detach -> steps.detachDisk(detach.vmCid(), detach.diskCid());
            case InstanceStep.DeleteDisk delete ->
                goal.force()
                        ? steps.deleteOrOrphan(instanceId, delete.diskCid(), state, spec)
                        : steps.deleteDisk(delete.diskCid());
            case InstanceStep.OrphanDisk orphan -> steps.orphanDisk(instanceId, orphan.diskCid(), state, spec);
            case InstanceStep.AdoptDisk adopt ->
                steps.adoptDisk(PersistentDisk.keyFor(instanceId, goal, state), adopt.disk());
            case InstanceStep.GrowDisk grow -> steps.growDisk(grow.diskCid(), grow.plan());
        };
    }

    /** Steps on a VM that is to take over are made where that is. */
    private static String cpiOf(InstanceStep.Outside step, InstanceState state, InstanceSpec spec) {
        boolean isOfNext = step instanceof InstanceStep.CreateReplacement
                || step instanceof InstanceStep.DeleteVm delete && state.isNext(delete.agentId());
        var vm = isOfNext ? state.next() : state.vm();
        return vm == null ? spec.vm().cpi() : vm.cpi();
    }

    /** Deletes a VM that belongs to no goal any more, or only forgets it, and tells the actor. */
    void lose(InstanceState.Vm vm, InstanceCommand.LoseVm asked) {
        Supplier<InstanceEvent> work = () -> asked.isOnlyForgotten()
                ? new InstanceEvent.VmDeleted(vm.agentId())
                : new CpiSteps(services, services.cpi(vm.cpi(), 0), vm.cpi()).deleteVm(vm.agentId(), vm.cid());
        underWay++;
        context.pipeToSelf(CompletableFuture.supplyAsync(work, services.blocking()), (event, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            String message =
                    cause instanceof CpiException refused ? refused.failure().message() : String.valueOf(cause);
            return new InstanceCommand.VmLossEnded(event, cause == null ? "" : "CPI error: " + message);
        });
    }
}
