package io.slipway.engine.state;

import io.slipway.model.manifest.StemcellRef;
import io.slipway.model.plan.Catalog;
import io.slipway.model.plan.ReleaseVersion;
import io.slipway.model.plan.StemcellVersion;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.secrets.input.RunInputs;
import io.slipway.secrets.input.TaskOrders;
import io.slipway.secrets.link.LinkGraphStore;
import io.slipway.secrets.link.SharedLinkStore;
import io.slipway.secrets.variable.VariableStore;
import io.slipway.store.StateRows;
import io.slipway.store.blob.AgentUploads;
import io.slipway.store.blob.BlobAreas;
import io.slipway.store.blob.Blobs;
import io.slipway.store.blob.Folders;
import io.slipway.store.blob.LogBundles;
import io.slipway.store.blob.ReceivedArchives;
import io.slipway.store.catalog.CompiledPackageCatalog;
import io.slipway.store.catalog.OpenCompilations;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.catalog.ReleaseImport;
import io.slipway.store.catalog.StemcellCatalog;
import io.slipway.store.config.ConfigStore;
import io.slipway.store.dns.DnsNumberStore;
import io.slipway.store.dns.DnsVersionStore;
import io.slipway.store.errand.ErrandRuns;
import io.slipway.store.event.ChainKey;
import io.slipway.store.event.EventStore;
import io.slipway.store.managed.ManagedNetworkStore;
import io.slipway.store.member.MemberStore;
import io.slipway.store.member.TaskRunners;
import io.slipway.store.orphan.OrphanDiskStore;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.output.TaskOutputs;
import io.slipway.store.problem.ProblemStore;
import io.slipway.store.setting.DirectorSettings;
import io.slipway.store.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * All that is kept in the database and on disk.
 *
 * @param bundleBlobs what was made for somebody, kept apart from what VMs are made of
 * @param bundles until when that is kept
 */
public record Stores(
        StateRows rows,
        TaskOutputs outputs,
        Blobs blobs,
        ConfigStore configs,
        Catalogs catalogs,
        Secrets secrets,
        Infrastructure infrastructure,
        Names names,
        Blobs bundleBlobs,
        LogBundles bundles,
        AgentUploads agentUploads,
        ReceivedArchives archives,
        ProblemStore problems,
        ErrandRuns errands,
        DirectorSettings settings,
        EventStore events,
        MemberStore members,
        TaskRunners runners,
        WorkFolders folders) {

    /** The areas of the blobs. */
    public static final List<String> AREAS = List.of("blobs", "bundles", ReceivedArchives.AREA);

    /** What was uploaded and compiled. */
    public record Catalogs(
            ReleaseCatalog releases,
            ReleaseImport releaseImport,
            StemcellCatalog stemcells,
            CompiledPackageCatalog compiled,
            OpenCompilations compilations)
            implements Catalog {
        @Override
        public Optional<ReleaseVersion> release(String name, String version) {
            return releases.find(name, version);
        }

        @Override
        public Optional<StemcellVersion> stemcell(StemcellRef wanted) {
            return stemcells.resolve(wanted);
        }
    }

    /** What is sealed with the operator's key. */
    public record Secrets(
            VariableStore variables,
            SharedLinkStore links,
            LinkGraphStore linkGraph,
            RunInputs inputs,
            TaskOrders orders) {}

    /** What the infrastructures have besides instances' own VMs and disks. */
    public record Infrastructure(
            OrphanDiskStore disks, OrphanedVmStore vms, SnapshotStore snapshots, ManagedNetworkStore networks) {}

    /** What names of instances are made of. */
    public record Names(DnsNumberStore numbers, DnsVersionStore versions) {}

    /**
     * Folders of this node.
     *
     * @param imports for files that are being taken in
     */
    public record WorkFolders(Path imports) {}

    /** @param areas where blobs are kept */
    public static Stores over(
            Jdbi jdbi,
            MemberStore members,
            BlobAreas areas,
            Path dataDirectory,
            EncryptionKey key,
            TaskOutputs outputs,
            Clock clock)
            throws IOException {
        var folders = new WorkFolders(dataDirectory.resolve("imports"));
        Folders.clearLeftovers(folders.imports());
        // Where directors of earlier versions put what clients sent.
        Folders.delete(dataDirectory.resolve("incoming"));
        var blobs = areas.area("blobs");
        var releases = new ReleaseCatalog(jdbi, blobs);
        var compiled = new CompiledPackageCatalog(jdbi, blobs);
        return new Stores(
                new StateRows(jdbi),
                outputs,
                blobs,
                new ConfigStore(jdbi, clock),
                new Catalogs(
                        releases,
                        new ReleaseImport(jdbi, blobs, releases, compiled),
                        new StemcellCatalog(jdbi),
                        compiled,
                        new OpenCompilations(jdbi)),
                new Secrets(
                        new VariableStore(jdbi, key),
                        new SharedLinkStore(jdbi, key),
                        new LinkGraphStore(jdbi, clock),
                        new RunInputs(jdbi, key),
                        new TaskOrders(key)),
                new Infrastructure(
                        new OrphanDiskStore(jdbi),
                        new OrphanedVmStore(jdbi),
                        new SnapshotStore(jdbi),
                        new ManagedNetworkStore(jdbi)),
                new Names(new DnsNumberStore(jdbi), new DnsVersionStore(jdbi)),
                areas.area("bundles"),
                new LogBundles(jdbi),
                new AgentUploads(jdbi),
                new ReceivedArchives(jdbi, areas),
                new ProblemStore(jdbi),
                new ErrandRuns(jdbi),
                new DirectorSettings(jdbi),
                new EventStore(jdbi, new ChainKey(key.derive("audit trail"))),
                members,
                new TaskRunners(jdbi),
                folders);
    }
}
