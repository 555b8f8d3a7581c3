package io.slipway.agent;

import io.grpc.okhttp.OkHttpChannelBuilder;
import io.slipway.agent.blob.BlobFiles;
import io.slipway.agent.boot.BootSequence;
import io.slipway.agent.compile.PackageCompiler;
import io.slipway.agent.core.DirectorClient;
import io.slipway.agent.core.Threads;
import io.slipway.agent.core.blob.BlobClient;
import io.slipway.agent.core.command.CommandFailure;
import io.slipway.agent.core.command.CommandJournal;
import io.slipway.agent.core.command.Interference;
import io.slipway.agent.core.stream.DirectorStream;
import io.slipway.agent.core.stream.Transport;
import io.slipway.agent.disk.Disks;
import io.slipway.agent.dns.DnsRecords;
import io.slipway.agent.dns.NameService;
import io.slipway.agent.identity.IdentityFile;
import io.slipway.agent.job.DrainScripts;
import io.slipway.agent.job.Errands;
import io.slipway.agent.job.JobInstaller;
import io.slipway.agent.job.LifecycleScripts;
import io.slipway.agent.job.PackageInstaller;
import io.slipway.agent.job.SpecStore;
import io.slipway.agent.layout.Folders;
import io.slipway.agent.layout.Layout;
import io.slipway.agent.logs.LogBundler;
import io.slipway.agent.monit.JobSupervisor;
import io.slipway.agent.settings.AgentSettings;
import io.slipway.agent.ssh.SshAccounts;
import io.slipway.agent.vitals.JobHealth;
import io.slipway.agent.vitals.VitalsReader;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The agent of one VM, wired together. Closing it leaves the jobs as they are. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Transport OK_HTTP = (host, port, identity) ->
            OkHttpChannelBuilder.forAddress(host, port).sslSocketFactory(identity.sockets());

    private final SpecStore specs;
    private final BootSequence.Boot boot;
    private final BootSequence bootSequence;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("timer").factory());
    private final Threads threads = new Threads(
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("worker-", 0).factory()),
            timer);
    private final NameService names;
    private final DirectorClient client;

    private Agent(Layout layout) throws IOException {
        timer.setRemoveOnCancelPolicy(true);
        var settings = AgentSettings.read(layout.settingsFile());
        var identity = new IdentityFile(layout.identityFile()).load(settings);
        var folders = new Folders(layout.root());
        var blobClient = new BlobClient(() -> identity.get().sockets(), BlobClient.PATIENCE);
        var blobs = new BlobFiles(blobClient);
        var packages = new PackageInstaller(layout, blobs, folders);
        var installer = new JobInstaller(layout, blobs, folders, packages);
        var scripts = new LifecycleScripts(layout);
        var disks = new Disks(layout);
        var vitals = new VitalsReader(layout);
        var dns = new DnsRecords(layout, blobs, folders);
        names = new NameService(layout, dns, timer);
        specs = new SpecStore(layout);
        var jobs = new JobSupervisor(layout);
        bootSequence = new BootSequence(layout, folders, specs, disks, installer, scripts, jobs);
        boot = bootSequence.identify();
        var health = new JobHealth(jobs, vitals, () -> specs.current().isPresent(), () -> !ready.isDone());
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
                ready);
        client = new DirectorClient(
                new DirectorStream.Member(settings.agentId(), settings.directorName(), settings.directorEndpoints()),
                new Node(boot.id(), specs, dns, health, commands, blobClient),
                identity,
                CommandJournal.open(layout.commandJournal(), CommandJournal.Outlives.MACHINE),
                new DirectorClient.Surroundings(threads, OK_HTTP, Interference.NONE, Level.INFO));
    }

    /** Starts the agent of the VM whose root is the layout's. Returns at once; the agent lives until it is closed. */
    public static Agent start(Layout layout) throws IOException {
        var agent = new Agent(layout);
        agent.names.start();
        if (agent.isUp()) {
            agent.ready.complete(null);
        }
        agent.client.start();
        if (!agent.isUp()) {
            agent.threads.run(agent::comeUp);
        }
        return agent;
    }

    /** Whether nothing has to be brought up: the jobs run on, or there are none. */
    private boolean isUp() {
        return !boot.isNew() || specs.current().isEmpty();
    }

    private void comeUp() {
        try {
            bootSequence.recover();
        } catch (CommandFailure | IOException | InterruptedException | RuntimeException e) {
            LOG.error("the jobs did not come back after the boot: {}", e.getMessage(), e);
        }
        ready.complete(null);
        client.look();
    }

    @Override
    public void close() {
        client.close();
        names.close();
        threads.close();
    }
}
