package io.slipway.server;

import io.slipway.cpi.AgentSettings;
import io.slipway.cpi.CallContext;
import io.slipway.cpi.Cpi;
import io.slipway.cpi.CpiException;
import io.slipway.cpi.CpiFactory;
import io.slipway.cpi.CpiFailure;
import io.slipway.engine.BlobLinks;
import io.slipway.engine.Cpis;
import io.slipway.engine.Engine;
import io.slipway.engine.EngineServices;
import io.slipway.engine.EngineSettings;
import io.slipway.engine.agent.AgentCertificates;
import io.slipway.engine.agent.AgentGateway;
import io.slipway.engine.agent.AgentIdentities;
import io.slipway.engine.blob.BlobSigner;
import io.slipway.engine.catalog.CompiledPackageCatalog;
import io.slipway.engine.certificate.DirectorCa;
import io.slipway.engine.certificate.Issued;
import io.slipway.engine.compile.CompiledPackages;
import io.slipway.engine.config.ConfigStore;
import io.slipway.engine.config.ConfigStore.ConfigRow;
import io.slipway.engine.logs.LogCollector;
import io.slipway.engine.naming.NameService;
import io.slipway.engine.network.ManagedNetworkService;
import io.slipway.engine.output.TaskOutputs;
import io.slipway.engine.secret.EncryptionKey;
import io.slipway.engine.storage.ConfiguredCpis;
import io.slipway.engine.store.Database;
import io.slipway.engine.store.DatabaseSettings;
import io.slipway.engine.template.TemplateRenderer;
import io.slipway.engine.variable.VariableResolver;
import io.slipway.engine.variable.VariableStore;
import io.slipway.http.DirectorApi;
import io.slipway.http.DirectorApi.DirectorInfo;
import io.slipway.http.Endpoint;
import io.slipway.http.HttpServer;
import io.slipway.http.auth.Users;
import io.slipway.http.blob.BlobEndpoints;
import io.slipway.http.director.CertificateEndpoints;
import io.slipway.kubernetes.ClusterService;
import io.slipway.kubernetes.ClusterServices;
import io.slipway.kubernetes.JdbiClusterRows;
import io.slipway.kubernetes.PlansFile;
import io.slipway.model.config.CpiDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.Materializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One director node, wired by hand: the only place where all parts are known. */
final class Director implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Director.class);
    private static final String AGENT_FACING_NAME = "director.slipway.internal";
    private static final String DIRECTOR_NAME = "slipway";
    private static final Duration BLOB_LINK_VALIDITY = Duration.ofHours(2);
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final int MAX_THREADS = 32;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable ActorSystem<Void> system;

    private List<Endpoint> endpoints = List.of();

    private Director() {}

    /** Starts everything; what was started is stopped again where something fails. */
    static Director start(ServerSettings settings) throws IOException, ServerSettings.Invalid {
        var director = new Director();
        try {
            var renderer = director.keep(TemplateRenderer.startInBackground());
            director.wire(settings, cpi(settings), renderer);
            return director;
        } catch (IOException | ServerSettings.Invalid | RuntimeException failure) {
            director.close();
            throw failure;
        }
    }

    /** As {@link #start(ServerSettings)}, over this infrastructure, and with a renderer that outlives it. */
    static Director start(ServerSettings settings, Cpi builtIn, TemplateRenderer renderer)
            throws IOException, ServerSettings.Invalid {
        var director = new Director();
        try {
            director.wire(settings, builtIn, renderer);
            return director;
        } catch (IOException | ServerSettings.Invalid | RuntimeException failure) {
            director.close();
            throw failure;
        }
    }

    /** The actor system, for those in this process who look on. */
    ActorSystem<Void> system() {
        return Objects.requireNonNull(system, "a director that has not started");
    }

    static Cpi cpi(ServerSettings settings) throws IOException {
        var known = new ArrayList<String>();
        for (CpiFactory factory : ServiceLoader.load(CpiFactory.class)) {
            known.add(factory.name());
            if (factory.name().equals(settings.cpiName())) {
                return open(settings, factory, factory.name(), settings.cpiProperties());
            }
        }
        throw new CpiException(
                new CpiFailure.InvalidRequest("cpi.name is '" + settings.cpiName() + "': expected one of " + known));
    }

    private static Cpi open(ServerSettings settings, CpiFactory factory, String name, Map<String, Object> properties)
            throws IOException {
        Path directory = settings.dataDirectory().resolve("cpi-" + name);
        Files.createDirectories(directory);
        return factory.create(settings.uuid(), directory, properties);
    }

    private static ConfiguredCpis cpis(ServerSettings settings, Cpi builtIn, Stores stores) {
        return new ConfiguredCpis(
                new ConfiguredCpis.BuiltIn(settings.cpiName(), builtIn),
                stores.configs(),
                stores.variables()::get,
                (definition, secrets) -> external(settings, definition, secrets));
    }

    /** Any of a CPI config is an executable. */
    private static Cpi external(ServerSettings settings, CpiDefinition definition, Set<String> secrets) {
        for (CpiFactory factory : ServiceLoader.load(CpiFactory.class)) {
            if (factory.name().equals("external")) {
                try {
                    // A name may hold what a file's name cannot.
                    String directory = "external-" + URLEncoder.encode(definition.name(), StandardCharsets.UTF_8);
                    return open(
                            settings,
                            factory,
                            directory,
                            Map.of(
                                    "exec_path", definition.execPath(),
                                    "properties", definition.properties(),
                                    "secrets", List.copyOf(secrets)));
                } catch (IOException failure) {
                    throw new UncheckedIOException("no directory for CPI '" + definition.name() + "'", failure);
                }
            }
        }
        throw new CpiException(new CpiFailure.InvalidRequest("this director was built without external CPIs"));
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

    private void wire(ServerSettings settings, Cpi builtIn, TemplateRenderer renderer)
            throws IOException, ServerSettings.Invalid {
        var clock = Clock.systemUTC();
        Files.createDirectories(settings.dataDirectory());
        var key = new EncryptionKey(settings.encryptionKey());
        var ca = DirectorCa.loadOrCreate(settings.dataDirectory().resolve("ca"), key, clock);
        var database = keep(Database.open(databaseOf(settings)));
        var stores = Stores.over(
                database.jdbi(), settings.dataDirectory(), key, keep(new TaskOutputs(database.jdbi())), clock);
        var signer = new BlobSigner(key.derive("blob addresses"), settings.blobsBaseUrl(), clock);
        var cpis = keep(cpis(settings, builtIn, stores));
        var resolver = new VariableResolver(stores.variables(), DIRECTOR_NAME, settings.certificates(), clock);
        var naming = keep(stores.naming(links(signer)));
        var sources = stores.planSources(resolver, renderer, naming);
        var rows = stores.rows();
        var networks = new ManagedNetworkService(stores.networks(), cpis, stores.audit(), clock);
        var engine = keep(Engine.start(
                engineSettings(settings, database.settings()),
                new Engine.Parts(
                        cpis,
                        identities(settings, ca),
                        links(signer),
                        naming.watching(rows),
                        networks,
                        rows,
                        rows,
                        compiledPackages(stores.compiled()),
                        stores.compilations(),
                        sources,
                        new LogCollector.Storage(links(signer), stores.blobs(), stores.logBundles(), stores.imports()),
                        stores.audit(),
                        clock)));
        system = engine.system();
        listenForAgents(settings, ca, engine, naming);
        naming.start();
        var clusters = clusters(settings, database, engine, stores.configs(), stores.variables(), resolver);
        var materializer = Materializer.createMaterializer(engine.system());
        var features = new Features(engine, stores, networks, sources, cpis, materializer, clock)
                .all(clusters, settings.resurrection());
        var certificate = ca.issueServer("slipway director", settings.tlsNames(), List.of());
        features.add(new CertificateEndpoints(
                Map.of("ca", ca.caPem(), "api", certificate.certificatePem()), clock, engine.blocking()));
        var metrics = keep(new Metrics(engine));
        var api = new DirectorApi(
                new DirectorInfo(DIRECTOR_NAME, settings.uuid(), version(), settings.cpiName()),
                users(settings),
                new BlobEndpoints(stores.blobs(), signer, materializer, engine.blocking()).endpoints(),
                features,
                metrics::text,
                materializer,
                engine.blocking());
        listenForClients(settings, ca, certificate, engine, api);
        endpoints = api.endpoints();
        engine.blocking().execute(() -> powerOn(cpis));
        LOG.info("director {} answers on {}:{}", settings.uuid(), settings.bindAddress(), settings.port());
    }

    private static void powerOn(Cpis cpis) {
        try {
            cpis.of("", CallContext.SILENT).powerOnAll();
        } catch (RuntimeException failure) {
            LOG.error("not all VMs could be powered on: {}", failure.getMessage());
        }
    }

    private void listenForAgents(ServerSettings settings, DirectorCa ca, Engine engine, NameService naming)
            throws IOException {
        var certificate = ca.issueServer(AGENT_FACING_NAME, List.of(AGENT_FACING_NAME), List.of());
        keep(AgentGateway.start(
                engine.system(),
                engine.agentDirectory(),
                naming.agents(),
                (agentId, pkcs10) -> new AgentCertificates.Renewed(ca.renewAgent(agentId, pkcs10), ca.caPem()),
                new AgentGateway.GatewaySettings(
                        settings.bindAddress(),
                        settings.agentPort(),
                        certificate.certificatePem(),
                        certificate.privateKeyPem(),
                        ca.caPem(),
                        settings.uuid(),
                        HEARTBEAT)));
    }

    private void listenForClients(
            ServerSettings settings, DirectorCa ca, Issued certificate, Engine engine, DirectorApi api)
            throws IOException {
        keep(HttpServer.start(
                engine.system(),
                new HttpServer.HttpSettings(
                        settings.bindAddress(),
                        settings.port(),
                        certificate.certificatePem(),
                        certificate.privateKeyPem()),
                api));
        Path caFile = settings.caFile();
        if (caFile.getParent() != null) {
            Files.createDirectories(caFile.getParent());
        }
        Files.writeString(caFile, ca.caPem());
    }

    private static ClusterService clusters(
            ServerSettings settings,
            Database database,
            Engine engine,
            ConfigStore configs,
            VariableStore variables,
            VariableResolver resolver)
            throws ServerSettings.Invalid {
        var services = new ClusterServices(
                engine.deployments(),
                engine.tasks(),
                engine.addresses(),
                new JdbiClusterRows(database.jdbi()),
                engine.blocking(),
                ClusterServices.Timings.DEFAULT);
        try {
            return ClusterService.start(
                    engine.system(),
                    PlansFile.read(settings.plans()),
                    services,
                    (deployment, name) -> variables.get(resolver.absoluteName(deployment, name)),
                    () -> configs.current("cloud").stream()
                            .map(ConfigRow::content)
                            .toList());
        } catch (PlansFile.InvalidPlans invalid) {
            throw new ServerSettings.Invalid(settings.plans(), "plans", String.valueOf(invalid.getMessage()));
        }
    }

    private static DatabaseSettings databaseOf(ServerSettings settings) {
        return settings.database()
                .map(given -> new DatabaseSettings(given.url(), given.user(), given.password()))
                .orElseGet(() -> DatabaseSettings.embedded(settings.dataDirectory()));
    }

    private static EngineSettings engineSettings(ServerSettings settings, DatabaseSettings database) {
        return new EngineSettings(
                settings.uuid(),
                DIRECTOR_NAME,
                "127.0.0.1",
                0,
                database.url(),
                database.user(),
                database.password(),
                MAX_THREADS,
                settings.tasks().workers(),
                settings.tasks().urgentWorkers(),
                settings.tasks().kept(),
                EngineServices.Timeouts.DEFAULT,
                settings.growDisksInPlace());
    }

    private static AgentIdentities identities(ServerSettings settings, DirectorCa ca) {
        return (agentId, environmentJson) -> {
            var issued = ca.issueAgent(agentId);
            return new AgentSettings(
                    agentId,
                    settings.agentEndpoints(),
                    AGENT_FACING_NAME,
                    ca.caPem(),
                    issued.certificatePem(),
                    issued.privateKeyPem(),
                    environmentJson);
        };
    }

    private static BlobLinks links(BlobSigner signer) {
        return new BlobLinks() {
            @Override
            public String download(String sha256) {
                return signer.download(sha256, BLOB_LINK_VALIDITY);
            }

            @Override
            public String upload(String uploadKey) {
                return signer.upload(uploadKey, BLOB_LINK_VALIDITY);
            }
        };
    }

    private static CompiledPackages compiledPackages(CompiledPackageCatalog catalog) {
        return new CompiledPackages() {
            @Override
            public Optional<String> find(String fingerprint, String stemcell, String dependencyKey) {
                return catalog.find(fingerprint, stemcell, dependencyKey);
            }

            @Override
            public Optional<String> findClosest(String fingerprint, String stemcell, String dependencyKey) {
                return catalog.findClosest(fingerprint, stemcell, dependencyKey);
            }

            @Override
            public void record(
                    String fingerprint, String stemcell, String dependencyKey, String sha256, long sizeBytes) {
                catalog.put(fingerprint, stemcell, dependencyKey, sha256, sizeBytes);
            }
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
