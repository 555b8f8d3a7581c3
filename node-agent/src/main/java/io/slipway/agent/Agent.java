package io.slipway.agent;

import io.slipway.agent.blob.BlobClient;
import io.slipway.agent.boot.BootSequence;
import io.slipway.agent.command.CommandDesk;
import io.slipway.agent.command.CommandFailure;
import io.slipway.agent.compile.PackageCompiler;
import io.slipway.agent.disk.Disks;
import io.slipway.agent.dns.DnsRecords;
import io.slipway.agent.dns.NameService;
import io.slipway.agent.job.DrainScripts;
import io.slipway.agent.job.Errands;
import io.slipway.agent.job.JobInstaller;
import io.slipway.agent.job.LifecycleScripts;
import io.slipway.agent.job.PackageInstaller;
import io.slipway.agent.job.SpecStore;
import io.slipway.agent.journal.Journal;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.logs.LogBundler;
import io.slipway.agent.monit.JobSupervisor;
import io.slipway.agent.settings.AgentSettings;
import io.slipway.agent.ssh.SshAccounts;
import io.slipway.agent.stream.DirectorStream;
import io.slipway.agent.stream.Identity;
import io.slipway.agent.stream.RenewedIdentity;
import io.slipway.agent.vitals.HealthReporter;
import io.slipway.agent.vitals.VitalsReader;
import io.slipway.protocol.agent.v1.Hello;
import io.slipway.protocol.agent.v1.Settings;
import io.slipway.protocol.agent.v1.ToAgent;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent of one VM, wired together. Closing it leaves the jobs as they are. */
public final class Agent implements AutoCloseable, DirectorStream.Listener {
    static final int PROTOCOL_VERSION = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private static final long RENEWAL_CHECK_MINUTES = 60;

    /** A director is back within seconds of its death; one that was away for longer sends its command anew. */
    private static final Duration TRANSFER_PATIENCE = Duration.ofSeconds(30);

    private final AgentSettings settings;
    private final RenewedIdentity identity;
    private final SpecStore specs;
    private final JobSupervisor jobs;
    private final BootSequence.Boot boot;
    private final BootSequence bootSequence;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("timer").factory());
    private final HealthReporter health;
    private final CommandDesk desk;
    private final DirectorStream stream;
    private final DnsRecords dns;
    private final NameService names;

    private Agent(Layout layout) throws IOException {
        settings = AgentSettings.read(layout.settingsFile());
        identity = RenewedIdentity.load(settings, layout.identityFile(), Clock.systemUTC());
        var folders = new Folders(layout.root());
        var sockets = new LazySockets(identity);
        var blobs = new BlobClient(sockets::get, TRANSFER_PATIENCE);
        var packages = new PackageInstaller(layout, blobs, folders);
        var installer = new JobInstaller(layout, blobs, folders, packages);
        var scripts = new LifecycleScripts(layout);
        var disks = new Disks(layout);
        var vitals = new VitalsReader(layout);
        dns = new DnsRecords(layout, blobs, folders);
        names = new NameService(layout, dns, timer);
        specs = new SpecStore(layout);
        jobs = new JobSupervisor(layout);
        bootSequence = new BootSequence(layout, folders, specs, disks, installer, scripts, jobs);
        boot = bootSequence.identify();
        stream = new DirectorStream(
                identity, settings.directorName(), settings.directorEndpoints(), this, new SecureRandom());
        health = new HealthReporter(
                jobs, vitals, stream, Clock.systemUTC(), () -> specs.current().isPresent(), () -> !ready.isDone());
        var commands = new Commands(
                specs,
                installer,
                scripts,
                new DrainScripts(layout),
                new Errands(layout),
                jobs,
                disks,
                new PackageCompiler(layout, blobs, folders, packages),
                new LogBundler(layout, blobs),
                new SshAccounts(layout, Clock.systemUTC(), timer),
                dns,
                health,
                vitals);
        desk = new CommandDesk(Journal.open(layout.journal()), stream, commands, ready, timer);
    }

    /** Starts the agent of the VM whose root is the layout's. Returns at once; the agent lives until it is closed. */
    public static Agent start(Layout layout) throws IOException {
        var agent = new Agent(layout);
        agent.desk.answerInterrupted();
        agent.names.start();
        agent.stream.start();
        agent.comeUp();
        agent.health.start();
        agent.timer.scheduleWithFixedDelay(
                agent::askForRenewal, RENEWAL_CHECK_MINUTES, RENEWAL_CHECK_MINUTES, TimeUnit.MINUTES);
        return agent;
    }

    private void askForRenewal() {
        try {
            identity.request().ifPresent(stream::send);
        } catch (RuntimeException failure) {
            LOG.error("no new certificate could be asked for: {}", failure.getMessage(), failure);
        }
    }

    private void comeUp() {
        if (!boot.isNew() || specs.current().isEmpty()) {
            ready.complete(null);
            return;
        }
        Thread.ofPlatform().daemon().name("boot").start(() -> {
            try {
                bootSequence.recover();
            } catch (CommandFailure | IOException | InterruptedException | RuntimeException e) {
                LOG.error("the jobs did not come back after the boot: {}", e.getMessage(), e);
            }
            ready.complete(null);
            health.look();
        });
    }

    /** TLS for blobs, made when the first blob is fetched, and anew when the certificate was. */
    private static final class LazySockets {
        private final Supplier<Identity> identity;
        private @Nullable Identity usedBy;
        private @Nullable SSLSocketFactory made;

        LazySockets(Supplier<Identity> identity) {
            this.identity = identity;
        }

        synchronized SSLSocketFactory get() {
            var present = identity.get();
            if (made == null || present != usedBy) {
                made = present.sslContext().getSocketFactory();
                usedBy = present;
            }
            return made;
        }
    }

    @Override
    public Hello hello() throws IOException {
        var hello = Hello.newBuilder()
                .setAgentId(settings.agentId())
                .setBootId(boot.id())
                .setProtocolVersion(PROTOCOL_VERSION)
                .setAgentVersion(version())
                .setJobState(health.last().state())
                .setDnsVersion(dns.version())
                .setDnsHealthVersion(dns.healthVersion())
                .addAllUnacknowledged(desk.unacknowledged());
        specs.current().ifPresent(hello::setAppliedSpec);
        return hello.build();
    }

    @Override
    public void received(ToAgent message) {
        switch (message.getMessageCase()) {
            case WELCOME -> {
                configure(message.getWelcome().getSettings());
                health.beatSoon();
                timer.execute(this::askForRenewal);
            }
            case CERTIFICATE_RENEWAL -> {
                if (identity.accept(message.getCertificateRenewal())) {
                    stream.reconnect();
                }
            }
            case COMMAND -> desk.receive(message.getCommand());
            case ACKNOWLEDGED -> desk.acknowledged(message.getAcknowledged().getCommandId());
            case SETTINGS -> configure(message.getSettings());
            default -> LOG.debug("a message that this agent does not know: {}", message.getMessageCase());
        }
    }

    private void configure(Settings changed) {
        health.interval(changed.getHeartbeatIntervalMillis());
        stream.endpoints(changed.getDirectorEndpointsList());
    }

    private static String version() {
        var version = Agent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void close() {
        stream.close();
        names.close();
        health.close();
        desk.close();
        timer.shutdownNow();
    }
}
