package io.slipway.agent.core;

import io.slipway.agent.core.command.CommandDesk;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.CommandJournal;
import io.slipway.agent.core.command.Interference;
import io.slipway.agent.core.health.Heartbeats;
import io.slipway.agent.core.identity.RenewableIdentity;
import io.slipway.agent.core.stream.DirectorStream;
import io.slipway.agent.core.stream.Transport;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.ToAgent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The agent's side of the agent stream: finds a director and stays with it, has commands carried out once, tells how the
 * VM is, and renews the certificate. One process of an agent has one; the next process has the next, on the same
 * journal.
 */
public final class DirectorClient implements Outbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorClient.class);
    private static final int PROTOCOL_VERSION = 1;
    private static final Duration RENEWAL_CHECK = Duration.ofMinutes(60);

    private final DirectorStream.Member member;
    private final Machine machine;
    private final RenewableIdentity identity;
    private final Threads threads;
    private final Level told;
    private final DirectorStream stream;
    private final CommandDesk desk;
    private final Heartbeats heartbeats;
    private @Nullable Future<?> nextRenewalCheck;
    private boolean isClosed;

    /**
     * What a process gives to its agents.
     *
     * @param told the level at which an agent logs its life: a VM has one agent, a simulation has thousands
     */
    public record Surroundings(Threads threads, Transport transport, Interference interference, Level told) {}

    public DirectorClient(
            DirectorStream.Member member,
            Machine machine,
            RenewableIdentity identity,
            CommandJournal journal,
            Surroundings surroundings) {
        this.member = member;
        this.machine = machine;
        this.identity = identity;
        this.threads = surroundings.threads();
        this.told = surroundings.told();
        stream = new DirectorStream(member, identity, surroundings.transport(), new Ears(), threads, told);
        heartbeats = new Heartbeats(machine, stream, threads, told);
        desk = new CommandDesk(journal, this::carryOut, surroundings.interference(), stream, threads, told);
    }

    /** Returns at once; a director is looked for until this is closed. */
    public void start() throws IOException {
        desk.answerInterrupted();
        heartbeats.look();
        stream.start();
        checkRenewalLater();
    }

    @Override
    public void send(FromAgent message) {
        stream.send(message);
    }

    /** To be called when the jobs may have changed; returns after the director was told of it. */
    public void look() {
        heartbeats.look();
    }

    /** Ends the present stream; another one is opened. */
    public void reconnect(String why) {
        stream.reconnect(why);
    }

    /** Dials now, should it be waiting to. */
    public void hurry() {
        stream.hurry();
    }

    /** Whether a director has welcomed the agent on a stream that is open. */
    public boolean isWelcomed() {
        return stream.isWelcomed();
    }

    /** As the death of the agent's process: what runs is cut short, and nobody is told. */
    @Override
    public void close() {
        desk.close();
        stream.close();
        heartbeats.close();
        synchronized (this) {
            isClosed = true;
            if (nextRenewalCheck != null) {
                nextRenewalCheck.cancel(false);
            }
        }
    }

    private Success carryOut(Command command) throws CommandFailure, IOException, InterruptedException {
        try {
            return machine.handle(command);
        } finally {
            switch (command.getBodyCase()) {
                case APPLY, START_JOBS, STOP_JOBS -> heartbeats.look();
                default -> {}
            }
        }
    }

    private final class Ears implements DirectorStream.Listener {
        @Override
        public Hello hello() throws IOException {
            return machine.introduction().toBuilder()
                    .setAgentId(member.agentId())
                    .setProtocolVersion(PROTOCOL_VERSION)
                    .setJobState(heartbeats.last().state())
                    .addAllUnacknowledged(desk.unacknowledged())
                    .build();
        }

        @Override
        public void received(ToAgent message) {
            switch (message.getMessageCase()) {
                case WELCOME ->
                    threads.run(() -> {
                        configure(message.getWelcome().getSettings());
                        heartbeats.greet();
                        askForRenewal();
                    });
                case COMMAND -> desk.receive(message.getCommand());
                case ACKNOWLEDGED -> desk.acknowledged(message.getAcknowledged().getCommandId());
                case SETTINGS -> threads.run(() -> configure(message.getSettings()));
                case CERTIFICATE_RENEWAL -> threads.run(() -> take(message.getCertificateRenewal()));
                case MESSAGE_NOT_SET -> LOG.debug("agent {}: a message that it does not know", member.agentId());
            }
        }
    }

    private void configure(Settings changed) {
        heartbeats.interval(changed.getHeartbeatIntervalMillis());
        stream.endpoints(changed.getDirectorEndpointsList());
        machine.blobsLiveAt(changed.getBlobsAddress());
    }

    private void take(CertificateRenewal renewal) {
        if (!isClosed() && identity.accept(renewal)) {
            reconnect("the certificate is renewed until " + identity.get().end());
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private void askForRenewal() {
        identity.request()
                .ifPresent(request -> send(
                        FromAgent.newBuilder().setCertificateRequest(request).build()));
    }

    private synchronized void checkRenewalLater() {
        if (!isClosed) {
            nextRenewalCheck = threads.later(RENEWAL_CHECK, () -> {
                checkRenewalLater();
                askForRenewal();
            });
        }
    }
}
