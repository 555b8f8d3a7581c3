package io.slipway.cpi.simulated;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.slipway.cpi.AgentSettings;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A director of many agents that keeps the protocol's contract over real mTLS, and does nothing of its own. */
final class FakeDirector extends AgentStreamGrpc.AgentStreamImplBase implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String NAME = "director.test";

    private final TestAuthority authority;
    private final Server server;
    private final Map<String, List<FromAgent>> received = new HashMap<>();
    private final Map<String, StreamObserver<ToAgent>> streams = new HashMap<>();
    private boolean isAcknowledging = true;
    private int heartbeatMillis = 60_000;

    FakeDirector(TestAuthority authority) throws IOException {
        this.authority = authority;
        server = NettyServerBuilder.forPort(
                        0,
                        TlsServerCredentials.newBuilder()
                                .keyManager(bytes(authority.certificatePem(NAME)), bytes(authority.leafKeyPem()))
                                .trustManager(bytes(authority.pem()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .addService(this)
                .build()
                .start();
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    AgentSettings settings(String agentId) {
        return settings(agentId, authority.certificatePem(agentId));
    }

    AgentSettings settings(String agentId, String certificatePem) {
        return new AgentSettings(
                agentId,
                List.of("127.0.0.1:" + server.getPort()),
                NAME,
                authority.pem(),
                certificatePem,
                authority.leafKeyPem(),
                "");
    }

    synchronized void stopAcknowledging() {
        isAcknowledging = false;
    }

    synchronized void heartbeatEvery(int millis) {
        heartbeatMillis = millis;
    }

    @Override
    public StreamObserver<FromAgent> connect(StreamObserver<ToAgent> toAgent) {
        return new StreamObserver<>() {
            private @Nullable String agentId;

            @Override
            public void onNext(FromAgent message) {
                if (message.hasHello()) {
                    agentId = message.getHello().getAgentId();
                }
                accept(Objects.requireNonNull(agentId, "the first message is no hello"), toAgent, message);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                toAgent.onCompleted();
            }
        };
    }

    private synchronized void accept(String agentId, StreamObserver<ToAgent> toAgent, FromAgent message) {
        received.computeIfAbsent(agentId, id -> new ArrayList<>()).add(message);
        if (message.hasHello()) {
            streams.put(agentId, toAgent);
            toAgent.onNext(ToAgent.newBuilder()
                    .setWelcome(Welcome.newBuilder()
                            .setProtocolVersion(1)
                            .setDirectorUuid("test")
                            .setSettings(Settings.newBuilder().setHeartbeatIntervalMillis(heartbeatMillis)))
                    .build());
        }
        if (message.hasResult() && isAcknowledging) {
            toAgent.onNext(ToAgent.newBuilder()
                    .setAcknowledged(ResultAcknowledged.newBuilder()
                            .setCommandId(message.getResult().getCommandId()))
                    .build());
        }
        notifyAll();
    }

    void send(String agentId, Command.Builder command) {
        send(agentId, ToAgent.newBuilder().setCommand(command).build());
    }

    synchronized void send(String agentId, ToAgent message) {
        Objects.requireNonNull(streams.get(agentId), "the agent has not said hello")
                .onNext(message);
    }

    /** Sends a command and awaits its first result. */
    CommandResult carryOut(String agentId, Command.Builder command) {
        send(agentId, command);
        return result(agentId, command.getId(), 1);
    }

    /** The n-th result with this command id. */
    CommandResult result(String agentId, String commandId, int n) {
        return nth(agentId, m -> m.hasResult() && m.getResult().getCommandId().equals(commandId), n)
                .getResult();
    }

    Hello hello(String agentId, int n) {
        return nth(agentId, FromAgent::hasHello, n).getHello();
    }

    /** The first beat with this job state after the n-th hello. */
    Heartbeat beat(String agentId, int n, String jobState) {
        hello(agentId, n);
        return await(
                        () -> beatsSince(agentId, n).stream()
                                .anyMatch(beat -> beat.getJobState().equals(jobState)),
                        () -> beatsSince(agentId, n))
                .stream()
                .filter(beat -> beat.getJobState().equals(jobState))
                .findFirst()
                .orElseThrow();
    }

    private List<Heartbeat> beatsSince(String agentId, int hello) {
        var beats = new ArrayList<Heartbeat>();
        int hellos = 0;
        for (FromAgent message : all(agentId)) {
            hellos += message.hasHello() ? 1 : 0;
            if (message.hasHeartbeat() && hellos >= hello) {
                beats.add(message.getHeartbeat());
            }
        }
        return beats;
    }

    FromAgent nth(String agentId, Predicate<FromAgent> wanted, int n) {
        return await(() -> all(agentId).stream().filter(wanted).count() >= n, () -> all(agentId)).stream()
                .filter(wanted)
                .skip(n - 1L)
                .findFirst()
                .orElseThrow();
    }

    synchronized long count(String agentId, Predicate<FromAgent> wanted) {
        return all(agentId).stream().filter(wanted).count();
    }

    /** Waits until so many agents have said hello. */
    void awaitAgents(int count) {
        await(() -> streams.size() >= count, () -> List.of(streams.size()));
    }

    private List<FromAgent> all(String agentId) {
        return received.getOrDefault(agentId, List.of());
    }

    private synchronized <T> List<T> await(BooleanSupplier condition, java.util.function.Supplier<List<T>> found) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not within " + DEADLINE + "; there is " + found.get());
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return List.copyOf(found.get());
    }

    /** Ends the stream, as a director does that hands over to another node. */
    synchronized void hangUp(String agentId) {
        Objects.requireNonNull(streams.get(agentId))
                .onError(Status.UNAVAILABLE.withDescription("handed over").asRuntimeException());
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
}
