package io.slipway.agent;

import io.grpc.okhttp.OkHttpChannelBuilder;
import io.slipway.agent.core.Threads;
import io.slipway.agent.core.identity.Authorities;
import io.slipway.agent.core.identity.Identity;
import io.slipway.agent.core.kit.Await;
import io.slipway.agent.core.kit.FakeDirector;
import io.slipway.agent.core.kit.TestAuthority;
import io.slipway.agent.core.stream.DirectorStream;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.CommandAccepted;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.ToAgent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** The stream on the network that agents of real VMs have, while both sides have much to say. */
class StreamOfManyMessagesTest {
    private static final int MESSAGES = 3000;
    private static final String AGENT = "i-many-1";

    @Test
    void goes_on_while_the_agent_answers_in_the_midst_of_sending() throws Exception {
        var authority = new TestAuthority();
        var identity = Identity.ofPem(
                Authorities.ofPem(authority.pem()),
                authority.certificatePem(AGENT, Duration.ofHours(1)),
                authority.leafKeyPem());
        try (var director = new FakeDirector(authority);
                var threads =
                        new Threads(Executors.newCachedThreadPool(), Executors.newSingleThreadScheduledExecutor());
                var stream = stream(director, identity, threads)) {
            stream.start();
            director.awaitAgents(1);
            var conversation = director.with(AGENT);

            threads.run(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    stream.send(FromAgent.newBuilder()
                            .setHeartbeat(Heartbeat.getDefaultInstance())
                            .build());
                }
            });
            for (int i = 0; i < MESSAGES; i++) {
                conversation.send(Command.newBuilder().setId(Integer.toString(i)));
            }

            Await.until(
                    "all beats and answers",
                    () -> conversation.count(FromAgent::hasHeartbeat) == MESSAGES
                            && conversation.count(FromAgent::hasAccepted) == MESSAGES);
        }
    }

    private static DirectorStream stream(FakeDirector director, Identity identity, Threads threads) {
        var answering = new Answering();
        var stream = new DirectorStream(
                new DirectorStream.Member(AGENT, FakeDirector.NAME, List.of(director.endpoint())),
                () -> identity,
                (host, port, who) -> OkHttpChannelBuilder.forAddress(host, port).sslSocketFactory(who.sockets()),
                answering,
                threads,
                Level.DEBUG);
        answering.stream = stream;
        return stream;
    }

    /** Answers each command where it hears it. */
    private static final class Answering implements DirectorStream.Listener {
        private volatile @Nullable DirectorStream stream;

        @Override
        public Hello hello() {
            return Hello.newBuilder().setAgentId(AGENT).setProtocolVersion(1).build();
        }

        @Override
        public void received(ToAgent message) {
            var answered = stream;
            if (answered != null && message.hasCommand()) {
                answered.send(FromAgent.newBuilder()
                        .setAccepted(CommandAccepted.newBuilder()
                                .setCommandId(message.getCommand().getId()))
                        .build());
            }
        }
    }
}
