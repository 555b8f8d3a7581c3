package io.slipway.cpi.simulated.agent;

import io.slipway.agent.core.DirectorClient;
import io.slipway.agent.core.Machine;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.CommandJournal;
import io.slipway.agent.core.health.JobReport;
import io.slipway.agent.core.identity.Identity;
import io.slipway.agent.core.identity.RenewableIdentity;
import io.slipway.agent.core.stream.DirectorStream;
import io.slipway.cpi.AgentSettings;
import io.slipway.protocol.agent.v1.Command;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Success;
import io.slipway.protocol.agent.v1.Vitals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.event.Level;

/** One life of an agent, from its start to its crash or the VM's power-off. */
final class AgentProcess implements Machine {
    private final AgentHost host;
    private final VmModel model;
    private final SimulatedAgent agent;
    private final RenewableIdentity identity;
    private final Orders orders;
    private final DirectorClient client;
    private volatile boolean wasTalking;

    /** Fails where the settings or the journal cannot be used. */
    AgentProcess(AgentHost host, AgentSettings settings, VmModel model, Path journal, SimulatedAgent agent)
            throws IOException {
        this.host = host;
        this.model = model;
        this.agent = agent;
        identity = new RenewableIdentity(
                settings.agentId(), identity(host, settings, model.state()), model::renew, Clock.systemUTC());
        var faulty = new FaultyCommands(
                host.faults(), () -> model.hardware().vm(), host.timings().command(), agent::crash);
        var network = new FaultyNetwork(host, () -> !isReachable(), () -> !isTalking());
        client = new DirectorClient(
                new DirectorStream.Member(settings.agentId(), settings.directorName(), settings.directorEndpoints()),
                this,
                identity,
                CommandJournal.open(journal, CommandJournal.Outlives.PROCESS),
                new DirectorClient.Surroundings(host.threads(), network, faulty, Level.DEBUG));
        orders = new Orders(model, () -> host.blobs(identity.get().authorities()), host.faults(), client);
        wasTalking = isTalking();
    }

    private static Identity identity(AgentHost host, AgentSettings settings, AgentState state) throws IOException {
        return state.certificatePem().isEmpty()
                ? Identity.ofPem(
                        host.authorities(settings.caPem()), settings.certificatePem(), settings.privateKeyPem())
                : Identity.ofPem(
                        host.authorities(state.caPem()),
                        state.certificatePem(),
                        state.privateKeyPem().isEmpty() ? settings.privateKeyPem() : state.privateKeyPem());
    }

    void start() throws IOException {
        client.start();
    }

    /** As kill -9 does: whatever runs is cut short, and nobody is told. */
    void kill() {
        client.close();
    }

    boolean isConnected() {
        return client.isWelcomed();
    }

    void dropStream() {
        client.reconnect("it was told to");
    }

    /** Looks at the jobs, and tells where they changed. */
    void look() {
        client.look();
    }

    /** A rule came or went. */
    void faultsChanged() {
        boolean isTalking = isTalking();
        if (!isReachable()) {
            client.reconnect("the network is cut");
        } else if (isTalking && !wasTalking) {
            // What was kept back is told by the next hello.
            client.reconnect("it talks again");
        } else {
            client.hurry();
        }
        wasTalking = isTalking;
        client.look();
    }

    private boolean isReachable() {
        return !host.faults().isUnreachable(model.hardware().vm());
    }

    private boolean isTalking() {
        return !host.faults().isSilent(model.hardware().vm());
    }

    @Override
    public void blobsLiveAt(String address) {
        host.blobs(identity.get().authorities()).liveAt(address);
    }

    @Override
    public Hello introduction() {
        var state = model.state();
        var hello = Hello.newBuilder()
                .setBootId(state.bootId())
                .setAgentVersion("simulated")
                .setDnsVersion(state.dnsVersion())
                .setDnsHealthVersion(state.dnsHealthVersion());
        state.spec().ifPresent(hello::setAppliedSpec);
        return hello.build();
    }

    @Override
    public Success handle(Command command) throws CommandFailure, IOException, InterruptedException {
        var success = orders.carryOut(command);
        agent.performed(command);
        return success;
    }

    @Override
    public JobReport report() {
        return model.report();
    }

    @Override
    public Vitals vitals() {
        return model.vitals();
    }

    /** Jobs that are starting run a known while later, and whoever does something to them says so. */
    @Override
    public Duration unchangedFor(JobReport report) {
        return report.state().equals("starting") ? model.untilRunning().plusMillis(1) : Duration.ofDays(1);
    }
}
