package io.slipway.cpi.simulated.agent;

import io.slipway.cpi.AgentSettings;
import io.slipway.protocol.agent.v1.Alert;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.FromAgent;
import io.slipway.protocol.agent.v1.Heartbeat;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of an agent, from its start to its crash or the VM's power-off. */
final class AgentProcess implements DirectorLink.Listener, CommandDesk.Outside {
    private static final Logger LOG = LoggerFactory.getLogger(AgentProcess.class);
    private static final int PROTOCOL_VERSION = 1;
    private static final int CRITICAL = 2;

    private final AgentHost host;
    private final AgentSettings settings;
    private final VmModel model;
    private final SimulatedAgent agent;
    private final CommandDesk desk;
    private final DirectorLink link;
    private volatile long intervalMillis = 30_000;
    private volatile VmModel.Report last;
    private volatile boolean isDead;
    private volatile boolean wasTalking;
    private @Nullable Future<?> nextBeat;
    private @Nullable Future<?> nextLook;

    AgentProcess(AgentHost host, AgentSettings settings, VmModel model, Path journal, SimulatedAgent agent) {
        this.host = host;
        this.settings = settings;
        this.model = model;
        this.agent = agent;
        var state = model.state();
        String ca = state.caPem().isEmpty() ? settings.caPem() : state.caPem();
        link = new DirectorLink(host, settings.agentId(), identity(), settings.directorEndpoints(), this);
        desk = new CommandDesk(
                host,
                model.hardware(),
                CommandJournal.open(journal),
                new Orders(model, () -> host.authority(ca).blobs(), host.faults(), this::look),
                this);
        last = model.report();
        wasTalking = isTalking();
    }

    private DirectorLink.Identity identity() {
        var state = model.state();
        return new DirectorLink.Identity(
                settings.directorName(),
                state.caPem().isEmpty() ? settings.caPem() : state.caPem(),
                state.certificatePem().isEmpty() ? settings.certificatePem() : state.certificatePem(),
                settings.privateKeyPem());
    }

    void start() {
        desk.answerInterrupted();
        link.start();
        lookAgain();
    }

    /** As kill -9 does: whatever runs is cut short, and nobody is told. */
    void kill() {
        isDead = true;
        desk.die();
        link.close();
        synchronized (this) {
            cancel(nextBeat);
            cancel(nextLook);
        }
    }

    boolean isConnected() {
        return link.isWelcomed();
    }

    void dropStream() {
        link.drop("it was told to");
    }

    @Override
    public Hello hello() {
        var hello = Hello.newBuilder()
                .setAgentId(settings.agentId())
                .setBootId(model.state().bootId())
                .setProtocolVersion(PROTOCOL_VERSION)
                .setAgentVersion("simulated")
                .setJobState(model.report().state())
                .setDnsVersion(model.state().dnsVersion())
                .addAllUnacknowledged(desk.unacknowledged());
        model.spec().ifPresent(hello::setAppliedSpec);
        return hello.build();
    }

    @Override
    public void received(ToAgent message) {
        switch (message.getMessageCase()) {
            case WELCOME -> {
                configure(message.getWelcome().getSettings());
                // Spread over the interval, so that the beats of thousands of agents do not come all at once.
                beatIn(ThreadLocalRandom.current().nextLong(intervalMillis));
                host.run(() -> {
                    beat();
                    renewCertificate();
                });
            }
            case COMMAND -> desk.receive(message.getCommand());
            case ACKNOWLEDGED -> desk.acknowledged(message.getAcknowledged().getCommandId());
            case SETTINGS -> configure(message.getSettings());
            case CERTIFICATE_RENEWAL -> {
                var renewal = message.getCertificateRenewal();
                host.run(() -> {
                    model.change(state -> state.renewed(renewal.getCertificatePem(), renewal.getCaPem()));
                    link.renew(identity());
                });
            }
            case MESSAGE_NOT_SET -> LOG.debug("agent {}: a message that it does not know", settings.agentId());
        }
    }

    private void configure(Settings changed) {
        if (changed.getHeartbeatIntervalMillis() > 0) {
            intervalMillis = changed.getHeartbeatIntervalMillis();
        }
        link.endpoints(changed.getDirectorEndpointsList());
    }

    @Override
    public boolean isReachable() {
        return !host.faults().isUnreachable(model.hardware().vm());
    }

    @Override
    public boolean isTalking() {
        return !host.faults().isSilent(model.hardware().vm());
    }

    /** A rule came or went. */
    void faultsChanged() {
        boolean isTalking = isTalking();
        if (!isReachable()) {
            link.drop("the network is cut");
        } else if (isTalking && !wasTalking) {
            // What was kept back is told by the next hello.
            link.drop("it talks again");
        } else {
            link.hurry();
        }
        wasTalking = isTalking;
        look();
    }

    @Override
    public void send(FromAgent message) {
        link.send(message);
    }

    @Override
    public void crash(Duration downFor) {
        agent.crash(downFor);
    }

    @Override
    public void performed(Command command) {
        agent.performed(command);
    }

    void alert(String title) {
        send(FromAgent.newBuilder()
                .setAlert(Alert.newBuilder()
                        .setId(UUID.randomUUID().toString())
                        .setSeverity(CRITICAL)
                        .setTitle(title)
                        .setSummary(title)
                        .setTimeMillis(System.currentTimeMillis()))
                .build());
    }

    /** Looks at the jobs, and beats where they changed. */
    void look() {
        var now = model.report();
        boolean hasChanged = now.differsFrom(last);
        last = now;
        if (hasChanged) {
            beat();
        }
        lookAgain();
    }

    /** Jobs that are starting now run a known while later. */
    private synchronized void lookAgain() {
        if (!isDead && last.state().equals("starting")) {
            cancel(nextLook);
            nextLook = host.later(model.untilRunning().plusMillis(1), this::look);
        }
    }

    private synchronized void beatIn(long millis) {
        cancel(nextBeat);
        if (!isDead) {
            nextBeat = host.later(Duration.ofMillis(millis), () -> {
                beat();
                beatIn(intervalMillis);
            });
        }
    }

    private void beat() {
        var report = model.report();
        send(FromAgent.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder()
                        .setJobState(report.state())
                        .addAllProcesses(report.processes())
                        .setVitals(model.vitals())
                        .setTimeMillis(System.currentTimeMillis()))
                .build());
    }

    private void renewCertificate() {
        try {
            var certificate = Trust.certificates(identity().certificatePem()).getFirst();
            if (CertificateRenewal.isDue(certificate, Instant.now())) {
                send(FromAgent.newBuilder()
                        .setCertificateRequest(CertificateRenewal.request(certificate, settings.privateKeyPem()))
                        .build());
            }
        } catch (GeneralSecurityException broken) {
            LOG.warn("agent {} cannot renew its certificate: {}", settings.agentId(), broken.getMessage());
        }
    }

    private static void cancel(@Nullable Future<?> scheduled) {
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }
}
