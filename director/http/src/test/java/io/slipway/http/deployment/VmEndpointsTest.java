package io.slipway.http.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.slipway.cpi.simulated.SimulatedCpi;
import io.slipway.cpi.simulated.SimulatedSettings;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.engine.OneCpi;
import io.slipway.engine.OneDeployment;
import io.slipway.engine.Problems;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.Requester;
import io.slipway.engine.Resurrection;
import io.slipway.engine.TaskKind;
import io.slipway.engine.TaskRunner;
import io.slipway.engine.ask.Stop;
import io.slipway.engine.cleanup.OrphanedVmService;
import io.slipway.engine.instance.Instances;
import io.slipway.engine.vm.VmDeletionService;
import io.slipway.http.DirectorApi;
import io.slipway.http.auth.Users;
import io.slipway.http.cleanup.OrphanedVmEndpoints;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.orphan.OrphanedVmStore;
import io.slipway.store.orphan.OrphanedVmStore.OrphanedVmRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.HttpCredentials;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests about VMs as the CLI sends them, and what becomes of them. */
class VmEndpointsTest {
    private static final List<String> ASKED = new ArrayList<>();
    private static final String CLUSTERED = """
            pekko.actor.provider = cluster
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            """;
    private static final OrphanedVmRow ORPHAN = new OrphanedVmRow(
            "vm-1",
            "dep",
            "web/abc",
            "z1",
            List.of("10.0.0.5"),
            List.of(),
            Instant.parse("2026-01-02T03:04:05Z").toEpochMilli(),
            "");

