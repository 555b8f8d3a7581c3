package io.slipway.engine.instance;

import io.slipway.engine.Agents;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.agent.AgentResult;
import io.slipway.protocol.agent.v1.CancelCommand;
import io.slipway.protocol.agent.v1.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.jspecify.annotations.Nullable;

/** Calls agents through the entities that hold their streams, wherever in the cluster they live. */
public final class InstanceAgents implements Agents {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int RPC_TIMEOUT = 450002;

    private final ClusterSharding sharding;
    private final Clock clock;

    public InstanceAgents(ClusterSharding sharding, Clock clock) {
        this.sharding = sharding;
        this.clock = clock;
    }

    @Override
    public AgentResult call(String instanceId, Command.Builder command, Duration timeout, BooleanSupplier isCancelled) {
        String id = "call-" + UUID.randomUUID();
        byte[] content = command.setId(id)
                .setTimeoutSeconds(Math.toIntExact(timeout.toSeconds()))
                .build()
                .toByteArray();
        Instant until = clock.instant().plus(timeout).plus(GRACE);
        var instance = sharding.entityRefFor(InstanceEntity.KEY, instanceId);
        boolean isStopped = false;
        while (clock.instant().isBefore(until)) {
            var result = ask(instance, id, content, until);
            if (result != null && result.failure().equals(AgentCalls.UNREACHABLE)) {
                break;
            }
            if (result != null) {
                return result;
            }
            if (!isStopped && isCancelled.getAsBoolean()) {
                isStopped = true;
                until = clock.instant().plus(GRACE);
                stop(instance, id, until);
            }
        }
        throw new RequestRefused(
                500,
                RPC_TIMEOUT,
                "Timed out sending '" + command.getBodyCase().name().toLowerCase(Locale.ROOT) + "' to instance '"
                        + instanceId + "': its agent does not answer");
    }

    private static @Nullable AgentResult ask(
            EntityRef<InstanceCommand> instance, String id, byte[] content, Instant until) {
        try {
            return instance.<AgentResult>ask(
                            replyTo -> new InstanceCommand.CallAgent(id, content, until.toEpochMilli(), replyTo),
                            PATIENCE)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException silence) {
            if (silence.getCause() instanceof TimeoutException) {
                return null;
            }
            throw silence;
        }
    }

    private static void stop(EntityRef<InstanceCommand> instance, String id, Instant until) {
        byte[] content = Command.newBuilder()
                .setId("stop-" + id)
                .setCancel(CancelCommand.newBuilder().setCommandId(id))
                .build()
                .toByteArray();
        ask(instance, "stop-" + id, content, until);
    }
}
