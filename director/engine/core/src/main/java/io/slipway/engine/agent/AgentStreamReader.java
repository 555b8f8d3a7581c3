package io.slipway.engine.agent;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.CommandResult;
import io.slipway.protocol.agent.v1.Failure;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import io.slipway.protocol.agent.v1.Welcome;
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

    /** Of no fault of the command's. */
    private static final Set<Failure.Code> REPEATABLE = Set.of(Failure.Code.INTERRUPTED, Failure.Code.UNREACHABLE);

    private final ActorSystem<?> system;
    private final AgentDirectory directory;
    private final AgentWatch watch;
    private final AgentCertificates certificates;
    private final String certifiedId;
    private final String directorUuid;
    private final Settings settings;
    private final StreamObserver<ToAgent> toAgent;
    private @Nullable AgentId agent;
    private @Nullable ActorRef<SessionCommand> session;

    AgentStreamReader(
            ActorSystem<?> system,
            AgentDirectory directory,
            AgentWatch watch,
            AgentCertificates certificates,
            String certifiedId,
            String directorUuid,
            Settings settings,
            StreamObserver<ToAgent> toAgent) {
        this.system = system;
        this.directory = directory;
        this.watch = watch;
        this.certificates = certificates;
        this.certifiedId = certifiedId;
        this.directorUuid = directorUuid;
        this.settings = settings;
        this.toAgent = toAgent;
    }

    @Override
    public void onNext(FromAgent message) {
        if (message.hasHello()) {
            greet(message.getHello());
            return;
        }
        AgentId known = agent;
        if (known == null) {
            refuse(Status.FAILED_PRECONDITION.withDescription("the first message must be hello"));
            return;
        }
        switch (message.getMessageCase()) {
            case HEARTBEAT -> directory.deliver(known, beat(message.getHeartbeat()));
            case RESULT -> answered(known, message.getResult());
            case ALERT ->
                LOG.info(
                        "alert from agent {}: {}",
                        certifiedId,
                        message.getAlert().getTitle());
            case PROGRESS ->
                LOG.debug("agent {}: {}", certifiedId, message.getProgress().getMessage());
            case CERTIFICATE_REQUEST ->
                renew(message.getCertificateRequest().getPkcs10Der().toByteArray());
            case ACCEPTED, HELLO, MESSAGE_NOT_SET ->
                LOG.debug("agent {} sent {}", certifiedId, message.getMessageCase());
        }
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("stream of agent {} broke: {}", certifiedId, failure.toString());
        end();
    }

    @Override
    public void onCompleted() {
        end();
        try {
            toAgent.onCompleted();
        } catch (RuntimeException alreadyClosed) {
            LOG.debug("stream of agent {} was closed already", certifiedId);
        }
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
                AgentSession.of(certifiedId, toAgent),
                "agent-" + certifiedId + "-" + Long.toHexString(System.nanoTime()),
                Props.empty());
        session = opened;
        var results = hello.getUnacknowledgedList().stream()
                .map(AgentStreamReader::resultOf)
                .toList();
        directory.deliver(
                parsed, new AgentEvent.Connected(certifiedId, hello.getBootId(), hello.getJobState(), results, opened));
        watch.connected(parsed, hello, opened);
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

    private void end() {
        var opened = session;
        session = null;
        if (opened != null && agent != null) {
            watch.left(opened);
            directory.deliver(agent, new AgentEvent.Lost(certifiedId, opened));
            opened.tell(new SessionCommand.Close("the stream ended"));
        }
    }

    private void refuse(Status status) {
        toAgent.onError(status.asRuntimeException());
    }

    private AgentEvent.Beat beat(Heartbeat heartbeat) {
        return new AgentEvent.Beat(
                certifiedId,
                heartbeat.getJobState(),
                HeartbeatShape.vitals(heartbeat),
                HeartbeatShape.processes(heartbeat),
                heartbeat.getTimeMillis());
    }

    private static AgentResult resultOf(CommandResult result) {
        if (result.hasFailure()) {
            var failure = result.getFailure();
            String message = failure.getMessage().isBlank() ? failure.getCode().name() : failure.getMessage();
            String tail = failure.getOutputTail().strip();
            return new AgentResult(
                    result.getCommandId(),
                    tail.isEmpty() ? message : message + "\n" + tail,
                    REPEATABLE.contains(failure.getCode()),
                    new byte[0]);
        }
        return new AgentResult(
                result.getCommandId(), "", false, result.getSuccess().toByteArray());
    }
}
