package io.slipway.cpi.simulated.agent;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ToAgent;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to one director node open while the agent lives: hello first, then whatever either side has to say.
 * When it ends the next endpoint is tried after a short, growing pause. Has no thread of its own.
 */
final class DirectorLink {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorLink.class);
    private static final Duration WELCOME_DEADLINE = Duration.ofSeconds(10);
    private static final long KEEP_ALIVE_SECONDS = 10;
    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** What the rest of the agent says, hears, and is allowed to. Called by shared threads: never block for long. */
    interface Listener {
        Hello hello();

        void received(ToAgent message);

        /** Whether the network lets a stream come about. */
        boolean isReachable();

        /** Whether the agent says anything at all. */
        boolean isTalking();
    }

    /** With what the agent proves who it is. */
    record Identity(String directorName, String caPem, String certificatePem, String privateKeyPem) {
        SslContext tls(AgentHost host) throws SSLException, GeneralSecurityException {
            return GrpcSslContexts.forClient()
                    .trustManager(host.authority(caPem).trust())
                    .keyManager(new AgentKeys(Trust.certificates(certificatePem), Trust.privateKey(privateKeyPem)))
                    .build();
        }

        @Override
        public String toString() {
            return "Identity[" + directorName + "]";
        }
    }

    private final AgentHost host;
    private final String agentId;
    private final Listener listener;
    private Identity identity;
    private List<String> endpoints;
    private @Nullable SslContext tls;
    private @Nullable Session current;
    private @Nullable Future<?> nextDial;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private int attempt;
    private boolean isClosed;

    DirectorLink(AgentHost host, String agentId, Identity identity, List<String> endpoints, Listener listener) {
        this.host = host;
        this.agentId = agentId;
        this.identity = identity;
        this.endpoints = endpoints;
        this.listener = listener;
    }

    /** Dials as soon as a thread is free. */
    void start() {
        host.run(this::dial);
    }

    /** The endpoints to try from the next attempt on; none keeps the present ones. */
    synchronized void endpoints(List<String> next) {
        if (!next.isEmpty()) {
            endpoints = List.copyOf(next);
        }
    }

    /** Opens a new stream with this identity. */
    void renew(Identity next) {
        synchronized (this) {
            identity = next;
            tls = null;
        }
        drop("the certificate was renewed");
    }

    synchronized boolean isWelcomed() {
        return current != null && current.isWelcomed;
    }

    /** What cannot be sent now is dropped: results are repeated from the journal. */
    void send(FromAgent message) {
        var session = session();
        if (session != null && listener.isTalking()) {
            session.send(message);
        }
    }

    /** Ends the present stream; a new one is dialled. */
    void drop(String why) {
        var session = session();
        if (session != null) {
            LOG.debug("agent {} leaves its stream: {}", agentId, why);
            session.end();
        }
    }

    void close() {
        @Nullable Session session;
        synchronized (this) {
            isClosed = true;
            session = current;
            current = null;
        }
        if (session != null) {
            session.channel.shutdownNow();
        }
    }

    private synchronized @Nullable Session session() {
        return current;
    }

    private void dial() {
        if (!listener.isReachable()) {
            dialLater();
            return;
        }
        try {
            var session = open();
            if (session != null) {
                session.greet();
                host.later(WELCOME_DEADLINE, session::requireWelcome);
            }
        } catch (SSLException | GeneralSecurityException | IllegalArgumentException broken) {
            LOG.warn("agent {} cannot use its settings and will never dial: {}", agentId, broken.getMessage());
        }
    }

    private synchronized @Nullable Session open() throws SSLException, GeneralSecurityException {
        if (isClosed) {
            return null;
        }
        if (tls == null) {
            tls = identity.tls(host);
        }
        String endpoint = endpoints.get(attempt++ % endpoints.size());
        int colon = endpoint.lastIndexOf(':');
        // Resolved here, in a virtual thread: gRPC's own resolver is dear for thousands of channels.
        var address =
                new InetSocketAddress(endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
        var channel = NettyChannelBuilder.forAddress(address)
                .sslContext(tls)
                .overrideAuthority(identity.directorName())
                .eventLoopGroup(host.eventLoops())
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .offloadExecutor(host.threads())
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry()
                .build();
        var session = new Session(endpoint, channel);
        current = session;
        return session;
    }

    private void dialLater() {
        long millis;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            // With jitter, so that agents do not come back all at once.
            millis = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
            pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
        }
        var next = host.later(Duration.ofMillis(millis), this::start);
        synchronized (this) {
            nextDial = next;
        }
    }

    /** Dials now rather than after the pause, where there is one. */
    void hurry() {
        synchronized (this) {
            if (nextDial == null || !nextDial.cancel(false)) {
                return;
            }
            nextDial = null;
        }
        start();
    }

    private synchronized void welcomed() {
        pauseMillis = FIRST_PAUSE_MILLIS;
    }

    private synchronized void forget(Session session) {
        if (session == current) {
            current = null;
        }
    }

    private final class Session implements StreamObserver<ToAgent> {
        private final String endpoint;
        private final ManagedChannel channel;
        private @Nullable StreamObserver<FromAgent> requests;
        private volatile boolean isWelcomed;
        private boolean isEnded;

        Session(String endpoint, ManagedChannel channel) {
            this.endpoint = endpoint;
            this.channel = channel;
        }

        /** Under one lock with all else that is sent, so that a result is in the hello or comes after it. */
        synchronized void greet() {
            requests = AgentStreamGrpc.newStub(channel).connect(this);
            if (listener.isTalking()) {
                send(FromAgent.newBuilder().setHello(listener.hello()).build());
            }
        }

        synchronized void send(FromAgent message) {
            try {
                if (requests != null && !isEnded) {
                    requests.onNext(message);
                }
            } catch (IllegalStateException ended) {
                LOG.debug("agent {}: not sent to {}: {}", agentId, endpoint, ended.getMessage());
            }
        }

        @Override
        public void onNext(ToAgent message) {
            if (message.hasWelcome()) {
                isWelcomed = true;
                welcomed();
            }
            listener.received(message);
        }

        @Override
        public void onError(Throwable error) {
            LOG.debug("agent {}: stream to {} ended: {}", agentId, endpoint, error.getMessage());
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }

        void requireWelcome() {
            if (!isWelcomed && listener.isTalking()) {
                end();
            }
        }

        void end() {
            synchronized (this) {
                if (isEnded) {
                    return;
                }
                isEnded = true;
            }
            forget(this);
            channel.shutdownNow();
            dialLater();
        }
    }
}
