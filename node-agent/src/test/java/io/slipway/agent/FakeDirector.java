package io.slipway.agent;

import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A director that keeps the protocol's contract over real mTLS, and can be told to forget acknowledgements or to hang up. */
final class FakeDirector extends AgentStreamGrpc.AgentStreamImplBase implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 20;

    private final Server server;
    private final TestAuthority authority;
    private final List<FromAgent> received = new ArrayList<>();
    private @Nullable StreamObserver<ToAgent> agent;
    private volatile boolean isAcknowledging = true;

    FakeDirector(TestAuthority authority, TestAuthority.Leaf leaf) throws Exception {
        this.authority = authority;
        server = NettyServerBuilder.forPort(
                        0,
                        TlsServerCredentials.newBuilder()
                                .keyManager(stream(leaf.certificatePem()), stream(leaf.keyPem()))
                                .trustManager(stream(authority.pem()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .addService(this)
                .build()
                .start();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    void stopAcknowledging() {
        isAcknowledging = false;
    }

    @Override
    public StreamObserver<FromAgent> connect(StreamObserver<ToAgent> toAgent) {
        return new StreamObserver<>() {
            @Override
            public void onNext(FromAgent message) {
                accept(toAgent, message);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                toAgent.onCompleted();
            }
        };
    }

    private synchronized void accept(StreamObserver<ToAgent> toAgent, FromAgent message) {
        received.add(message);
        if (message.hasHello()) {
            agent = toAgent;
            toAgent.onNext(ToAgent.newBuilder()
                    .setWelcome(Welcome.newBuilder()
                            .setProtocolVersion(1)
                            .setDirectorUuid("test")
                            .setSettings(Settings.newBuilder().setHeartbeatIntervalMillis(1_000)))
                    .build());
        }
        if (message.hasResult() && isAcknowledging) {
            toAgent.onNext(ToAgent.newBuilder()
                    .setAcknowledged(ResultAcknowledged.newBuilder()
                            .setCommandId(message.getResult().getCommandId()))
                    .build());
        }
        if (message.hasCertificateRequest()) {
            byte[] request = message.getCertificateRequest().getPkcs10Der().toByteArray();
            toAgent.onNext(ToAgent.newBuilder()
                    .setCertificateRenewal(CertificateRenewal.newBuilder()
                            .setCertificatePem(authority.renewed(request))
                            .setCaPem(authority.pem()))
                    .build());
        }
        notifyAll();
    }

    synchronized void send(Command.Builder command) {
        java.util.Objects.requireNonNull(agent, "no agent has said hello")
                .onNext(ToAgent.newBuilder().setCommand(command).build());
    }

    /** Sends a command and awaits its first result. */
    CommandResult carryOut(Command.Builder command) {
        send(command);
        return result(command.getId(), 1);
    }

    /** The n-th result with this command id. */
    CommandResult result(String commandId, int n) {
        return nth(m -> m.hasResult() && m.getResult().getCommandId().equals(commandId), n)
                .getResult();
    }

    Hello hello(int n) {
        return nth(FromAgent::hasHello, n).getHello();
    }

    FromAgent nth(Predicate<FromAgent> wanted, int n) {
        return await(() -> received.stream().filter(wanted).count() >= n).stream()
                .filter(wanted)
                .skip(n - 1L)
                .findFirst()
                .orElseThrow();
    }

    private synchronized List<FromAgent> await(BooleanSupplier condition) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("not within " + DEADLINE_SECONDS + " s; the agent said " + received);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return List.copyOf(received);
    }

    /** Ends the stream, as a director does that hands over to another node. */
    synchronized void hangUp() {
        java.util.Objects.requireNonNull(agent).onCompleted();
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
}
