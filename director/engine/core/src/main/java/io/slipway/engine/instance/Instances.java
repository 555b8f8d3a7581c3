package io.slipway.engine.instance;

import io.slipway.engine.Fence;
import io.slipway.engine.ask.Ask;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.instance.InstanceCommand.ConvergeReply;
import io.slipway.engine.instance.InstanceCommand.DiskReply;
import io.slipway.engine.instance.InstanceCommand.GoalEnded;
import io.slipway.engine.instance.InstanceCommand.InstanceStatus;
import io.slipway.engine.instance.InstanceCommand.LossReply;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Instances' entities, for code that waits for their answers. */
public final class Instances {
    /** Goals take long, and each question is one more to answer in the end. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(500);

    private final ClusterSharding sharding;
    private final Stop stop;

    /** @param stop ends all waiting */
    public Instances(ActorSystem<?> system, Stop stop) {
        this.sharding = ClusterSharding.get(system);
        this.stop = stop;
    }

    /** Leads an instance to a goal, and returns how that ended. */
    public GoalEnded converge(String instanceId, InstanceGoal goal) {
        return ended(Ask.untilAnswered(stop, () -> entity(instanceId)
                .<ConvergeReply>ask(replyTo -> new InstanceCommand.Converge(goal, replyTo), SILENCE)));
    }

    /** Has an instance whose jobs are stopped change its disks. */
    public GoalEnded changeDisks(String instanceId, String key, long task, Fence fence, DiskOrder order) {
        return ended(Ask.untilAnswered(stop, () -> entity(instanceId)
                .<ConvergeReply>ask(
                        replyTo -> new InstanceCommand.ChangeDisks(key, task, fence, order, replyTo), SILENCE)));
    }

    private GoalEnded ended(ConvergeReply reply) {
        return switch (reply) {
            case GoalEnded ended -> ended;
            case InstanceCommand.Superseded superseded -> throw stop.superseded();
        };
    }

    public InstanceStatus inspect(String instanceId) {
        return Ask.untilAnswered(
                stop, () -> entity(instanceId).<InstanceStatus>ask(InstanceCommand.Inspect::new, Ask.SILENCE));
    }

    /** A disk that was not used is the instance's disk. */
    public void activateDisk(String instanceId, String diskCid, Fence fence) {
        settle(Ask.untilAnswered(stop, () -> entity(instanceId)
                .<DiskReply>ask(replyTo -> new InstanceCommand.ActivateDisk(diskCid, fence, replyTo), Ask.SILENCE)));
    }

    /** A disk is lost for good. */
    public void forgetDisk(String instanceId, String diskCid, Fence fence) {
        settle(Ask.untilAnswered(stop, () -> entity(instanceId)
                .<DiskReply>ask(replyTo -> new InstanceCommand.ForgetDisk(diskCid, fence, replyTo), Ask.SILENCE)));
    }

    private void settle(DiskReply reply) {
        if (reply instanceof InstanceCommand.Superseded) {
            throw stop.superseded();
        }
    }

    /**
     * Has an instance lose its VM; one that it has no more is lost. Returns why that did not work, or empty.
     *
     * @param isOnlyForgotten leaves the VM as it is
     */
    public String loseVm(String instanceId, String cid, boolean isOnlyForgotten, Fence fence) {
        var reply = Ask.untilAnswered(stop, () -> entity(instanceId)
                .<LossReply>ask(
                        replyTo -> new InstanceCommand.LoseVm(cid, isOnlyForgotten, fence, replyTo), Ask.SILENCE));
        return switch (reply) {
            case InstanceCommand.VmLost lost -> lost.failure();
            case InstanceCommand.Superseded superseded -> throw stop.superseded();
        };
    }

    /** Waits until an agent is connected; false where it is not in time, or nobody wants it any more. */
    public boolean awaitAgent(String instanceId, Duration patience, BooleanSupplier isCancelled) {
        long until = System.nanoTime() + patience.toNanos();
        while (!inspect(instanceId).isConnected()) {
            if (isCancelled.getAsBoolean() || System.nanoTime() > until) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    private EntityRef<InstanceCommand> entity(String instanceId) {
        return sharding.entityRefFor(InstanceEntity.KEY, instanceId);
    }
}
