package io.slipway.agent.core;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.slipway.agent.core.command.CommandJournal;
import io.slipway.agent.core.command.Interference;
import io.slipway.agent.core.identity.Authorities;
import io.slipway.agent.core.identity.Identity;
import io.slipway.agent.core.identity.RenewableIdentity;
import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.agent.core.stream.DirectorStream;
import io.slipway.agent.core.stream.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/** An agent that is nothing but the core, on a machine of a test's. */
final class TestAgent implements AutoCloseable {
    static final Transport NETTY = (host, port, identity) -> NettyChannelBuilder.forAddress(host, port)
            .sslContext(GrpcSslContexts.forClient()
                    .trustManager(identity.authorities().trustManager())
                    .keyManager(identity.keyManager())
                    .build());

    final TestMachine machine = new TestMachine();
    final String agentId;
    /** Certificates that the agent was given and kept. */
    final List<String> kept = new CopyOnWriteArrayList<>();

    private final TestAuthority authority;
    private final Path journal;
    private final List<String> endpoints;
    private final Threads threads;
    private Duration certificateLeft = Duration.ofHours(1);
    private DirectorClient client;

    TestAgent(TestAuthority authority, Path folder, String agentId, String... endpoints) throws IOException {
        this(authority, folder, agentId, new ScheduledThreadPoolExecutor(1), List.of(endpoints));
    }

    private TestAgent(
            TestAuthority authority,
            Path folder,
            String agentId,
            ScheduledThreadPoolExecutor timer,
            List<String> endpoints)
            throws IOException {
        this.authority = authority;
        this.agentId = agentId;
        this.journal = folder.resolve(agentId);
        this.endpoints = endpoints;
        this.threads = new Threads(Executors.newCachedThreadPool(), timer);
        this.client = newClient();
    }

    /** For whom a second is a tenth of one. */
    static TestAgent hasty(TestAuthority authority, Path folder, String agentId, String... endpoints)
            throws IOException {
        var timer = new ScheduledThreadPoolExecutor(1) {
            @Override
            public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
                return super.schedule(work, delay / 10, unit);
            }

            @Override
            public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
                return super.schedule(work, delay / 10, unit);
            }
        };
        return new TestAgent(authority, folder, agentId, timer, List.of(endpoints));
    }

    TestAgent withCertificateThatEndsIn(Duration left) throws IOException {
        certificateLeft = left;
        client = newClient();
        return this;
    }

    private DirectorClient newClient() throws IOException {
        var identity = Identity.ofPem(
                Authorities.ofPem(authority.pem()),
                authority.certificatePem(agentId, certificateLeft),
                authority.leafKeyPem());
        return new DirectorClient(
                new DirectorStream.Member(agentId, FakeDirector.NAME, endpoints),
                machine,
                new RenewableIdentity(
                        agentId, identity, (ca, certificate, key) -> kept.add(certificate), Clock.systemUTC()),
                CommandJournal.open(journal, CommandJournal.Outlives.MACHINE),
                new DirectorClient.Surroundings(threads, NETTY, Interference.NONE, Level.DEBUG));
    }

    TestAgent start() throws IOException {
        client.start();
        return this;
    }

    DirectorClient client() {
        return client;
    }

    /** The agent's process ends, with nobody knowing, and another one begins. */
    void restart() throws IOException {
        client.close();
        client = newClient();
        client.start();
    }

    @Override
    public void close() {
        client.close();
        threads.close();
    }
}
