package io.slipway.engine.instance;

import io.slipway.cpi.CpiFailure;
import io.slipway.engine.Fence;
import io.slipway.engine.LocalMessage;
import io.slipway.engine.RemoteMessage;
import io.slipway.engine.agent.AgentEvent;
import io.slipway.engine.agent.AgentResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What may be asked of, or told to, an instance. */
public sealed interface InstanceCommand {

    /**
     * Come to a goal. The reply says how it ended, however long that takes, or that the goal is of a run that is over; ask
     * again after a silence.
     */
    record Converge(InstanceGoal goal, ActorRef<ConvergeReply> replyTo) implements InstanceCommand, RemoteMessage {}

    /** The reply is the present state, at once. */
    record Inspect(ActorRef<InstanceStatus> replyTo) implements InstanceCommand, RemoteMessage {}

    /** From the stream of the VM's agent. */
    record FromAgent(AgentEvent event) implements InstanceCommand, RemoteMessage {}

    /**
     * Have the agent carry out something that belongs to no goal. The reply is its result; ask again after a silence.
     *
     * @param callId the command's id
     * @param command a {@code Command} message of the protocol, serialized
     * @param untilMillis for how long the answer may be asked for
     */
    record CallAgent(String callId, byte[] command, long untilMillis, ActorRef<AgentResult> replyTo)
            implements InstanceCommand, RemoteMessage {
        /** Whether the agent keeps the result until it is put away by {@link SettleCall}. */
        boolean isLasting() {
            return AgentCalls.isLasting(callId);
        }
    }

    /** The result of a lasting call is put away: the agent may forget it. */
    record SettleCall(String callId) implements InstanceCommand, RemoteMessage {}

    /**
     * Give the disks of an instance that is stopped, or has no VM, another order. The reply says how it ended; ask again
     * after a silence.
     */
    record ChangeDisks(String key, long task, Fence fence, DiskOrder order, ActorRef<ConvergeReply> replyTo)
            implements InstanceCommand, RemoteMessage {}

    /** A disk that was not used is the instance's disk. The reply is the state with it. */
    record ActivateDisk(String diskCid, Fence fence, ActorRef<DiskReply> replyTo)
            implements InstanceCommand, RemoteMessage {}

    /** A disk is lost for good: forget it. The reply is the state without it. */
    record ForgetDisk(String diskCid, Fence fence, ActorRef<DiskReply> replyTo)
            implements InstanceCommand, RemoteMessage {}

    /**
     * Lose a VM: it is deleted as it is, or only forgotten. The instance has none then until it is led to a goal. Refused
     * while the instance is being led to one.
     */
    record LoseVm(String cid, boolean isOnlyForgotten, Fence fence, ActorRef<LossReply> replyTo)
            implements InstanceCommand, RemoteMessage {}

    /** The answer to {@link LoseVm}. */
    sealed interface LossReply extends RemoteMessage {}

    /** How it ended; the failure is empty where the VM is lost. */
    record VmLost(String failure) implements LossReply {}

    /**
     * Take no further step towards goals with this key, whose task is cancelled. What was begun ends, or is gone on with
     * by the next goal.
     */
    record GiveUp(String goalKey) implements InstanceCommand, RemoteMessage {}

    /** Recover, and go on with what was begun. */
    record Wake() implements InstanceCommand, RemoteMessage {}

    /** After a start the streams of agents, wherever they are, have had time to be found. */
    record Settled() implements InstanceCommand, LocalMessage {}

    /** Nothing was heard for a while. */
    record Idle() implements InstanceCommand, LocalMessage {}

    /** Nothing is left to be done here: leave the memory. */
    record Leave() implements InstanceCommand, RemoteMessage {}

    /** A step on the infrastructure worked; the event says what came of it. */
    record StepDone(InstanceEvent event) implements InstanceCommand, LocalMessage {}

