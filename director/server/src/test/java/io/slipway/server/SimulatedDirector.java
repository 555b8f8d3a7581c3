package io.slipway.server;

import io.slipway.cpi.Cpi;
import io.slipway.cpi.VmRequest;
import io.slipway.cpi.simulated.SimulatedCpi;
import io.slipway.cpi.simulated.SimulatedSettings;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.health.HealthSettings;
import io.slipway.secrets.variable.CertificatePolicy;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.FreePort;
import io.slipway.store.blob.BlobSettings;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole director in this JVM, over simulated VMs whose agents dial its gateway. It can die and come back on the same
 * data; the infrastructure goes on meanwhile, as clouds do.
 */
final class SimulatedDirector implements AutoCloseable {
    static final String PASSWORD = "secret";

    private ServerSettings settings;
    private final SimulatedCpi cpi;
    private final AtomicInteger lives = new AtomicInteger();
    private @Nullable Director director;
    private @Nullable Api api;
    private final List<VmRequest> requests = new CopyOnWriteArrayList<>();

    private SimulatedDirector(ServerSettings settings) throws IOException {
        this.settings = settings;
        Path infrastructure = settings.dataDirectory().resolveSibling("infrastructure");
        cpi = SimulatedCpi.open(Files.createDirectories(infrastructure), SimulatedSettings.DEFAULT, new Faults());
    }

    /** With a stemcell, a release and a cloud config; see {@link TinyRelease}. */
    static SimulatedDirector withRelease(Path folder, TaskLimits tasks) throws Exception {
        return withRelease(folder, tasks, Optional.empty());
    }

    /** As {@link #withRelease(Path, TaskLimits)}, in this database. */
    static SimulatedDirector withRelease(Path folder, TaskLimits tasks, Optional<DatabaseSettings> database)
            throws Exception {
        return withRelease(folder, tasks, database, new BlobSettings.Directory(folder.resolve("director"), false));
    }

    /** As {@link #withRelease(Path, TaskLimits, Optional)}, with blobs kept there. */
    static SimulatedDirector withRelease(
            Path folder, TaskLimits tasks, Optional<DatabaseSettings> database, BlobSettings blobs) throws Exception {
        var made = new SimulatedDirector(settings(folder, FreePort.any(), FreePort.any(), tasks, database, blobs));
        try {
            made.start();
            TinyRelease.give(made.api());
            return made;
        } catch (Exception | AssertionError failure) {
            made.close();
            throw failure;
        }
    }

    void start() throws Exception {
        int life = lives.incrementAndGet();
        director = Director.start(
                settings,
                (same, ledgers) -> outliving(cpi, requests::add),
                SharedRenderer.RENDERER,
                why -> dieOf(life));
        api = new Api(settings.port(), settings.caFile(), "admin", PASSWORD);
    }

    /** One that halts for a second reason may be another one by then. */
    private void dieOf(int life) {
        if (lives.compareAndSet(life, life + 1)) {
            die();
        }
    }

    /** From now on nothing that any entity does is journaled, and its processes end without a farewell. */
    void die() {
        // What ends halts as well, and would end a second time, on another thread.
        lives.incrementAndGet();
        crashPoints().cutAll();
        // Those who wait for an answer lose their connection, as they would lose it to a process that is gone.
        Objects.requireNonNull(director).system().terminate();
        stop();
    }

    /** Ends as a director that is told to. */
    void end() {
        stop();
    }

    ServerSettings settings() {
        return settings;
    }

    /** From its next start on it goes by these. */
    void goBy(ServerSettings others) {
        settings = others;
    }

    CrashPoints crashPoints() {
        return CrashPoints.of(Objects.requireNonNull(director).system());
    }

    /** Where directors would speak to this one. */
    int remotingPort() {
        return Objects.requireNonNull(director).system().address().getPort().orElseThrow();
    }

    Api api() {
        return Objects.requireNonNull(api);
    }

    Faults faults() {
        return cpi.faults();
    }

    SimulatedCpi infrastructure() {
        return cpi;
    }

    DatabaseSettings database() {
        return settings.database();
    }

    /** All VMs that were asked for. */
    List<VmRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        stop();
        cpi.close();
    }

    private void stop() {
        lives.incrementAndGet();
        if (director != null) {
            director.close();
            director = null;
        }
    }

    /**
     * A director closes the infrastructure that it was given; clouds do not mind.
     *
     * @param asked is told of each VM that is to be made
     */
    static Cpi outliving(Cpi cpi, Consumer<VmRequest> asked) {
        return (Cpi) Proxy.newProxyInstance(
                Cpi.class.getClassLoader(), new Class<?>[] {Cpi.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createVm")) {
                        asked.accept((VmRequest) arguments[0]);
                    }
                    try {
                        Object answer = method.getName().equals("close") ? null : method.invoke(cpi, arguments);
                        return answer instanceof Cpi other ? outliving(other, asked) : answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private static ServerSettings settings(
            Path folder,
            int port,
            int agentPort,
            TaskLimits tasks,
            Optional<DatabaseSettings> database,
            BlobSettings blobs) {
        return new ServerSettings(
                "00000000-0000-4000-8000-000000000001",
                folder.resolve("director"),
                List.of("127.0.0.1"),
                port,
                List.of("127.0.0.1"),
                agentPort,
                List.of("127.0.0.1:" + agentPort),
                "https://127.0.0.1:" + port,
                blobs,
                folder.resolve("ca.pem"),
                List.of("127.0.0.1"),
                List.of(
                        new ServerSettings.User("admin", PASSWORD, "admin"),
                        new ServerSettings.User("metrics", PASSWORD, "metrics")),
                new byte[32],
                database.orElseGet(() -> DatabaseSettings.embedded(folder.resolve("director"))),
                "simulated",
                Map.of(),
                Path.of("../../deploy/configs/plans.yml"),
                false,
                false,
                tasks,
                HealthSettings.DEFAULT,
                CertificatePolicy.NONE,
                ServerSettings.ClusterAddress.ALONE,
                Optional.empty());
    }
}
