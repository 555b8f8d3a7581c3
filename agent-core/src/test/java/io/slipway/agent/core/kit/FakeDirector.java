package io.slipway.agent.core.kit;

import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.CertificateRequest;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A director of many agents that keeps the protocol's contract over real mTLS: it welcomes, acknowledges and renews. It
 * does nothing else of its own, and can be told to forget acknowledgements, to welcome nobody, or to hang up.
 */
public final class FakeDirector extends AgentStreamGrpc.AgentStreamImplBase implements AutoCloseable {
    /** For which its certificate is good. */
    public static final String NAME = "director.test";

    private final TestAuthority authority;
    private final Server server;
    private final int port;
    private final Map<String, Conversation> conversations = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile boolean isWelcoming = true;
    private volatile boolean isAcknowledging = true;
    private volatile int heartbeatMillis = 60_000;
    private volatile List<String> endpoints = List.of();

    public FakeDirector(TestAuthority authority) throws IOException {
        this(authority, 0);
    }

    /** At this port, as a director that comes back. */
    public FakeDirector(TestAuthority authority, int wantedPort) throws IOException {
        this.authority = authority;
        server = NettyServerBuilder.forPort(
                        wantedPort,
                        TlsServerCredentials.newBuilder()
                                .keyManager(bytes(authority.certificatePem(NAME)), bytes(authority.leafKeyPem()))
                                .trustManager(bytes(authority.pem()))
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .addService(this)
                .build()
                .start();
        this.port = server.getPort();
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    public int port() {
        return port;
    }

    public String endpoint() {
        return "127.0.0.1:" + port();
    }

    public void stopWelcoming() {
        isWelcoming = false;
    }

    public void stopAcknowledging() {
        isAcknowledging = false;
    }

    public void heartbeatEvery(int millis) {
        heartbeatMillis = millis;
    }

    /** What its settings say of where directors are. */
    public void announce(List<String> all) {
        endpoints = all;
    }

    /** What is said between this director and an agent, which need not have come yet. */
    public Conversation with(String agentId) {
        return conversations.computeIfAbsent(agentId, Conversation::new);
    }

    /** How many agents said hello so far. */
    public long greeted() {
        return conversations.values().stream()
                .filter(one -> one.count(FromAgent::hasHello) > 0)
                .count();
    }

    /** How many streams were opened so far, with a hello or without. */
    public int streams() {
        return streams.get();
    }

    /** Waits until so many agents have said hello. */
    public void awaitAgents(int count) {
        Await.within(Duration.ofMinutes(2), count + " agents say hello", () -> greeted() >= count);
    }

    @Override
    public StreamObserver<FromAgent> connect(StreamObserver<ToAgent> toAgent) {
        streams.incrementAndGet();
        return new StreamObserver<>() {
            private @Nullable Conversation conversation;

            @Override
            public void onNext(FromAgent message) {
                if (message.hasHello()) {
                    conversation = with(message.getHello().getAgentId());
                }
                accept(Objects.requireNonNull(conversation, "the first message is no hello"), toAgent, message);
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {
                toAgent.onCompleted();
            }
        };
    }

    /** In one piece: who sees a message sees what it led to. */
    private void accept(Conversation conversation, StreamObserver<ToAgent> toAgent, FromAgent message) {
        synchronized (conversation) {
            if (message.hasHello()) {
                conversation.begin(toAgent);
            }
            conversation.hear(message);
            if (message.hasHello() && isWelcoming) {
                conversation.send(welcome());
            }
            if (message.hasResult() && isAcknowledging) {
                conversation.send(ToAgent.newBuilder()
                        .setAcknowledged(ResultAcknowledged.newBuilder()
                                .setCommandId(message.getResult().getCommandId()))
                        .build());
            }
            if (message.hasCertificateRequest()) {
                conversation.send(renewal(message.getCertificateRequest()));
            }
        }
    }

    private ToAgent welcome() {
        return ToAgent.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(1)
                        .setDirectorUuid("test")
                        .setSettings(Settings.newBuilder()
                                .setHeartbeatIntervalMillis(heartbeatMillis)
                                .addAllDirectorEndpoints(endpoints)))
                .build();
    }

    private ToAgent renewal(CertificateRequest request) {
        return ToAgent.newBuilder()
                .setCertificateRenewal(CertificateRenewal.newBuilder()
                        .setCertificatePem(
                                authority.renewed(request.getPkcs10Der().toByteArray()))
                        .setCaPem(authority.pem()))
                .build();
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