    /**
     * A step on the infrastructure did not work.
     *
     * @param failure what the CPI said; null where it broke, or, if it may be tried again, where the database was away
     */
    record StepFailed(
            InstanceStep.Outside step,
            String message,
            boolean retryable,
            @Nullable CpiFailure failure) implements InstanceCommand, LocalMessage {
        String name() {
            return step.getClass().getSimpleName();
        }

        boolean isOutcomeUnknown() {
            return failure instanceof CpiFailure.OutcomeUnknown;
        }

        /** It is tried again until the database is back. */
        boolean isForWantOfDatabase() {
            return failure == null && retryable;
        }

        /** The CPI would not do it. */
        boolean isRefusal() {
            return failure != null;
        }
    }

    /** How the loss of a VM ended; the event is null where it did not work. */
    record VmLossEnded(@Nullable InstanceEvent event, String failure) implements InstanceCommand, LocalMessage {}

    /** The goal may have a next step. */
    record Proceed() implements InstanceCommand, LocalMessage {}

    /** Something that was waited for did not come, or a while is over. */
    record Passed(Situation.Timer timer) implements InstanceCommand, LocalMessage {}

    /** The answer to {@link Converge}. */
    sealed interface ConvergeReply extends RemoteMessage {}

    /** The answer to what changes disks that no goal changes. */
    sealed interface DiskReply extends RemoteMessage {}

    /** A goal of a newer run of the deployment was set before: what this one asks for is refused, and nothing was done. */
    record Superseded(String instanceId) implements ConvergeReply, DiskReply, LossReply {}

    /**
     * How a goal ended.
     *
     * @param failure empty on success, else for people
     * @param times of the steps that it took, as far as they are known
     * @param warnings of what was given up on the way
     */
    record GoalEnded(String instanceId, String goalKey, String failure, List<StepTime> times, List<String> warnings)
            implements ConvergeReply {
        public GoalEnded {
            times = List.copyOf(times);
            warnings = List.copyOf(warnings);
        }

        public boolean succeeded() {
            return failure.isEmpty();
        }

        /** How it went, line by line, for a debug log. */
        public List<String> account() {
            return Stream.concat(warnings.stream(), Stream.of(StepTime.line(times)))
                    .toList();
        }
    }

    /**
     * An instance, seen from outside.
     *
     * @param appliedHash of the spec whose jobs run, or empty
     * @param vmFingerprint of the VM that exists, or empty
     * @param isStopped whether no job was started, or all are stopped
     * @param isOfSubstance whether a VM or a disk of it exists, or may exist
     * @param hasReplacement whether there is, or may be, a VM that is to take over from the present one
     * @param vmIps addresses of the VM that exists
     * @param vmTags that the infrastructure knows of it; null where that is not known
     * @param goalKey of its present goal, or of its last; empty where it had none
     * @param goalKind the name of that goal's kind
     * @param isGoalReached whether it came to that goal
     */
    record InstanceStatus(
            String instanceId,
            String appliedHash,
            String vmFingerprint,
            String diskFingerprint,
            boolean hasVm,
            boolean isOfSubstance,
            boolean isConnected,
            String jobState,
            boolean isStopped,
            String vmCreatedAt,
            String vmCid,
            String cpi,
            List<DiskStatus> disks,
            String goalKey,
            String goalKind,
            boolean isGoalReached,
            boolean hasReplacement,
            List<String> vmIps,
            @Nullable Map<String, String> vmTags)
            implements DiskReply {
        public InstanceStatus {
            disks = List.copyOf(disks);
        }

        /** Of an instance that nothing is known of. */
        public static InstanceStatus unknown(String instanceId) {
            return new InstanceStatus(
                    instanceId,
                    "",
                    "",
                    "",
                    false,
                    false,
                    false,
                    "",
                    true,
                    "",
                    "",
                    "",
                    List.of(),
                    "",
                    "",
                    false,
                    false,
                    List.of(),
                    null);
        }

        /** The disk that is mounted at the store. */
        public Optional<DiskStatus> storeDisk() {
            return disks.stream()
                    .filter(disk -> disk.isActive() && disk.name().isEmpty())
                    .findFirst();
        }
    }

    /**
     * A disk of an instance, seen from outside.
     *
     * @param name empty for the one that is mounted at the store
     * @param isActive false for one that data is being moved to, or from
     */
    record DiskStatus(
            String cid,
            long sizeMb,
            String name,
            Map<String, Object> cloudProperties,
            String fingerprint,
            boolean isActive)
            implements RemoteMessage {}
}
