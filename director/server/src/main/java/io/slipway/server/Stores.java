package io.slipway.server;

import io.slipway.engine.BlobLinks;
import io.slipway.engine.blob.Blobstore;
import io.slipway.engine.blob.Folders;
import io.slipway.engine.blob.LogBundles;
import io.slipway.engine.catalog.CompiledPackageCatalog;
import io.slipway.engine.catalog.OpenCompilations;
import io.slipway.engine.catalog.ReleaseCatalog;
import io.slipway.engine.catalog.ReleaseImport;
import io.slipway.engine.catalog.StemcellCatalog;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.dns.DnsNumberStore;
import io.slipway.engine.dns.DnsVersionStore;
import io.slipway.engine.errand.ErrandRuns;
import io.slipway.engine.event.EventStore;
import io.slipway.engine.link.LinkGraphStore;
import io.slipway.engine.link.SharedLinkStore;
import io.slipway.engine.managed.ManagedNetworkStore;
import io.slipway.engine.naming.NameService;
import io.slipway.engine.orphan.OrphanDiskStore;
import io.slipway.engine.orphan.OrphanedVmStore;
import io.slipway.engine.output.TaskOutputs;
import io.slipway.engine.problem.ProblemStore;
import io.slipway.engine.secret.EncryptionKey;
import io.slipway.engine.setting.DirectorSettings;
import io.slipway.engine.snapshot.SnapshotStore;
import io.slipway.engine.storage.StoredAudit;
import io.slipway.engine.storage.StoredPlanSources;
import io.slipway.engine.storage.StoredRows;
import io.slipway.engine.store.StateRows;
import io.slipway.engine.template.TemplateRenderer;
import io.slipway.engine.variable.VariableResolver;
import io.slipway.engine.variable.VariableStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;

/**
 * All that is kept in the database and the blobstore.
 *
 * @param imports a folder for files that are being taken in
 * @param incoming a folder for what clients send
 */
record Stores(
        Blobstore blobs,
        ConfigStore configs,
        VariableStore variables,
        SharedLinkStore links,
        LinkGraphStore linkGraph,
        ReleaseCatalog releases,
        ReleaseImport releaseImport,
        StemcellCatalog stemcells,
        CompiledPackageCatalog compiled,
        OpenCompilations compilations,
        StoredRows rows,
        OrphanDiskStore orphans,
        SnapshotStore snapshots,
        OrphanedVmStore orphanedVms,
        DirectorSettings settings,
        ManagedNetworkStore networks,
        ProblemStore problems,
        ErrandRuns errands,
        EventStore events,
        StoredAudit audit,
        LogBundles logBundles,
        DnsNumberStore dnsNumbers,
        DnsVersionStore dnsVersions,
        Path imports,
        Path incoming) {

    static Stores over(Jdbi jdbi, Path dataDirectory, EncryptionKey key, TaskOutputs outputs, Clock clock)
            throws IOException {
        var imports = dataDirectory.resolve("imports");
        var incoming = dataDirectory.resolve("incoming");
        Folders.clearLeftovers(imports);
        Folders.clearLeftovers(incoming);
        var blobs = new Blobstore(dataDirectory.resolve("blobs"), jdbi);
        var orphans = new OrphanDiskStore(jdbi);
        var snapshots = new SnapshotStore(jdbi);
        var orphanedVms = new OrphanedVmStore(jdbi);
        var events = new EventStore(jdbi);
        var releases = new ReleaseCatalog(jdbi, blobs);
        var compiled = new CompiledPackageCatalog(jdbi, blobs);
        return new Stores(
                blobs,
                new ConfigStore(jdbi, clock),
                new VariableStore(jdbi, key),
                new SharedLinkStore(jdbi, key),
                new LinkGraphStore(jdbi, clock),
                releases,
                new ReleaseImport(jdbi, blobs, releases, compiled),
                new StemcellCatalog(jdbi),
                compiled,
                new OpenCompilations(jdbi),
                new StoredRows(new StateRows(jdbi), outputs, orphans, snapshots, orphanedVms),
                orphans,
                snapshots,
                orphanedVms,
                new DirectorSettings(jdbi),
                new ManagedNetworkStore(jdbi),
                new ProblemStore(jdbi),
                new ErrandRuns(jdbi),
                events,
                new StoredAudit(events, clock),
                new LogBundles(jdbi),
                new DnsNumberStore(jdbi),
                new DnsVersionStore(jdbi),
                imports,
                incoming);
    }

    NameService naming(BlobLinks links) {
        return new NameService(dnsNumbers, dnsVersions, blobs, links, rows::instances);
    }

    StoredPlanSources planSources(VariableResolver resolver, TemplateRenderer renderer, NameService naming) {
        return new StoredPlanSources(
                releases, stemcells, configs, variables, resolver, links, linkGraph, renderer, blobs, errands, problems,
                naming);
    }
}
