package io.slipway.cpi.simulated.agent;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.slipway.agent.core.identity.Identity;
import io.slipway.agent.core.stream.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One VM's network, which can be cut, and swallow what the agent says. */
final class FaultyNetwork implements Transport, ClientInterceptor {
    private final AgentHost host;
    private final BooleanSupplier isCut;
    private final BooleanSupplier isSilent;
    private @Nullable Identity usedBy;
    private @Nullable SslContext tls;

    FaultyNetwork(AgentHost host, BooleanSupplier isCut, BooleanSupplier isSilent) {
        this.host = host;
        this.isCut = isCut;
        this.isSilent = isSilent;
    }

    @Override
    public ManagedChannelBuilder<?> to(String endpoint, int port, Identity identity) throws IOException {
        if (isCut.getAsBoolean()) {
            throw new IOException("the network is cut");
        }
        // Resolved here, in a virtual thread: gRPC's own resolver is dear for thousands of channels.
        return NettyChannelBuilder.forAddress(new InetSocketAddress(endpoint, port))
                .sslContext(tls(identity))
                .eventLoopGroup(host.eventLoops())
                .channelType(NioSocketChannel.class)
                .offloadExecutor(host.workers())
                .intercept(this);
    }

    private synchronized SslContext tls(Identity identity) throws IOException {
        if (tls == null || usedBy != identity) {
            tls = GrpcSslContexts.forClient()
                    .trustManager(identity.authorities().trustManager())
                    .keyManager(identity.keyManager())
                    .build();
            usedBy = identity;
        }
        return tls;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void sendMessage(Q message) {
                if (!isSilent.getAsBoolean()) {
                    super.sendMessage(message);
                }
            }
        };
    }
}
