package io.slipway.server;

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
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.remote.RARP;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;
import org.jspecify.annotations.Nullable;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;

/**
 * Directors that are one cluster, in this JVM, over one PostgreSQL and one simulated infrastructure whose agents know all of
 * them. Each can die without a farewell, and start again as another process where it was.
 */
final class DirectorCluster implements AutoCloseable {
    static final String PASSWORD = "secret";
    /** Longer than usual: three directors start in one process, perhaps beside a build. */
    private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(3);

    private final SimulatedCpi cpi;
    private final List<Node> nodes;

    /** One of them. */
    static final class Node {
        private final ServerSettings settings;
        private final SimulatedCpi cpi;
        private final AtomicInteger lives = new AtomicInteger();
        private volatile @Nullable Director director;

        private Node(ServerSettings settings, SimulatedCpi cpi) {
            this.settings = settings;
            this.cpi = cpi;
        }

        boolean isAlive() {
            return director != null;
        }

        Api api() throws Exception {
            return new Api(settings.port(), settings.caFile(), "admin", PASSWORD);
        }

        /** Where clients find the certificate of all of them. */
        Path caFile() {
            return settings.caFile();
        }

        Director director() {
            return Optional.ofNullable(director).orElseThrow();
        }

        void start() throws Exception {
            // The one before may still hold its own.
            var present = ChangedSettings.with(
                    settings,
                    "cluster",
                    new ServerSettings.ClusterAddress(true, "127.0.0.1", FreePort.any(), PATIENCE));
            int life = lives.incrementAndGet();
            director = Director.start(
                    present,
                    (same, ledgers) -> SimulatedDirector.outliving(cpi, request -> {}),
                    SharedRenderer.RENDERER,
                    why -> {
                        System.err.println("director on port " + settings.port() + " halts: " + why);
                        Thread.ofPlatform().daemon().start(() -> dieOf(life));
                    });
        }

        /** A director halts for more than one reason, and may be another one by the time the last of them is told. */
        private synchronized void dieOf(int life) {
            if (lives.get() == life) {
                die();
            }
        }

        /** Nothing that any of its entities does is journaled from now on, and nobody is told that it goes. */
        synchronized void die() {
            var dying = director;
            if (dying != null) {
                CrashPoints.of(dying.system()).cutAll();
                dying.system().terminate();
                // What is left of it in this process ends when it does; a process would be gone at once.
                Thread.ofPlatform().daemon().start(dying::close);
                awaitFree(settings.port());
                awaitFree(settings.agentPort());
                director = null;
            }
        }

        /** Nothing that it sends reaches the others any more, nor what they send it where both ways are cut. */
        void cutOffFrom(List<Node> others, boolean isBothWays) throws Exception {
            // An object of Scala's that Java has no name for.
            var direction = (ThrottlerTransportAdapter.Direction)
                    Class.forName("org.apache.pekko.remote.transport.ThrottlerTransportAdapter$Direction$"
                                    + (isBothWays ? "Both$" : "Send$"))
                            .getField("MODULE$")
                            .get(null);
            var transport = ((RARP) RARP.get(director().system().classicSystem()))
                    .provider()
                    .transport();
            for (Node other : others) {
                Await.result(
                        transport.managementCommand(new ThrottlerTransportAdapter.SetThrottle(
                                other.director().system().address(),
                                direction,
                                ThrottlerTransportAdapter.Blackhole$.MODULE$)),
                        Duration.create(5, TimeUnit.SECONDS));
            }
        }

        /** Goes as it goes when it is told to. */
        synchronized void leave() {
            var leaving = director;
            if (leaving != null) {
                leaving.close();
                director = null;
            }
        }
    }

    /** Nobody listens there any more. */
    static void awaitFree(int port) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (true) {
            try (var socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException taken) {
                if (System.nanoTime() > end) {
                    throw new UncheckedIOException("a director that died still listens on port " + port, taken);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private DirectorCluster(SimulatedCpi cpi, List<Node> nodes) {
        this.cpi = cpi;
        this.nodes = List.copyOf(nodes);
    }

    /** Starts so many at once, over a database that is empty; with what {@link TinyRelease} gives. */
    static DirectorCluster start(Path folder, DatabaseSettings database, int count) throws Exception {
        var cpi = SimulatedCpi.open(
                Files.createDirectories(folder.resolve("infrastructure")), SimulatedSettings.DEFAULT, new Faults());
        var agentPorts = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            agentPorts.add(FreePort.any());
        }
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(settings(folder, database, i, agentPorts), cpi));
        }
        var cluster = new DirectorCluster(cpi, nodes);
        try {
            cluster.startAll();
            TinyRelease.give(cluster.node(0).api());
            return cluster;
        } catch (Exception | AssertionError failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Those that are not running, all at once. */
    void startAll() throws Exception {
        var starts = nodes.stream()
                .filter(node -> !node.isAlive())
                .map(node -> CompletableFuture.runAsync(
                        () -> {
                            try {
                                node.start();
                            } catch (Exception failure) {
                                throw new IllegalStateException(failure);
                            }
                        },
                        work -> Thread.ofPlatform().daemon().start(work)))
                .toList();
        for (var start : starts) {
            start.get(120, TimeUnit.SECONDS);
        }
    }

    Node node(int index) {
        return nodes.get(index);
    }

    List<Node> alive() {
        return nodes.stream().filter(Node::isAlive).toList();
    }

    SimulatedCpi infrastructure() {
        return cpi;
    }

    @Override
    public void close() {
        nodes.forEach(Node::die);
        cpi.close();
    }

    private static ServerSettings settings(Path folder, DatabaseSettings database, int index, List<Integer> agentPorts)
            throws IOException {
        var data = Files.createDirectories(folder.resolve("director-" + index));
        int port = FreePort.any();
        return new ServerSettings(
                "00000000-0000-4000-8000-000000000001",
                data,
                List.of("127.0.0.1"),
                port,
                List.of("127.0.0.1"),
                agentPorts.get(index),
                agentPorts.stream().map(one -> "127.0.0.1:" + one).toList(),
                "https://127.0.0.1:" + port,
                new BlobSettings.InDatabase(),
                folder.resolve("ca-" + index + ".pem"),
                List.of("127.0.0.1"),
                List.of(new ServerSettings.User("admin", PASSWORD, "admin")),
                new byte[32],
                database,
                "simulated",
                Map.of(),
                Path.of("../../deploy/configs/plans.yml"),
                false,
                false,
                TaskLimits.DEFAULT,
                HealthSettings.DEFAULT,
                CertificatePolicy.NONE,
                ServerSettings.ClusterAddress.ALONE,
                Optional.empty());
    }

    /** Of instances that are changed few at a time, with a disk each. */
    static String manifest(String deployment, int instances) {
        return TinyRelease.manifest(deployment, instances, "one", "small")
                .replace("canaries: 0, max_in_flight: 10", "canaries: 1, max_in_flight: 3");
    }

    int size() {
        return nodes.size();
    }

    /** Of the API, of all of them, whether they run or not. */
    List<Integer> ports() {
        return nodes.stream().map(node -> node.settings.port()).toList();
    }
}
