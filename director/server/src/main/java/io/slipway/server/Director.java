package io.slipway.server;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CallContext;
import io.slipway.engine.Cpis;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.Engine;
import io.slipway.engine.EngineServices;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.agent.AgentIdentities;
import io.slipway.engine.blob.BlobExchange;
import io.slipway.engine.cluster.CallsUnderWay;
import io.slipway.engine.cluster.DatabaseHistory;
import io.slipway.engine.cluster.Guard;
import io.slipway.engine.cluster.GuardedCpis;
import io.slipway.engine.cluster.Halt;
import io.slipway.engine.event.AuditChain;
import io.slipway.engine.naming.NameService;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.resurrection.ResurrectionService;
import io.slipway.engine.state.InstanceRows;
import io.slipway.engine.state.StoredAudit;
import io.slipway.engine.state.Stores;
import io.slipway.engine.variable.VariableService;
import io.slipway.health.HealthMonitor;
import io.slipway.health.watch.MonitorNode;
import io.slipway.http.DirectorApi;
import io.slipway.http.DirectorApi.DirectorInfo;
import io.slipway.http.Endpoint;
import io.slipway.http.auth.Users;
import io.slipway.http.blob.BlobEndpoints;
import io.slipway.http.director.CertificateEndpoints;
import io.slipway.http.metric.DiscoveryEndpoints;
import io.slipway.kubernetes.ClusterService;
import io.slipway.kubernetes.ClusterServices;
import io.slipway.kubernetes.JdbiClusterRows;
import io.slipway.kubernetes.PlanVersions;
import io.slipway.kubernetes.PlansFile;
import io.slipway.kubernetes.SharedPlans;
import io.slipway.secrets.certificate.DirectorCa;
import io.slipway.secrets.encryption.EncryptionKey;
import io.slipway.secrets.variable.VariableResolver;
import io.slipway.server.metric.EngineMeters;
import io.slipway.server.metric.FleetMetrics;
import io.slipway.server.metric.MeteredAgents;
import io.slipway.server.metric.MeteredBlobAreas;
import io.slipway.server.metric.MeteredCpis;
import io.slipway.server.metric.Metrics;
import io.slipway.server.metric.RequestMeters;
import io.slipway.store.Database;
import io.slipway.store.Timeline;
import io.slipway.store.alert.OpenAlerts;
import io.slipway.store.blob.BlobAreas;
import io.slipway.store.blob.BlobSigner;
import io.slipway.store.config.ConfigStore.ConfigRow;
import io.slipway.store.lease.Leases;
import io.slipway.store.ledger.CpiLedgers;
import io.slipway.store.member.DirectorAddresses;
import io.slipway.store.member.MemberStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import io.slipway.store.output.TaskOutputs;
import io.slipway.store.setting.ClusterSettings;
import io.slipway.templates.TemplateRenderer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One director node, wired by hand: the only place where all parts are known. */
final class Director implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Director.class);
    private static final String DIRECTOR_NAME = "slipway";
    private static final int MAX_THREADS = 32;
    /**
     * Raised, by a migration that changes the row as well, when directors of earlier versions cannot go on beside those of this
     * one: what these journal, the others could not read. Builds of one format may be mixed.
     */
    private static final String JOURNAL_FORMAT = "1";
    /** Between two looks whether another director has published plans. */
    private static final Duration PLANS_LOOK = Duration.ofSeconds(3);

    /** Others do not do the work of a silent director sooner than this after their patience has ended. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(1);

    /** Whoever removes the newest facts within such a time, before their end was told, can be found by nobody. */
    private static final Duration AUDIT_HEAD = Duration.ofMinutes(1);

    /** Between two times that a director tells where its API is; who was not heard of for three times as long is not told of. */
    private static final Duration ADDRESS = Duration.ofSeconds(30);

    private static final Duration ADDRESS_AGE = ADDRESS.multipliedBy(3);
    private static final Duration FLEET_COUNT = Duration.ofSeconds(15);
    private static final Duration AUDIT_REMOVAL = Duration.ofHours(1);
    private static final Duration TIDYING = Duration.ofMinutes(10);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable ActorSystem<Void> system;
    private List<Endpoint> endpoints = List.of();

    private final Halt halt;

    private Director(Halt halt) {
        this.halt = halt;
    }

    /** Starts everything; what was started is stopped again where something fails. */
    static Director start(ServerSettings settings) throws IOException, ServerSettings.Invalid {
        var director = new Director(Halt.ofThisProcess());
        try {
            var renderer = director.keep(TemplateRenderer.startInBackground());
            director.wire(settings, Infrastructures::builtIn, renderer);
            return director;
        } catch (IOException | ServerSettings.Invalid | RuntimeException | Error failure) {
            director.close();
            throw failure;
        }
    }

    /**
     * As {@link #start(ServerSettings)}, over this infrastructure, with a renderer that outlives it, and in a process that
     * outlives it, too.
     */
    static Director start(
            ServerSettings settings, Infrastructures.BuiltIn builtIn, TemplateRenderer renderer, Halt halt)
            throws IOException, ServerSettings.Invalid {
        var director = new Director(halt);
        try {
            director.wire(settings, builtIn, renderer);
            return director;
        } catch (IOException | ServerSettings.Invalid | RuntimeException | Error failure) {
            director.close();
            throw failure;
        }
    }

    /** The actor system, for those in this process who look on. */
    ActorSystem<Void> system() {
        return Objects.requireNonNull(system, "a director that has not started");
    }

    /** What the API offers to users. */
    List<Endpoint> endpoints() {
        return endpoints;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), failure.toString());
            }
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private void wire(ServerSettings settings, Infrastructures.BuiltIn builtIn, TemplateRenderer renderer)
            throws IOException, ServerSettings.Invalid {
        var clock = Clock.systemUTC();
        DataDirectory.makePrivate(settings.dataDirectory());
        var key = new EncryptionKey(settings.encryptionKey());
        keep(DatabaseHistory.open(
                settings.dataDirectory().resolve("database-timeline"), () -> Timeline.of(settings.database()), halt));
        var metrics = keep(new Metrics(version(), settings.cpiName()));
        var database = keep(Database.open(settings.database()));
        metrics.watch(database.dataSource());
        var alike = alike(settings, key);
        ClusterSettings.compare(database.jdbi(), alike);
        var ca = DirectorCa.loadOrCreate(
                database.jdbi(), settings.dataDirectory().resolve("ca"), key, clock);
        // Now it is known that the key is that of this database.
        ClusterSettings.agree(database.jdbi(), alike);
        var areas = new MeteredBlobAreas(
                keep(settings.blobs()
                        .open(database.jdbi(), settings.dataDirectory().resolve("copies"))),
                metrics.registry());
        var stores = Stores.over(
                database.jdbi(),
                new MemberStore(database.urgent()),
                areas,
                settings.dataDirectory(),
                key,
                keep(new TaskOutputs(database.jdbi())),
                clock);
        var signer = new BlobSigner(key.derive("blob addresses"), settings.blobsBaseUrl(), clock);
        var blobs = new BlobExchange(stores.blobs(), stores.bundleBlobs(), stores.agentUploads(), signer);
        var leases = keep(new Leases(database.jdbi(), NodeIdentity.name(settings.dataDirectory()), Leases.LASTING));
        var ledgers = new CpiLedgers(database.jdbi(), leases);
        Infrastructures.moveLedgers(settings, ledgers);
        var infrastructures = keep(Infrastructures.all(settings, builtIn.open(settings, ledgers), ledgers, stores));
        var guard = guard(settings);
        var calls = new CallsUnderWay();
        var cpis =
                new GuardedCpis(new MeteredCpis(infrastructures, settings.cpiName(), metrics.registry()), guard, calls);
        var resolver =
                new VariableResolver(stores.secrets().variables(), DIRECTOR_NAME, settings.certificates(), clock);
        var naming = keep(new NameService(
                stores.names().numbers(),
                stores.names().versions(),
                stores.blobs(),
                blobs,
                new InstanceRows(stores.rows())::all));
        var audit = new StoredAudit(stores.events(), clock);
        var chain =
                new AuditChain(stores.events(), audit, settings.dataDirectory().resolve("audit-head"), clock);
        chain.start();
        var networks = new ManagedNetworkService(stores.infrastructure().networks(), leases, cpis, audit, clock);
        var engine = keep(Engine.start(
                engineSettings(settings, NodeIdentity.write(settings.dataDirectory(), settings.cluster(), ca)),
                new Engine.Surroundings(
                        cpis,
                        identities(settings, ca),
                        blobs,
                        stores,
                        audit,
                        resolver,
                        renderer,
                        naming,
                        networks,
                        guard,
                        calls,
                        halt,
                        new EngineMeters(metrics.registry()),
                        clock)));
        system = engine.system();
        keep(Ports.listenForAgents(
                settings, ca, engine, new MeteredAgents(engine.agentDirectory(), metrics.registry(), clock), naming));
        naming.start();
        var plans = plans(settings, new PlanVersions(database.jdbi(), clock), leases.node());
        var clusters = clusters(plans, database, engine, stores, resolver);
        engine.alsoWake(clusters);
        engine.repeat(PLANS_LOOK, plans::refresh);
        var materializer = Materializer.createMaterializer(engine.system());
        var resurrection = new ResurrectionService(
                engine.deployments(), engine.deployments(), stores.configs(), stores.settings(), audit);
        var features = new Features(engine, stores, audit, chain, blobs, networks, cpis, materializer, clock)
                .all(clusters, resurrection);
        var certificate = ca.issueServer("slipway director", settings.tlsNames(), List.of());
        var own = Map.of("ca", ca.caPem(), "api", certificate.certificatePem());
        features.add(new CertificateEndpoints(own, clock, engine.blocking()));
        var addresses = new DirectorAddresses(database.jdbi(), clock);
        features.add(new DiscoveryEndpoints(() -> addresses.since(ADDRESS_AGE), clusters::list, engine.blocking()));
        countFleet(metrics, engine, clusters, chain, clock);
        var api = new DirectorApi(
                new DirectorInfo(DIRECTOR_NAME, settings.uuid(), version(), settings.cpiName()),
                users(settings),
                new BlobEndpoints(blobs, materializer, engine.blocking()).endpoints(),
                features,
                () -> unreadiness(engine, database),
                metrics::text,
                new RequestMeters(metrics.registry()),
                materializer,
                engine.blocking());
        keep(Ports.listenForClients(settings, ca, certificate, engine, api));
        endpoints = api.endpoints();
        keep(HealthMonitor.start(
                engine.system(),
                engine::repeat,
                new MonitorNode.Surroundings(
                        engine.deployments(),
                        engine.instanceRows()::all,
                        engine.tasks(),
                        resurrection,
                        cpis,
                        audit,
                        new CertificatesInUse(
                                engine.deployments(),
                                new VariableService(stores.secrets().variables()),
                                own)::all,
                        () -> stores.infrastructure().vms().list().stream()
                                .map(OrphanedVmRow::cid)
                                .collect(Collectors.toSet()),
                        new StoredAlerts(new OpenAlerts(database.jdbi())),
                        engine.sessions(),
                        engine.blocking(),
                        clock),
                settings.health()));
        engine.blocking().execute(() -> powerOn(cpis));
        engine.care(TIDYING, () -> tidy(areas, stores));
        Runnable tellAddress = () -> addresses.tell(leases.node(), settings.apiAddress());
        engine.blocking().execute(tellAddress);
        engine.repeat(ADDRESS, tellAddress);
        engine.repeat(AUDIT_HEAD, chain::tell);
        settings.auditAge().ifPresent(age -> engine.care(AUDIT_REMOVAL, () -> chain.removeOlderThan(age)));
        LOG.info(
                "director {} answers on {}, port {}",
                settings.uuid(),
                String.join(", ", settings.bindAddresses()),
                settings.port());
    }

    private static void countFleet(
            Metrics metrics, Engine engine, ClusterService clusters, AuditChain chain, Clock clock) {
        var fleet = new FleetMetrics(
                new FleetMetrics.Sources(
                        () -> engine.deployments().list().stream()
                                .map(DeploymentRow::name)
                                .toList(),
                        engine.instanceRows()::all,
                        engine.tasks()::open,
                        clusters::list,
                        () -> chain.head().map(AuditChain.Place::number).orElse(0L)),
                metrics.registry(),
                clock);
        engine.blocking().execute(fleet::count);
        engine.repeat(FLEET_COUNT, fleet::count);
    }

    /** One that is alone need not fear that others do its work. */
    private Guard guard(ServerSettings settings) {
        return settings.cluster().isReachable()
                ? keep(Guard.start(halt, settings.cluster().patience().plus(TAKE_OVER)))
                : Guard.none();
    }

    /** Why this director can do nothing now; empty where it can. */
    private static Optional<String> unreadiness(Engine engine, Database database) {
        if (!engine.isMember()) {
            return Optional.of("this director is not a member of the cluster");
        }
        return database.isReachable() ? Optional.empty() : Optional.of("the database does not answer");
    }

    /** What a director must have as all others of its database have it. */
    private static List<ClusterSettings.Setting> alike(ServerSettings settings, EncryptionKey key) {
        var alike = new ArrayList<ClusterSettings.Setting>(List.of(
                new ClusterSettings.Shown("uuid", settings.uuid()),
                new ClusterSettings.Secret(
                        "encryption_key", salt -> HexFormat.of().formatHex(key.derive("cluster settings " + salt))),
                new ClusterSettings.Shown("cpi.name", settings.cpiName()),
                new ClusterSettings.Shown("journal format", JOURNAL_FORMAT)));
        // One that is alone waits for nobody, and its database may become that of several.
        if (settings.cluster().isReachable()) {
            alike.add(new ClusterSettings.Shown(
                    "cluster.patience_ms",
                    Long.toString(settings.cluster().patience().toMillis())));
        }
        return alike;
    }

    private static void tidy(BlobAreas areas, Stores stores) {
        try {
            stores.archives().tidy();
            for (String area : Stores.AREAS) {
                areas.tidy(area);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void powerOn(Cpis cpis) {
        try {
            cpis.of("", CallContext.SILENT).powerOnAll();
        } catch (RuntimeException failure) {
            LOG.error("not all VMs could be powered on: {}", failure.getMessage());
        }
    }

    private static SharedPlans plans(ServerSettings settings, PlanVersions versions, String node)
            throws ServerSettings.Invalid {
        try {
            return SharedPlans.start(versions, node, settings.plans());
        } catch (PlansFile.InvalidPlans invalid) {
            throw new ServerSettings.Invalid(settings.plans(), "plans", String.valueOf(invalid.getMessage()));
        }
    }

    private static ClusterService clusters(
            SharedPlans plans, Database database, Engine engine, Stores stores, VariableResolver resolver) {
        var services = new ClusterServices(
                engine.deployments(),
                engine.tasks(),
                engine.addresses(),
                new JdbiClusterRows(database.jdbi()),
                stores.rows()::nextEpoch,
                engine.blocking(),
                ClusterServices.Timings.DEFAULT);
        return ClusterService.start(
                engine.system(),
                plans,
                services,
                (deployment, name) -> stores.secrets().variables().get(resolver.absoluteName(deployment, name)),
                () -> stores.configs().current("cloud").stream()
                        .map(ConfigRow::content)
                        .toList());
    }

    private static EngineSettings engineSettings(ServerSettings settings, EngineSettings.ClusterNode node) {
        return new EngineSettings(
                settings.uuid(),
                DIRECTOR_NAME,
                node,
                settings.database(),
                MAX_THREADS,
                settings.tasks(),
                EngineServices.Timeouts.DEFAULT,
                settings.growDisksInPlace(),
                settings.errandsOnStoppedInstances());
    }

    private static AgentIdentities identities(ServerSettings settings, DirectorCa ca) {
        return (agentId, environmentJson) -> {
            var issued = ca.issueAgent(agentId);
            return new AgentSettings(
                    agentId,
                    settings.agentEndpoints(),
                    Ports.AGENT_FACING_NAME,
                    ca.caPem(),
                    issued.certificatePem(),
                    issued.privateKeyPem(),
                    environmentJson);
        };
    }

    private static Users users(ServerSettings settings) {
        return new Users(settings.users().stream()
                .map(user -> new Users.Credential(user.name(), user.password(), user.role()))
                .toList());
    }

    private static String version() {
        String version = Director.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }
}
