package io.slipway.engine.agent;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.AgentStreamGrpc;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Takes the streams that agents dial, over mutual TLS, and hands what they say to the entities that own them. An agent
 * may only speak for the id that its certificate names.
 */
public final class AgentGateway implements AutoCloseable {
    static final int PROTOCOL_VERSION = 1;
    private static final Context.Key<String> CERTIFIED_ID = Context.key("certified-agent-id");

    private final Server server;
    private final AgentSessions sessions;

    private AgentGateway(Server server, AgentSessions sessions) {
        this.server = server;
        this.sessions = sessions;
    }

    /**
     * What the gateway needs to listen.
     *
     * @param certificatePem carries {@code directorName} as a DNS SAN
     * @param caPem that agents' certificates must come from
     * @param endpoints host:port of all directors' gateways
     * @param blobsAddress scheme://host:port where this director serves blobs
     */
    public record GatewaySettings(
            String address,
            int port,
            String certificatePem,
            String privateKeyPem,
            String caPem,
            String directorUuid,
            List<String> endpoints,
            String blobsAddress,
            Duration heartbeatInterval) {
        @Override
        public String toString() {
            return "GatewaySettings[" + address + ":" + port + "]";
        }
    }

    /** Starts to listen; throws {@link IOException} naming the address where that fails. */
    public static AgentGateway start(
            ActorSystem<?> system,
            AgentDirectory directory,
            AgentSessions sessions,
            AgentWatch watch,
            AgentCertificates certificates,
            GatewaySettings settings)
            throws IOException {
        var tls = GrpcSslContexts.forServer(pem(settings.certificatePem()), pem(settings.privateKeyPem()))
                .trustManager(pem(settings.caPem()))
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        var server = NettyServerBuilder.forAddress(new InetSocketAddress(settings.address(), settings.port()))
                .sslContext(tls)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                // Whose processes stand still, or whose network is cut, is missed within ten seconds.
                .keepAliveTime(5, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .intercept(new CertifiedId())
                .addService(new Streams(system, directory, sessions, watch, certificates, settings))
                .build();
        try {
            return new AgentGateway(server.start(), sessions);
        } catch (IOException failure) {
            throw new IOException(
                    "cannot listen for agents on " + settings.address() + ":" + settings.port() + ": "
                            + (failure.getCause() == null
                                    ? failure.getMessage()
                                    : failure.getCause().getMessage()),
                    failure);
        }
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        sessions.closing();
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ByteArrayInputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static final class CertifiedId implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (session == null) {
                call.close(Status.UNAUTHENTICATED.withDescription("a client certificate is needed"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            try {
                var certificate = (X509Certificate) session.getPeerCertificates()[0];
                var context = Context.current().withValue(CERTIFIED_ID, commonName(certificate));
                return Contexts.interceptCall(context, call, headers, next);
            } catch (SSLPeerUnverifiedException unverified) {
                call.close(Status.UNAUTHENTICATED.withDescription("no verified certificate"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
        }

        private static String commonName(X509Certificate certificate) {
            for (String part :
                    certificate.getSubjectX500Principal().getName("RFC2253").split(",")) {
                if (part.startsWith("CN=")) {
                    return part.substring(3);
                }
            }
            return "";
        }
    }

    private static final class Streams extends AgentStreamGrpc.AgentStreamImplBase {
        private final ActorSystem<?> system;
        private final AgentDirectory directory;
        private final AgentSessions sessions;
        private final AgentWatch watch;
        private final AgentCertificates certificates;
        private final GatewaySettings settings;

        Streams(
                ActorSystem<?> system,
                AgentDirectory directory,
                AgentSessions sessions,
                AgentWatch watch,
                AgentCertificates certificates,
                GatewaySettings settings) {
            this.system = system;
            this.directory = directory;
            this.sessions = sessions;
            this.watch = watch;
            this.certificates = certificates;
            this.settings = settings;
        }

        @Override
        public StreamObserver<FromAgent> connect(StreamObserver<ToAgent> toAgent) {
            var heartbeat = Settings.newBuilder()
                    .setHeartbeatIntervalMillis(
                            Math.toIntExact(settings.heartbeatInterval().toMillis()))
                    .addAllDirectorEndpoints(settings.endpoints())
                    .setBlobsAddress(settings.blobsAddress())
                    .build();
            String certified = CERTIFIED_ID.get();
            if (certified == null) {
                throw new UncheckedIOException(new IOException("a stream without a certified agent id"));
            }
            return new AgentStreamReader(
                    system,
                    directory,
                    sessions,
                    watch,
                    certificates,
                    certified,
                    settings.directorUuid(),
                    heartbeat,
                    toAgent);
        }
    }
}
