package io.slipway.engine.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.slipway.protocol.agent.v1.CertificateRenewal;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.ResultAcknowledged;
import io.slipway.protocol.agent.v1.ToAgent;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one writer to an agent's stream. It lives as long as the stream does, on the node that took it. */
final class AgentSession {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

    private AgentSession() {}

    static Behavior<SessionCommand> of(String agentId, StreamObserver<ToAgent> stream, AgentWatch watch) {
        return Behaviors.receive((context, message) -> switch (message) {
            case SessionCommand.Send send -> {
                var command = commandOf(send);
                watch.ordered(context.getSelf(), command);
                yield write(
                        agentId,
                        stream,
                        ToAgent.newBuilder().setCommand(command).build());
            }
            case SessionCommand.Acknowledge acknowledge ->
                write(
                        agentId,
                        stream,
                        ToAgent.newBuilder()
                                .setAcknowledged(ResultAcknowledged.newBuilder().setCommandId(acknowledge.commandId()))
                                .build());
            case SessionCommand.Renew renew ->
                write(
                        agentId,
                        stream,
                        ToAgent.newBuilder()
                                .setCertificateRenewal(CertificateRenewal.newBuilder()
                                        .setCertificatePem(renew.certificatePem())
                                        .setCaPem(renew.caPem()))
                                .build());
            case SessionCommand.Close close -> {
                try {
                    stream.onError(
                            Status.UNAVAILABLE.withDescription(close.reason()).asRuntimeException());
                } catch (RuntimeException alreadyClosed) {
                    LOG.debug("stream of agent {} was closed already", agentId);
                }
                yield Behaviors.stopped();
            }
        });
    }

    private static Command commandOf(SessionCommand.Send send) {
        try {
            return Command.parseFrom(send.command());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalArgumentException("a command that this director serialized does not parse", broken);
        }
    }

    private static Behavior<SessionCommand> write(String agentId, StreamObserver<ToAgent> stream, ToAgent message) {
        try {
            stream.onNext(message);
            return Behaviors.same();
        } catch (RuntimeException closed) {
            LOG.debug("agent {} went away while being written to: {}", agentId, closed.toString());
            return Behaviors.stopped();
        }
    }
}
