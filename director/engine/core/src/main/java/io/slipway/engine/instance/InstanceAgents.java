package io.slipway.engine.instance;

import io.slipway.engine.RequestRefused;
import io.slipway.engine.agent.AgentResult;
import io.slipway.engine.ask.Stop;
import io.slipway.protocol.agent.v1.CancelCommand;
import io.slipway.protocol.agent.v1.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/** Calls agents through the entities that hold their streams, wherever in the cluster they live. */
public final class InstanceAgents {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** An agent whose director goes is connected to another one within moments. */
    private static final Duration MOVE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int RPC_TIMEOUT = 450002;

    private final ClusterSharding sharding;
    private final Clock clock;
    private final Duration agentReturn;
    private final Stop stop;

    /**
     * @param agentReturn for an agent whose stream went to a director that is gone, to come back
     * @param stop of this director
     */
    public InstanceAgents(ClusterSharding sharding, Clock clock, Duration agentReturn, Stop stop) {
        this.sharding = sharding;
        this.clock = clock;
        this.agentReturn = agentReturn;
        this.stop = stop;
    }

    /**
     * Has one command carried out, at most once, and blocks until it ended. A stream that breaks meanwhile does no harm.
     *
     * @param command without id and timeout
     * @param isCancelled asked now and then; once true, the agent is told to stop the command
     * @throws RequestRefused 450002 where the agent cannot be reached or does not answer in time
     */
    public AgentResult call(String instanceId, Command.Builder command, Duration timeout, BooleanSupplier isCancelled) {
        return new Call(instanceId, "call-" + UUID.randomUUID(), MOVE, isCancelled, stop).answer(command, timeout);
    }

    /**
     * As {@link #call}, of something that must not be done twice: however often it is asked for with the same key, also by
     * another director, it is done once, and this is what came of it. An agent that is not connected is waited for.
     *
     * @param key no other call to this agent ever has
     * @param stop ends the waiting; the agent goes on
     */
    public AgentResult callOnce(
            String instanceId,
            String key,
            Command.Builder command,
            Duration timeout,
            BooleanSupplier isCancelled,
            Stop until) {
        return new Call(instanceId, AgentCalls.lastingId(key), agentReturn, isCancelled, until)
                .answer(command, timeout);
    }

    /** What came of a call that is done once has been put away: the agent forgets it. */
    public void settle(String instanceId, String key) {
        sharding.entityRefFor(InstanceEntity.KEY, instanceId)
                .tell(new InstanceCommand.SettleCall(AgentCalls.lastingId(key)));
    }

    /** One call, asked for again and again until its answer is there. */
    private final class Call {
        private final String instanceId;
        private final String id;
        private final Duration patience;
        private final BooleanSupplier isCancelled;
        private final Stop until;
        private final EntityRef<InstanceCommand> instance;

        /** @param patience with an agent that is not connected */
        Call(String instanceId, String id, Duration patience, BooleanSupplier isCancelled, Stop until) {
            this.instanceId = instanceId;
            this.id = id;
            this.patience = patience;
            this.isCancelled = isCancelled;
            this.until = until;
            this.instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        }

        AgentResult answer(Command.Builder command, Duration timeout) {
            byte[] content = command.setId(id)
                    .setTimeoutSeconds(Math.toIntExact(timeout.toSeconds()))
                    .build()
                    .toByteArray();
            Instant end = clock.instant().plus(timeout).plus(GRACE);
            Instant unreachableUntil = clock.instant().plus(patience);
            boolean isStopped = false;
            while (clock.instant().isBefore(end)) {
                var result = ask(id, content, end);
                boolean isUnreachable = result.map(AgentCalls::isUnreachable).orElse(false);
                if (result.isPresent() && !isUnreachable) {
                    return result.get();
                }
                if (isUnreachable) {
                    if (!clock.instant().isBefore(unreachableUntil)) {
                        break;
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                } else {
                    unreachableUntil = clock.instant().plus(patience);
                }
                if (!isStopped && isCancelled.getAsBoolean()) {
                    isStopped = true;
                    end = clock.instant().plus(GRACE);
                    tellToStop(end);
                }
            }
            throw RequestRefused.failed(
                    RPC_TIMEOUT,
                    "Timed out sending '" + command.getBodyCase().name().toLowerCase(Locale.ROOT) + "' to instance '"
                            + instanceId + "': its agent does not answer");
        }

        /** Empty where nobody answered in time: it is to be asked for again. */
        private Optional<AgentResult> ask(String callId, byte[] content, Instant end) {
            try {
                return Optional.of(until.await(instance.<AgentResult>ask(
                        replyTo -> new InstanceCommand.CallAgent(callId, content, end.toEpochMilli(), replyTo),
                        PATIENCE)));
            } catch (CompletionException silence) {
                if (silence.getCause() instanceof TimeoutException) {
                    return Optional.empty();
                }
                throw silence;
            }
        }

        private void tellToStop(Instant end) {
            byte[] content = Command.newBuilder()
                    .setId("stop-" + id)
                    .setCancel(CancelCommand.newBuilder().setCommandId(id))
                    .build()
                    .toByteArray();
            ask("stop-" + id, content, end);
        }
    }
}