    private static Database database;
    private static SimulatedCpi cpi;
    private static ActorSystem<Void> system;
    private static Materializer materializer;
    private static DirectorApi api;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        system = ActorSystem.create(
                Behaviors.empty(),
                "http-test",
                ConfigFactory.parseString(CLUSTERED).withFallback(ConfigFactory.load()));
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        var orphans = new OrphanedVmStore(database.jdbi());
        orphans.add(ORPHAN);
        cpi = SimulatedCpi.open(folder, SimulatedSettings.DEFAULT, new Faults());
        var cpis = new OneCpi(cpi);
        materializer = Materializer.createMaterializer(system);
        var deployments = new OneDeployment();
        api = new DirectorApi(
                new DirectorApi.DirectorInfo("d", "uuid", "1", "local"),
                new Users(List.of(
                        new Users.Credential("admin", "pw", "admin"),
                        new Users.Credential("reader", "pw", "readonly"))),
                List.of(),
                List.of(
                        new VmEndpoints(
                                new VmDeletionService(
                                        new AskedTasks(),
                                        deployments,
                                        new Instances(system, new Stop()),
                                        cpis,
                                        fact -> {}),
                                Runnable::run),
                        new OrphanedVmEndpoints(
                                new OrphanedVmService(orphans, cpis, lease -> {}, fact -> {}), Runnable::run),
                        new ResurrectionEndpoints(new PaperResurrection(), deployments, Runnable::run),
                        new ProblemEndpoints(new PaperProblems(), deployments, Runnable::run)),
                java.util.Optional::empty,
                () -> "",
                (method, path, status, took) -> {},
                materializer,
                Runnable::run);
    }

    @AfterAll
    static void stop() {
        system.terminate();
        cpi.close();
        database.close();
    }

    @Test
    void deletes_a_vm_by_its_cid_as_a_task() {
        var answer = send(HttpRequest.DELETE("/vms/vm%2F1"));

        assertThat(answer.status().intValue()).isEqualTo(302);
        assertThat(answer.getHeader("Location").orElseThrow().value()).isEqualTo("/tasks/7");
        assertThat(ASKED).contains("delete vm vm/1 for admin");
    }

    @Test
    void lists_orphaned_vms_in_the_shape_that_the_cli_reads() {
        assertThat(text(send(HttpRequest.GET("/orphaned_vms"))))
                .isEqualTo("[{\"az\":\"z1\",\"cid\":\"vm-1\",\"deployment_name\":\"dep\",\"instance_name\":\"web/abc\","
                        + "\"ip_addresses\":[\"10.0.0.5\"],\"orphaned_at\":\"2026-01-02 03:04:05 UTC\"}]");
    }

    @Test
    void pauses_resurrection_for_all() {
        assertThat(send(json("/resurrection", "{\"resurrection_paused\": true}"))
                        .status()
                        .intValue())
                .isEqualTo(200);
        assertThat(text(send(HttpRequest.GET("/resurrection")))).isEqualTo("{\"resurrection\":false}");
        assertThat(text(send(json("/deployments/dep/scan_and_fix", "{\"jobs\": {\"web\": [0]}}"))))
                .contains("410004", "Resurrector is paused");
        send(json("/resurrection", "{\"resurrection_paused\": false}"));

        var fixed = send(json("/deployments/dep/scan_and_fix", "{\"jobs\": {\"web\": [0, \"abc\"]}}"));

        assertThat(fixed.status().intValue()).isEqualTo(302);
        assertThat(ASKED).contains("fix dep {web=[0, abc]}");
        assertThat(text(send(json("/resurrection", "{\"resurrection_paused\": \"perhaps\"}"))))
                .contains("resurrection_paused", "perhaps", "expected true or false");
    }

    @Test
    void sends_who_sets_one_instance_to_a_config() {
        assertThat(send(json("/deployments/dep/jobs/web/0/resurrection", "{\"resurrection_paused\": true}"))
                        .status()
                        .intValue())
                .isEqualTo(410);
    }

    @Test
    void takes_resolutions_with_how_many_are_solved_at_a_time() {
        send(
                json(
                        "/deployments/dep/problems",
                        "{\"resolutions\": {\"3\": \"recreate_vm\", \"4\": null}, \"max_in_flight_overrides\": {\"web\": \"50%\"}}"));

        assertThat(ASKED).contains("resolve {3=recreate_vm, 4=null} with {web=50%}");
    }

    @Test
    void lets_nobody_change_anything_who_may_only_read() {
        var request = HttpRequest.DELETE("/vms/vm-9")
                .addCredentials(HttpCredentials.createBasicHttpCredentials("reader", "pw"));

        assertThat(api.apply(request).toCompletableFuture().join().status().isFailure())
                .isTrue();
        assertThat(ASKED).noneMatch(asked -> asked.contains("vm-9"));
    }

    private static HttpRequest json(String path, String body) {
        return HttpRequest.PUT(path).withEntity(ContentTypes.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse send(HttpRequest request) {
        return api.apply(request.addCredentials(HttpCredentials.createBasicHttpCredentials("admin", "pw")))
                .toCompletableFuture()
                .join();
    }

    private static String text(HttpResponse response) {
        return response.entity()
                .toStrict(5_000, materializer)
                .toCompletableFuture()
                .join()
                .getData()
                .utf8String();
    }

    /** Remembers what was asked, and does nothing of it. */
    private static final class AskedTasks implements TaskRunner {
        @Override
        public CompletionStage<Long> run(
                TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
            ASKED.add(description + " for " + requester.user());
            return CompletableFuture.completedStage(7L);
        }

        @Override
        public CompletionStage<Long> runUrgent(
                TaskKind kind, String description, String deployment, Requester requester, TaskWork work) {
            return run(kind, description, deployment, requester, work);
        }
    }

    /** Remembers what was asked. */
    private static final class PaperResurrection implements Resurrection {
        private boolean isPaused;

        @Override
        public boolean isPausedForAll() {
            return isPaused;
        }

        @Override
        public void pauseForAll(boolean paused, Requester requester) {
            isPaused = paused;
        }

        @Override
        public boolean isPaused(String deployment, String group) {
            return isPaused;
        }

        @Override
        public CompletionStage<Long> scanAndFix(
                String deployment, Map<String, List<String>> instances, Requester requester) {
            if (isPaused) {
                throw RequestRefused.invalid(410004, "Resurrector is paused");
            }
            ASKED.add("fix " + deployment + " " + instances);
            return CompletableFuture.completedStage(8L);
        }
    }

    /** Remembers what was asked. */
    private static final class PaperProblems implements Problems {
        @Override
        public CompletionStage<Long> scan(String deployment, Requester requester) {
            return CompletableFuture.completedStage(9L);
        }

        @Override
        public List<Problem> list(String deployment) {
            return List.of();
        }

        @Override
        public CompletionStage<Long> resolve(String deployment, Answers answers, Requester requester) {
            ASKED.add("resolve " + answers.resolutions() + " with " + answers.maxInFlight());
            return CompletableFuture.completedStage(10L);
        }
    }
}
