package io.slipway.agent.core.stream;

import io.grpc.ManagedChannelBuilder;
import io.slipway.agent.core.identity.Identity;
import java.io.IOException;

/** The network below a stream: the gRPC transport that an agent's process has. */
@FunctionalInterface
public interface Transport {
    /** A channel to be built, with TLS of this identity. Fails where the network is known to be down. */
    ManagedChannelBuilder<?> to(String host, int port, Identity identity) throws IOException;
}
