package io.slipway.cli.director;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.slipway.cli.CliException;
import io.slipway.cli.CliRun;
import io.slipway.cli.FakeDirector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director that is two processes with one CA, of which one fails. */
class SeveralAddressesTest {
    @TempDir
    private static Path keys;

    @TempDir
    private Path home;

    private FakeDirector one;
    private FakeDirector other;

    @BeforeEach
    void start() throws Exception {
        one = new FakeDirector(keys);
        other = new FakeDirector(keys);
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
    }

    @Test
    void asks_the_next_one_when_one_is_gone() {
        other.on("GET /info", 200, "{\"name\":\"me\"}");
        one.close();

        var client = client();

        assertThat(client.get("/info").path("name").asText()).isEqualTo("me");
        assertThat(client.get("/info").path("name").asText()).isEqualTo("me");
        assertThat(other.requests()).hasSize(2);
    }

    @Test
    void asks_the_next_one_when_one_is_not_ready() {
        one.on("GET /info", 503, "{}");
        other.on("GET /info", 200, "{\"name\":\"me\"}");

        assertThat(client().get("/info").path("name").asText()).isEqualTo("me");
    }

    @Test
    void asks_again_while_somebody_is_there_who_is_not_ready_yet() {
        one.on("GET /info", 503, "{}");
        other.on("GET /info", 503, "{}").on("GET /info", 200, "{\"name\":\"me\"}");

        assertThat(client().get("/info").path("name").asText()).isEqualTo("me");
    }

    @Test
    void waits_for_a_director_that_was_there_before_and_is_started_again() throws Exception {
        one.on("GET /info", 200, "{}");
        other.close();
        int port = URI.create(one.target().url()).getPort();
        var client = client();
        client.get("/info");
        one.close();
        var asked = CompletableFuture.supplyAsync(() -> client.get("/info"));

        one = new FakeDirector(keys, port);
        one.on("GET /info", 200, "{\"name\":\"me\"}");

        assertThat(asked.get(60, TimeUnit.SECONDS).path("name").asText()).isEqualTo("me");
    }

    @Test
    void says_all_addresses_when_nobody_is_there() {
        one.close();
        other.close();

        assertThatThrownBy(() -> client().get("/info"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining(one.target().url() + ", " + other.target().url())
                .hasMessageContaining("connection refused");
    }

    @Test
    void sends_a_request_that_changes_something_to_the_next_one_where_it_was_not_sent() {
        other.on("POST /configs", 201, "{}");
        one.close();

        assertThat(client().post("/configs", JsonNodeFactory.instance.objectNode())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void does_not_repeat_a_request_that_may_have_changed_something() throws Exception {
        one.on("POST /configs", 503, "{\"description\":\"not now\"}");
        other.on("POST /configs", 201, "{}");
        assertThatThrownBy(() -> client().post("/configs", JsonNodeFactory.instance.objectNode()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("not now");

        try (var hanging = cutsOff()) {
            var target = new Target(
                    List.of(
                            "http://127.0.0.1:" + hanging.getLocalPort(),
                            other.target().url()),
                    other.caPem(),
                    "admin",
                    "secret");
            assertThatThrownBy(() -> new DirectorClient(target).post("/configs", JsonNodeFactory.instance.objectNode()))
                    .isInstanceOf(CliException.class);
        }
        assertThat(other.requests()).isEmpty();
    }

    /** Takes a request, and dies without an answer. */
    private static ServerSocket cutsOff() throws IOException {
        var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (var connection = socket.accept()) {
                    connection.getInputStream().read();
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return socket;
    }

    @Test
    void follows_a_task_over_the_death_of_a_director() throws Exception {
        String begun = "{\"time\":1700000000,\"stage\":\"Updating instance\",\"tags\":[\"m\"],\"total\":1,"
                + "\"task\":\"m/0\",\"index\":1,\"state\":\"started\",\"progress\":0}\n";
        String ended = begun.replace("started", "finished").replace("1700000000", "1700000009");
        one.on("GET /tasks/7", 200, "{\"id\":7,\"state\":\"processing\"}")
                .on("GET /tasks/7/output?type=event", 200, begun);
        other.on("GET /tasks/7", 200, "{\"id\":7,\"state\":\"done\"}")
                .on("GET /tasks/7/output?type=event", 200, begun + ended);
        new TargetFile(home.resolve(".config/slipway/config.yml")).write(target(), "");
        var death = Thread.ofVirtual().start(() -> {
            while (one.requests().size() < 4) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            one.close();
        });

        var run = new CliRun(home);
        assertThat(run.run("task", "7", "--follow")).as(run.err()).isZero();

        death.join();
        assertThat(run.out())
                .containsOnlyOnce("Updating instance m: m/0\n")
                .containsOnlyOnce("Updating instance m: m/0 (00:00:09)\n")
                .contains("Task 7 done");
    }

    @Test
    void remembers_all_addresses() {
        var file = new TargetFile(home.resolve("config.yml"));

        file.write(target(), "/data");

        assertThat(file.read()).contains(target());
    }

    private DirectorClient client() {
        return new DirectorClient(target());
    }

    private Target target() {
        return new Target(List.of(one.target().url(), other.target().url()), one.caPem(), "admin", "secret");
    }
}
