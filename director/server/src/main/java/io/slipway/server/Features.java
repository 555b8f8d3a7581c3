package io.slipway.server;

import io.slipway.engine.Audit;
import io.slipway.engine.Cpis;
import io.slipway.engine.Engine;
import io.slipway.engine.address.Lease;
import io.slipway.engine.artifact.ArtifactUses;
import io.slipway.engine.artifact.UseByConfigs;
import io.slipway.engine.artifact.UseByDeployments;
import io.slipway.engine.blob.BlobExchange;
import io.slipway.engine.cleanup.CleanUpService;
import io.slipway.engine.cleanup.OrphanDiskService;
import io.slipway.engine.cleanup.OrphanedVmService;
import io.slipway.engine.config.ConfigReader;
import io.slipway.engine.config.ConfigService;
import io.slipway.engine.config.ManifestDiffs;
import io.slipway.engine.disk.DiskChangeService;
import io.slipway.engine.disk.SnapshotService;
import io.slipway.engine.errand.ErrandList;
import io.slipway.engine.event.AuditChain;
import io.slipway.engine.event.AuditTrail;
import io.slipway.engine.export.ExportedReleases;
import io.slipway.engine.link.LinkService;
import io.slipway.engine.logs.LogService;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.problem.ProblemService;
import io.slipway.engine.resurrection.ResurrectionService;
import io.slipway.engine.ssh.SshService;
import io.slipway.engine.state.Stores;
import io.slipway.engine.upload.UploadService;
import io.slipway.engine.variable.VariableService;
import io.slipway.engine.vm.VmDeletionService;
import io.slipway.http.Feature;
import io.slipway.http.blob.ResourceEndpoints;
import io.slipway.http.cleanup.CleanUpEndpoints;
import io.slipway.http.cleanup.OrphanedVmEndpoints;
import io.slipway.http.config.ConfigEndpoints;
import io.slipway.http.config.DeploymentConfigEndpoints;
import io.slipway.http.deployment.DeploymentEndpoints;
import io.slipway.http.deployment.ErrandEndpoints;
import io.slipway.http.deployment.InstanceEndpoints;
import io.slipway.http.deployment.LogEndpoints;
import io.slipway.http.deployment.ProblemEndpoints;
import io.slipway.http.deployment.ResurrectionEndpoints;
import io.slipway.http.deployment.SshEndpoints;
import io.slipway.http.deployment.VariableEndpoints;
import io.slipway.http.deployment.VmEndpoints;
import io.slipway.http.disk.DiskEndpoints;
import io.slipway.http.disk.SnapshotEndpoints;
import io.slipway.http.event.AuditEndpoints;
import io.slipway.http.event.EventEndpoints;
import io.slipway.http.kubernetes.ClusterEndpoints;
import io.slipway.http.link.LinkEndpoints;
import io.slipway.http.network.NetworkEndpoints;
import io.slipway.http.task.TaskEndpoints;
import io.slipway.http.upload.ArchiveReceiver;
import io.slipway.http.upload.ReleaseEndpoints;
import io.slipway.http.upload.StemcellEndpoints;
import io.slipway.kubernetes.ClusterDefaults;
import io.slipway.kubernetes.ClusterService;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.stream.Materializer;

/** The features of the API, each over the engine's services that it needs. */
final class Features {
    /** As BOSH: every five minutes what was replaced is deleted. */
    private static final Duration ORPHANED_VMS = Duration.ofMinutes(5);

    private final Engine engine;
    private final Stores stores;
    private final Audit audit;
    private final AuditChain chain;
    private final BlobExchange blobs;
    private final ManagedNetworkService networks;
    private final Cpis cpis;
    private final Materializer materializer;
    private final Clock clock;
    private final Executor blocking;

    Features(
            Engine engine,
            Stores stores,
            Audit audit,
            AuditChain chain,
            BlobExchange blobs,
            ManagedNetworkService networks,
            Cpis cpis,
            Materializer materializer,
            Clock clock) {
        this.engine = engine;
        this.stores = stores;
        this.audit = audit;
        this.chain = chain;
        this.blobs = blobs;
        this.networks = networks;
        this.cpis = cpis;
        this.materializer = materializer;
        this.clock = clock;
        this.blocking = engine.blocking();
    }

