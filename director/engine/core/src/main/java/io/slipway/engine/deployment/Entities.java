package io.slipway.engine.deployment;

import io.slipway.engine.Tasks;
import io.slipway.engine.compile.CompileCommand;
import io.slipway.engine.compile.CompileCommand.CompileEnded;
import io.slipway.engine.compile.CompileRequest;
import io.slipway.engine.compile.CompiledPackageEntity;
import io.slipway.engine.instance.DiskOrder;
import io.slipway.engine.instance.InstanceCommand;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceEntity;
import io.slipway.engine.instance.InstanceGoal;
import io.slipway.engine.subnet.LeaseFrom;
import io.slipway.engine.subnet.SubnetCommand;
import io.slipway.engine.subnet.SubnetCommand.LeaseReply;
import io.slipway.engine.subnet.SubnetCommand.LeasesReply;
import io.slipway.engine.subnet.SubnetCommand.Want;
import io.slipway.engine.subnet.SubnetEntity;
import io.slipway.engine.task.TaskCommand;
import io.slipway.engine.task.TaskEntity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Asks entities and waits for their answers, on virtual threads. A question that takes long is asked anew after a
 * silence: the entity may have moved, and it knows the question again.
 */
final class Entities {
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration VM_DELETION = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);

    private final ActorSystem<?> system;
    private final ClusterSharding sharding;

    Entities(ActorSystem<?> system) {
        this.system = system;
        this.sharding = ClusterSharding.get(system);
    }

    GoalEnded converge(String instanceId, InstanceGoal goal) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        return untilAnswered(
                () -> instance.<GoalEnded>ask(replyTo -> new InstanceCommand.Converge(goal, replyTo), LONG));
    }

    InstanceStatus inspect(String instanceId) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        return untilAnswered(() -> instance.<InstanceStatus>ask(InstanceCommand.Inspect::new, SHORT));
    }

    /** Has an instance whose jobs are stopped change its disks. */
    GoalEnded changeDisks(String instanceId, String key, long task, DiskOrder order) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        return untilAnswered(() ->
                instance.<GoalEnded>ask(replyTo -> new InstanceCommand.ChangeDisks(key, task, order, replyTo), LONG));
    }

    void activateDisk(String instanceId, String diskCid) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        untilAnswered(() ->
                instance.<InstanceStatus>ask(replyTo -> new InstanceCommand.ActivateDisk(diskCid, replyTo), SHORT));
    }

    /** Returns why the VM is not lost, or empty. */
    String loseVm(String instanceId, String cid, boolean isOnlyForgotten) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        return instance.<InstanceCommand.VmLost>ask(
                        replyTo -> new InstanceCommand.LoseVm(cid, isOnlyForgotten, replyTo), VM_DELETION)
                .toCompletableFuture()
                .join()
                .failure();
    }

    /** Waits until an agent is connected; false where it is not in time, or nobody wants it any more. */
    boolean awaitAgent(String instanceId, Duration patience, BooleanSupplier isCancelled) {
        long until = System.nanoTime() + patience.toNanos();
        while (!inspect(instanceId).isConnected()) {
            if (isCancelled.getAsBoolean() || System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    void forgetDisk(String instanceId, String diskCid) {
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        untilAnswered(
                () -> instance.<InstanceStatus>ask(replyTo -> new InstanceCommand.ForgetDisk(diskCid, replyTo), SHORT));
    }

    CompileEnded compile(CompileRequest request) {
        var compilation = sharding.entityRefFor(CompiledPackageEntity.KEY, request.key());
        return untilAnswered(
                () -> compilation.<CompileEnded>ask(replyTo -> new CompileCommand.Compile(request, replyTo), LONG));
    }

    /** @param wanted a static address, or empty for any free one */
    LeaseReply lease(LeaseFrom from, String key, String wanted) {
        var subnet = sharding.entityRefFor(SubnetEntity.KEY, from.subnetId());
        return untilAnswered(() -> subnet.<LeaseReply>ask(
                replyTo -> new SubnetCommand.Lease(key, from.range(), from.excluded(), wanted, replyTo), SHORT));
    }

    LeasesReply leaseAll(LeaseFrom from, List<Want> wants) {
        var subnet = sharding.entityRefFor(SubnetEntity.KEY, from.subnetId());
        return untilAnswered(() -> subnet.<LeasesReply>ask(
                replyTo -> new SubnetCommand.LeaseAll(wants, from.range(), from.excluded(), replyTo), SHORT));
    }

    /** The address leased under a key, or empty. */
    String leased(String subnetId, String key) {
        var subnet = sharding.entityRefFor(SubnetEntity.KEY, subnetId);
        return untilAnswered(() -> subnet.<LeaseReply>ask(replyTo -> new SubnetCommand.Find(key, replyTo), SHORT))
                .address();
    }

    LeaseReply release(String subnetId, String key) {
        var subnet = sharding.entityRefFor(SubnetEntity.KEY, subnetId);
        return untilAnswered(() -> subnet.<LeaseReply>ask(replyTo -> new SubnetCommand.Release(key, replyTo), SHORT));
    }

    /** The task's state then: one that was asked to stop before stays so. */
    Tasks.State startTask(long task) {
        var ref = sharding.entityRefFor(TaskEntity.KEY, Long.toString(task));
        return untilAnswered(() -> ref.<TaskCommand.TaskReply>ask(TaskCommand.Start::new, SHORT))
                .state();
    }

    void recordMembers(ActorRef<DeploymentCommand> deployment, List<DeploymentState.Member> members) {
        untilAnswered(() -> AskPattern.<DeploymentCommand, DeploymentCommand.Recorded>ask(
                deployment,
                replyTo -> new DeploymentCommand.RecordMembers(members, replyTo),
                SHORT,
                system.scheduler()));
    }

    void recordRemoval(ActorRef<DeploymentCommand> deployment, String instanceId) {
        untilAnswered(() -> AskPattern.<DeploymentCommand, DeploymentCommand.Recorded>ask(
                deployment,
                replyTo -> new DeploymentCommand.RecordRemoval(instanceId, replyTo),
                SHORT,
                system.scheduler()));
    }

    private static <T> T untilAnswered(Supplier<CompletionStage<T>> question) {
        while (true) {
            try {
                return question.get().toCompletableFuture().join();
            } catch (CompletionException silence) {
                if (!(silence.getCause() instanceof TimeoutException)) {
                    throw silence;
                }
            }
        }
    }
}
