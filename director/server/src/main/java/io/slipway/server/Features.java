package io.slipway.server;

import io.slipway.engine.Cpis;
import io.slipway.engine.Engine;
import io.slipway.engine.cleanup.ArtifactUses;
import io.slipway.engine.cleanup.CleanUpService;
import io.slipway.engine.cleanup.OrphanDiskService;
import io.slipway.engine.cleanup.OrphanedVmService;
import io.slipway.engine.cleanup.UseByConfigs;
import io.slipway.engine.cleanup.UseByDeployments;
import io.slipway.engine.deployment.DiskChangeService;
import io.slipway.engine.deployment.ManifestDiffs;
import io.slipway.engine.deployment.ProblemService;
import io.slipway.engine.deployment.VmDeletionService;
import io.slipway.engine.disk.SnapshotService;
import io.slipway.engine.export.ExportedReleases;
import io.slipway.engine.logs.LogService;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.resurrection.ResurrectionService;
import io.slipway.engine.resurrection.ResurrectionSettings;
import io.slipway.engine.resurrection.Resurrector;
import io.slipway.engine.ssh.SshService;
import io.slipway.engine.storage.StoredPlanSources;
import io.slipway.engine.upload.UploadService;
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
import org.apache.pekko.stream.Materializer;

/** The features of the API, each over the engine's services that it needs. */
final class Features {
    /** As BOSH: every five minutes what was replaced is deleted. */
    private static final Duration ORPHANED_VMS = Duration.ofMinutes(5);

    private final Engine engine;
    private final Stores stores;
    private final ManagedNetworkService networks;
    private final StoredPlanSources sources;
    private final Cpis cpis;
    private final Materializer materializer;
    private final Clock clock;
    private final Executor blocking;

    Features(
            Engine engine,
            Stores stores,
            ManagedNetworkService networks,
            StoredPlanSources sources,
            Cpis cpis,
            Materializer materializer,
            Clock clock) {
        this.engine = engine;
        this.stores = stores;
        this.networks = networks;
        this.sources = sources;
        this.cpis = cpis;
        this.materializer = materializer;
        this.clock = clock;
        this.blocking = engine.blocking();
    }

    List<Feature> all(ClusterService clusters, ResurrectionSettings graces) {
        var all = new ArrayList<Feature>();
        all.add(new TaskEndpoints(engine.tasks(), blocking));
        all.add(new ConfigEndpoints(stores.configs(), stores.audit(), blocking));
        all.add(new DeploymentConfigEndpoints(engine.deployments(), stores.configs(), blocking));
        all.add(new EventEndpoints(stores.events(), blocking));
        all.add(new ResourceEndpoints(stores.blobs(), blocking));
        all.add(new ClusterEndpoints(clusters, blocking));
        all.add(new NetworkEndpoints(networks, engine.tasks(), blocking));
        engine.repeat(Duration.ofMinutes(30), networks::removeExpired);
        all.addAll(uploads(clusters.defaults()));
        all.addAll(deployments(resurrection(graces)));
        all.addAll(instances());
        all.add(snapshots());
        all.add(new LinkEndpoints(stores.linkGraph(), stores.dnsNumbers(), engine.deployments(), blocking));
        return all;
    }

    private List<Feature> uploads(ClusterDefaults plans) {
        var uses = new ArtifactUses(
                new UseByDeployments(engine.deployments()::list, stores.rows()::instances),
                new UseByConfigs(stores.configs(), stores.releases()),
                new UseByPlans(plans, stores.releases(), stores.stemcells()));
        var uploads = new UploadService(
                engine.tasks(),
                stores.releases(),
                stores.releaseImport(),
                stores.stemcells(),
                stores.compiled(),
                uses,
                cpis,
                stores.imports());
        var disks = new OrphanDiskService(engine.tasks(), stores.orphans(), stores.snapshots(), cpis, clock);
        engine.repeat(Duration.ofHours(1), disks::removeExpired);
        var orphans = new OrphanedVmService(
                stores.orphanedVms(),
                cpis,
                lease -> engine.addresses().release(lease).toCompletableFuture().join(),
                stores.audit());
        engine.repeat(ORPHANED_VMS, orphans::removeAll);
        var exports = new ExportedReleases(stores.blobs(), stores.logBundles());
        var places = new CleanUpService.Places(
                uploads, uses, stores.releases(), stores.stemcells(), disks, orphans, cpis, exports);
        var archives = new ArchiveReceiver(stores.incoming(), materializer, blocking);
        return List.of(
                new ReleaseEndpoints(uploads, engine.deployments(), archives, blocking),
                new StemcellEndpoints(uploads, archives, blocking),
                new CleanUpEndpoints(new CleanUpService(engine.tasks(), places), blocking),
                new DiskEndpoints(disks, new DiskChangeService(engine.tasks(), engine.deployments(), disks), blocking),
                new OrphanedVmEndpoints(orphans, blocking));
    }

    private Feature snapshots() {
        var snapshots = new SnapshotService(engine.tasks(), engine.deployments(), stores.snapshots(), cpis, clock);
        engine.repeat(Duration.ofMinutes(10), snapshots::settleFailed);
        return new SnapshotEndpoints(snapshots, blocking);
    }

    private List<Feature> deployments(ResurrectionService resurrection) {
        var problems =
                new ProblemService(engine.tasks(), engine.deployments(), stores.problems(), engine.agents(), cpis);
        var vms = new VmDeletionService(engine.system(), engine.tasks(), engine.deployments(), cpis, stores.audit());
        return List.of(
                new ResurrectionEndpoints(resurrection, engine.deployments(), blocking),
                new VmEndpoints(vms, blocking),
                new DeploymentEndpoints(
                        engine.deployments(),
                        engine.tasks(),
                        new ManifestDiffs(stores.rows(), sources),
                        resurrection,
                        blocking),
                new ErrandEndpoints(engine.deployments(), sources.catalog(), blocking),
                new VariableEndpoints(engine.deployments(), stores.variables(), clock, blocking),
                new ProblemEndpoints(problems, engine.deployments(), blocking));
    }

    private ResurrectionService resurrection(ResurrectionSettings graces) {
        var service =
                new ResurrectionService(engine.deployments(), stores.configs(), stores.settings(), stores.audit());
        var resurrector =
                new Resurrector(engine.deployments(), engine.tasks(), service, cpis, stores.audit(), clock, graces);
        engine.repeat(graces.interval(), resurrector::look);
        return service;
    }

    private List<Feature> instances() {
        var ssh = new SshService(engine.tasks(), engine.deployments(), engine.agents(), stores.audit(), clock);
        var logs = new LogService(engine.tasks(), engine.deployments(), engine.logs());
        return List.of(
                new InstanceEndpoints(engine.deployments(), blocking),
                new SshEndpoints(ssh, blocking),
                new LogEndpoints(logs, engine.deployments(), blocking));
    }
}