    List<Feature> all(ClusterService clusters, ResurrectionService resurrection) {
        var configs = new ConfigService(stores.configs(), audit);
        var all = new ArrayList<Feature>();
        all.add(new TaskEndpoints(engine.tasks(), blocking));
        all.add(new ConfigEndpoints(configs, blocking));
        all.add(new DeploymentConfigEndpoints(engine.deployments(), configs, blocking));
        all.add(new EventEndpoints(new AuditTrail(stores.events()), blocking));
        all.add(new AuditEndpoints(chain, blocking));
        all.add(new ResourceEndpoints(blobs, blocking));
        all.add(new ClusterEndpoints(clusters, audit, blocking));
        all.add(new NetworkEndpoints(networks, engine.tasks(), blocking));
        engine.care(Duration.ofMinutes(30), networks::removeExpired);
        all.addAll(uploads(clusters::defaults));
        all.addAll(deployments(resurrection));
        all.addAll(instances());
        all.add(snapshots());
        var links = new LinkService(stores.secrets().linkGraph(), stores.names().numbers());
        all.add(new LinkEndpoints(links, engine.deployments(), blocking));
        return all;
    }

    private List<Feature> uploads(Supplier<ClusterDefaults> plans) {
        var catalogs = stores.catalogs();
        var uses = new ArtifactUses(
                new UseByDeployments(engine.deployments()::list, engine.instanceRows()::all),
                new UseByConfigs(stores.configs(), catalogs.releases()),
                new UseByPlans(plans, catalogs));
        var uploads = new UploadService(
                engine.tasks(),
                catalogs,
                uses,
                cpis,
                stores.archives(),
                stores.folders().imports());
        var infrastructure = stores.infrastructure();
        var disks =
                new OrphanDiskService(engine.tasks(), infrastructure.disks(), infrastructure.snapshots(), cpis, clock);
        engine.care(Duration.ofHours(1), disks::removeExpired);
        var vms = new OrphanedVmService(infrastructure.vms(), cpis, this::release, audit);
        engine.care(ORPHANED_VMS, vms::removeAll);
        var exports = new ExportedReleases(stores.bundleBlobs(), stores.bundles());
        var cleanUps = new CleanUpService(engine.tasks(), uploads, uses, catalogs, disks, vms, cpis, exports);
        var archives = new ArchiveReceiver(uploads, materializer, blocking);
        var changes = new DiskChangeService(engine.tasks(), engine.deployments(), engine.deployments(), disks);
        return List.of(
                new ReleaseEndpoints(uploads, engine.deployments(), archives, blocking),
                new StemcellEndpoints(uploads, archives, blocking),
                new CleanUpEndpoints(cleanUps, blocking),
                new DiskEndpoints(disks, changes, blocking),
                new OrphanedVmEndpoints(vms, blocking));
    }

    private void release(String lease) {
        engine.addresses().release(Lease.parse(lease));
    }

    private Feature snapshots() {
        var snapshots = new SnapshotService(
                engine.tasks(), engine.deployments(), stores.infrastructure().snapshots(), cpis, clock);
        engine.care(Duration.ofMinutes(10), snapshots::settleFailed);
        return new SnapshotEndpoints(snapshots, blocking);
    }

    private List<Feature> deployments(ResurrectionService resurrection) {
        var problems = new ProblemService(
                engine.tasks(),
                engine.deployments(),
                engine.deployments(),
                engine.instances(),
                stores.problems(),
                engine.agents(),
                cpis);
        var vms = new VmDeletionService(engine.tasks(), engine.deployments(), engine.instances(), cpis, audit);
        var configs = new ConfigReader(stores.configs());
        return List.of(
                new ResurrectionEndpoints(resurrection, engine.deployments(), blocking),
                new VmEndpoints(vms, blocking),
                new DeploymentEndpoints(
                        engine.deployments(),
                        engine.tasks(),
                        new ManifestDiffs(engine.deploymentRows(), configs, stores.catalogs()),
                        resurrection,
                        blocking),
                new ErrandEndpoints(engine.deployments(), new ErrandList(configs, stores.catalogs()), blocking),
                new VariableEndpoints(
                        engine.deployments(),
                        new VariableService(stores.secrets().variables()),
                        clock,
                        blocking),
                new ProblemEndpoints(problems, engine.deployments(), blocking));
    }

    private List<Feature> instances() {
        var ssh = new SshService(engine.tasks(), engine.deployments(), engine.agents(), audit, clock);
        var logs = new LogService(engine.tasks(), engine.deployments(), engine.logs());
        return List.of(
                new InstanceEndpoints(engine.deployments(), audit, blocking),
                new SshEndpoints(ssh, blocking),
                new LogEndpoints(logs, engine.deployments(), blocking));
    }
}
