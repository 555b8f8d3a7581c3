package io.slipway.engine.agent;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slipway.engine.AgentListener;
import io.slipway.protocol.agent.v1.Alert;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
import io.slipway.store.PlainText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one agent's stream. gRPC calls it from one thread at a time. */
final class AgentStreamReader implements StreamObserver<FromAgent> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStreamReader.class);

    /** Of a state, a boot id, a title. */
    private static final int LONGEST_WORD = 255;

    private static final int LONGEST_SUMMARY = 4 * 1024;
    /** It ends up in a task's result, which people read. */
    private static final int LONGEST_FAILURE = 64 * 1024;

    /** Of no fault of the command's. */
    private static final Set<Failure.Code> REPEATABLE = Set.of(Failure.Code.INTERRUPTED, Failure.Code.UNREACHABLE);

    private final ActorSystem<?> system;
    private final AgentDirectory directory;
    private final AgentSessions sessions;
    private final AgentWatch watch;
    private final AgentCertificates certificates;
    private final String certifiedId;
    private final String directorUuid;
    private final Settings settings;
    private final StreamObserver<ToAgent> toAgent;
    private @Nullable AgentId agent;
    /** Also ended by who finds the agent silent, on another thread. */
    private volatile @Nullable ActorRef<SessionCommand> session;

    AgentStreamReader(
            ActorSystem<?> system,
            AgentDirectory directory,
            AgentSessions sessions,
            AgentWatch watch,
            AgentCertificates certificates,
            String certifiedId,
            String directorUuid,
            Settings settings,
            StreamObserver<ToAgent> toAgent) {
        this.system = system;
        this.directory = directory;
        this.sessions = sessions;
        this.watch = watch;
        this.certificates = certificates;
        this.certifiedId = certifiedId;
        this.directorUuid = directorUuid;
        this.settings = settings;
        this.toAgent = toAgent;
    }

    @Override
    public void onNext(FromAgent message) {
        AgentId known = agent;
        if (message.hasHello()) {
            if (known == null) {
                greet(message.getHello());
            } else {
                LOG.warn("agent {} said hello twice in one stream, which is closed", certifiedId);
                end("hello is said once");
            }
            return;
        }
        if (known == null) {
            refuse(Status.FAILED_PRECONDITION.withDescription("the first message must be hello"));
            return;
        }
        switch (message.getMessageCase()) {
            case HEARTBEAT -> heard(known, beat(message.getHeartbeat()));
            case RESULT -> answered(known, message.getResult());
            case ALERT -> alerted(known, message.getAlert());
            case PROGRESS ->
                LOG.debug(
                        "agent {}: {}",
                        certifiedId,
                        PlainText.clean(message.getProgress().getMessage(), LONGEST_WORD));
            case CERTIFICATE_REQUEST ->
                renew(message.getCertificateRequest().getPkcs10Der().toByteArray());
            case ACCEPTED, HELLO, MESSAGE_NOT_SET ->
                LOG.debug("agent {} sent {}", certifiedId, message.getMessageCase());
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("stream of agent {} broke: {}", certifiedId, failure.toString());
        end("the stream ended");
    }

    @Override
    public void onCompleted() {
        if (agent == null) {
            refuse(Status.FAILED_PRECONDITION.withDescription("the stream ended before hello"));
        }
        end("the stream ended");
    }

    private void greet(Hello hello) {
        if (!hello.getAgentId().equals(certifiedId)) {
            LOG.warn("an agent with the certificate of {} said that it was {}", certifiedId, hello.getAgentId());
            refuse(Status.UNAUTHENTICATED.withDescription("the certificate names another agent id"));
            return;
        }
        AgentId parsed;
        try {
            parsed = AgentId.parse(certifiedId);
        } catch (IllegalArgumentException unknown) {
            refuse(Status.FAILED_PRECONDITION.withDescription("this agent id is not of this director"));
            return;
        }
        agent = parsed;
        toAgent.onNext(ToAgent.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(AgentGateway.PROTOCOL_VERSION)
                        .setDirectorUuid(directorUuid)
                        .setSettings(settings))
                .build());
        var opened = system.systemActorOf(
                AgentSession.of(certifiedId, toAgent, watch),
                "agent-" + certifiedId + "-" + Long.toHexString(System.nanoTime()),
                Props.empty());
        session = opened;
        watch.connected(parsed, hello, opened);
        String bootId = PlainText.clean(hello.getBootId(), LONGEST_WORD);
        String jobState = PlainText.clean(hello.getJobState(), LONGEST_WORD);
        sessions.opened(parsed, bootId, jobState, opened, this::end);
        var results = hello.getUnacknowledgedList().stream()
                .map(AgentStreamReader::resultOf)
                .toList();
        directory.deliver(parsed, new AgentEvent.Connected(certifiedId, bootId, jobState, results, opened));
    }

    private void heard(AgentId known, AgentEvent.Beat beat) {
        var opened = session;
        if (opened != null) {
            sessions.heard(known, opened, beat);
        }
        directory.deliver(known, beat);
    }

    private void alerted(AgentId known, Alert alert) {
        String title = PlainText.clean(alert.getTitle(), LONGEST_WORD);
        LOG.info("alert from agent {}: {}", certifiedId, title);
        sessions.alerted(
                known,
                new AgentListener.Report(
                        PlainText.clean(alert.getId(), LONGEST_WORD),
                        alert.getSeverity(),
                        title,
                        PlainText.clean(alert.getSummary(), LONGEST_SUMMARY),
                        alert.getTimeMillis()));
    }

    private void answered(AgentId known, CommandResult result) {
        var opened = session;
        if (opened != null && watch.answered(opened, result)) {
            opened.tell(new SessionCommand.Acknowledge(result.getCommandId()));
        } else {
            directory.deliver(known, new AgentEvent.Answered(certifiedId, resultOf(result)));
        }
    }

    private void renew(byte[] pkcs10) {
        var opened = session;
        try {
            var renewed = certificates.renew(certifiedId, pkcs10);
            if (opened != null) {
                opened.tell(new SessionCommand.Renew(renewed.certificatePem(), renewed.caPem()));
                LOG.info("the certificate of agent {} is renewed", certifiedId);
            }
        } catch (IllegalArgumentException invalid) {
            LOG.warn("agent {} asked for a certificate: {}", certifiedId, invalid.getMessage());
        }
    }

    /** From its first hello on, a stream is written to and closed by its session alone. */
    private void end(String why) {
        ActorRef<SessionCommand> opened;
        synchronized (this) {
            opened = session;
            session = null;
        }
        if (opened != null && agent != null) {
            sessions.closed(opened);
            watch.left(opened);
            directory.deliver(agent, new AgentEvent.Lost(certifiedId, opened));
            opened.tell(new SessionCommand.Close(why));
        }
    }

    private void refuse(Status status) {
        toAgent.onError(status.asRuntimeException());
    }

    private AgentEvent.Beat beat(Heartbeat heartbeat) {
        return new AgentEvent.Beat(
                certifiedId,
                PlainText.clean(heartbeat.getJobState(), LONGEST_WORD),
                HeartbeatShape.vitals(heartbeat),
                HeartbeatShape.processes(heartbeat),
                heartbeat.getTimeMillis(),
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }

    private static AgentResult resultOf(CommandResult result) {
        if (result.hasFailure()) {
            var failure = result.getFailure();
            String message = failure.getMessage().isBlank() ? failure.getCode().name() : failure.getMessage();
            String tail = failure.getOutputTail().strip();
            return new AgentResult(
                    result.getCommandId(),
                    PlainText.clean(tail.isEmpty() ? message : message + "\n" + tail, LONGEST_FAILURE),
                    REPEATABLE.contains(failure.getCode()),
                    new byte[0]);
        }
        return new AgentResult(
                result.getCommandId(), "", false, result.getSuccess().toByteArray());
    }
}
