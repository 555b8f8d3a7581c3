package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client has uploaded is taken in, whichever director dies or leaves while it is at it. */
class UploadsGoOnTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private Postgresql database;
    private DirectorCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        database = Postgresql.start();
        cluster = DirectorCluster.start(folder, database.settings(), 3);
    }

    @AfterEach
    void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void when_a_director_dies_others_do_once_what_it_was_at() throws Exception {
        goesOn(DirectorCluster.Node::die);
    }

    @Test
    void when_a_director_leaves_others_do_once_what_it_was_at() throws Exception {
        goesOn(DirectorCluster.Node::leave);
    }

    private void goesOn(Consumer<DirectorCluster.Node> end) throws Exception {
        var first = cluster.node(0).api();
        var asker = cluster.node(1).api();
        var hanging =
                cluster.infrastructure().faults().on(CpiMethod.CREATE_STEMCELL).inject(new CpiFault.Hang());
        var isFetched = new CountDownLatch(1);
        var isOver = new CountDownLatch(1);
        var server = serving(TinyRelease.releaseOf("remote", "1"), isFetched, isOver);
        long release;
        long stemcell;
        long remote;
        long queued;
        try (var locked = lockedCatalog()) {
            release = first.upload("/releases?rebase=true", TinyRelease.releaseOf("rebased", "1+dev.5"));
            awaitOutput(release, "Release has been created");
            stemcell = first.upload("/stemcells", TinyRelease.stemcell("7"));
            assertThat(hanging.awaitStruck(SOON)).isTrue();
            remote = first.taskOf("/releases", "{\"location\":\"" + address(server) + "\"}");
            assertThat(isFetched.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            queued = first.upload("/releases", TinyRelease.releaseOf("queued", "1"));
            assertThat(asker.task(queued).path("state").asText()).isEqualTo("queued");

            end.accept(cluster.node(0));
            hanging.lift();
            locked.rollback();
        }

        try {
            assertThat(result(release)).isEqualTo("Created release 'rebased/1+dev.1'");
            assertThat(result(stemcell)).isEqualTo("/stemcells/tiny/7");
            assertThat(result(remote)).isEqualTo("Created release 'remote/1'");
            assertThat(result(queued)).isEqualTo("Created release 'queued/1'");
        } finally {
            isOver.countDown();
            server.stop(0);
        }
        var versions = new ArrayList<String>();
        asker.get("/releases").forEach(one -> one.path("release_versions")
                .forEach(version -> versions.add(one.path("name").asText() + "/"
                        + version.path("version").asText())));
        assertThat(versions).containsExactlyInAnyOrder("tiny/1", "rebased/1+dev.1", "remote/1", "queued/1");
        assertThat(asker.get("/stemcells").findValuesAsText("version")).containsExactlyInAnyOrder("1", "7");
        assertNothingIsLeft();
    }

    @Test
    void one_that_is_to_be_cancelled_still_is() throws Exception {
        var asker = cluster.node(1).api();
        long task;
        try (var locked = lockedCatalog()) {
            task = cluster.node(0).api().upload("/releases", TinyRelease.releaseOf("unwanted", "1"));
            awaitOutput(task, "Release has been created");
            asker.cancel(task);
            cluster.node(0).die();
            locked.rollback();
        }

        assertThat(asker.ended(task).path("state").asText()).isEqualTo("cancelled");
        assertNothingIsLeft();
    }

    private String result(long task) throws Exception {
        return cluster.node(1).api().done(task).path("result").asText();
    }

    /** With a password, which must not be in anybody's way. */
    private static String address(HttpServer server) {
        return "http://user:secret@127.0.0.1:" + server.getAddress().getPort() + "/remote.tgz";
    }

    /** The first who asks gets no answer. */
    private static HttpServer serving(byte[] content, CountDownLatch firstIsAsked, CountDownLatch isOver)
            throws IOException {
        var asked = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            if (asked.incrementAndGet() == 1) {
                firstIsAsked.countDown();
                try {
                    isOver.await();
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            } else {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Nobody enters a release into the catalog until this is rolled back. */
    private Connection lockedCatalog() throws Exception {
        var settings = database.settings();
        var connection = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("LOCK TABLE releases IN EXCLUSIVE MODE");
        }
        return connection;
    }

    private void awaitOutput(long task, String words) throws Exception {
        var api = cluster.node(1).api();
        long end = System.nanoTime() + 30_000_000_000L;
        String output = "/tasks/" + task + "/output?type=event";
        while (api.status(output) != 200 || !api.text(output).contains(words)) {
            assertThat(System.nanoTime()).describedAs("no '%s' in 30 s", words).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void assertNothingIsLeft() throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (count("task_runners") + count("received_archives") > 0) {
            assertThat(System.nanoTime())
                    .describedAs("orders and archives are left")
                    .isLessThan(end);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private int count(String table) throws Exception {
        var settings = database.settings();
        try (var connection = DriverManager.getConnection(settings.url(), settings.user(), settings.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
