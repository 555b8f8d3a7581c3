package io.slipway.http.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.slipway.http.DirectorApi;
import io.slipway.http.auth.Users;
import io.slipway.kubernetes.ClusterService;
import io.slipway.kubernetes.ClusterServices;
import io.slipway.kubernetes.JdbiClusterRows;
import io.slipway.kubernetes.PlansFile;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The endpoints as clients call them, with sharded entities and rows in a database behind them. */
class ClusterEndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLANS = """
            cluster_defaults: {network: default, release_version: latest, stemcell_os: debian-bookworm,
              stemcell_version: latest, pod_cidr: 10.200.0.0/16, service_cidr: 10.100.200.0/24}
            plans:
            - name: small
              description: One of each
              masters: {instances: 1, vm_type: medium, persistent_disk_type: small, azs: [z1]}
              workers: {instances: 1, maximum: 5, vm_type: medium, azs: [z1]}
            """;
    private static final String CONFIG = """
            pekko.loglevel = WARNING
            pekko.actor.provider = cluster
            pekko.actor.serialization-bindings {
              "io.slipway.engine.JournaledEvent" = jackson-cbor
              "io.slipway.engine.RemoteMessage" = jackson-cbor
            }
            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
            pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
            pekko.coordinated-shutdown.exit-jvm = off
            """;

    private static final ExecutorService BLOCKING = Executors.newVirtualThreadPerTaskExecutor();
    private static final AtomicLong EPOCHS = new AtomicLong();
    private static final PaperEngine ENGINE = new PaperEngine();
    private static ActorSystem<Void> system;
    private static Database database;
    private static ServerBinding server;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void startServer() throws Exception {
        system = ActorSystem.create(
                Behaviors.empty(), "test", ConfigFactory.parseString(CONFIG).withFallback(ConfigFactory.load()));
        var cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        var services = new ClusterServices(
                ENGINE,
                ENGINE.tasks(),
                ENGINE,
                new JdbiClusterRows(database.jdbi()),
                EPOCHS::incrementAndGet,
                BLOCKING,
                new ClusterServices.Timings(Duration.ofMillis(20), Duration.ofMillis(20), 3));
        ClusterService clusters = ClusterService.start(
                system,
                () -> PlansFile.parse(PLANS),
                services,
                (deployment, name) -> Optional.of(Map.of("ca", "CA", "certificate", "CERT", "private_key", "KEY")),
                () -> List.of("networks: [{name: default, subnets: [{range: 10.144.0.0/20}]}]"));
        var api = new DirectorApi(
                new DirectorApi.DirectorInfo("test", "uuid", "1", "simulated"),
                new Users(List.of(
                        new Users.Credential("admin", "secret", "admin"),
                        new Users.Credential("reader", "secret", "readonly"))),
                List.of(),
                List.of(new ClusterEndpoints(clusters, fact -> {}, BLOCKING)),
                java.util.Optional::empty,
                () -> "",
                (method, path, status, took) -> {},
                Materializer.createMaterializer(system),
                BLOCKING);
        server = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind(api)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stopServer() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        ((AutoCloseable) database.dataSource()).close();
        BLOCKING.close();
    }

    @Test
    void makes_shows_binds_and_deletes_a_cluster() throws Exception {
        HttpResponse<String> accepted = call(
                "POST",
                "/v1/clusters",
                "{\"name\":\"first\",\"plan_name\":\"small\",\"parameters\":"
                        + "{\"kubernetes_master_host\":\"first.example.com\",\"kubernetes_worker_instances\":2}}");

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        assertThat(json(accepted).path("last_action_state").asText()).isEqualTo("in progress");
        assertThat(json(call("GET", "/v1/clusters", ""))).hasSize(1);
        await("/v1/clusters/first", "succeeded");
        String uuid = json(accepted).path("uuid").asText();
        assertThat(json(call("GET", "/v1/clusters/first", ""))).isEqualTo(JSON.readTree("""
                        {"name":"first","uuid":"%s","plan_name":"small","last_action":"CREATE",
                         "last_action_state":"succeeded","last_action_description":"Instance provisioning completed",
                         "k8s_version":"1.37.2","kubernetes_master_ips":["10.144.0.10"],
                         "parameters":{"kubernetes_master_host":"first.example.com","kubernetes_master_port":8443,
                         "kubernetes_worker_instances":2},"task_id":1}""".formatted(uuid)));

        JsonNode kubeconfig = json(call("POST", "/v1/clusters/first/binds", "{}"));
        assertThat(kubeconfig
                        .path("clusters")
                        .path(0)
                        .path("cluster")
                        .path("server")
                        .asText())
                .isEqualTo("https://first.example.com:8443");
        assertThat(kubeconfig
                        .path("users")
                        .path(0)
                        .path("user")
                        .path("client-key-data")
                        .asText())
                .isEqualTo("S0VZ");
        assertThat(kubeconfig.path("current-context").asText()).isEqualTo("first");

        HttpResponse<String> twice = call("POST", "/v1/clusters", "{\"name\":\"first\",\"plan_name\":\"small\"}");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(json(twice).path("description").asText()).startsWith("there is already a cluster named 'first'");

        assertThat(call("DELETE", "/v1/clusters/first", "").statusCode()).isEqualTo(202);
        await("/v1/clusters/first", "Cluster first not found");
        assertThat(call("GET", "/v1/clusters/first", "").statusCode()).isEqualTo(404);
    }

    @Test
    void lists_plans_as_tkgi_does() throws Exception {
        JsonNode plan = json(call("GET", "/v1/plans", "")).path(0);

        assertThat(plan.path("name").asText()).isEqualTo("small");
        assertThat(plan.path("worker_instances").asInt()).isEqualTo(1);
        assertThat(UUID.fromString(plan.path("id").asText())).isNotNull();
    }

    @Test
    void refuses_bodies_that_are_no_request() throws Exception {
        refused("", "the body must be a JSON object with name and plan_name");
        refused("{", "the body is not JSON");
        refused("[]", "the body must be a JSON object with name and plan_name");
        refused("{\"name\":7}", "name must be a string");
        refused(
                "{\"name\":\"x\",\"plan_name\":\"small\",\"parameters\":{\"kubernetes_worker_instances\":\"2\"}}",
                "kubernetes_worker_instances must be a number");
        refused("{\"name\":\"x\"}", "plan_name is missing: choose one of small");
        refused("{\"name\":\"X\",\"plan_name\":\"small\"}", "'X' is not a cluster name");
    }

    @Test
    void lets_readers_only_read() throws Exception {
        assertThat(callAs("reader", "GET", "/v1/clusters", "").statusCode()).isEqualTo(200);
        assertThat(callAs("reader", "POST", "/v1/clusters", "{}").statusCode()).isEqualTo(401);
        assertThat(callAs("reader", "DELETE", "/v1/clusters/x", "").statusCode())
                .isEqualTo(401);
        assertThat(callAs("reader", "POST", "/v1/clusters/x/binds", "{}").statusCode())
                .isEqualTo(401);
        assertThat(callAs("nobody", "GET", "/v1/clusters", "").statusCode()).isEqualTo(401);
        assertThat(callAs("nobody", "GET", "/info", "").statusCode()).isEqualTo(200);
    }

    @Test
    void says_what_is_not_there_and_what_is_not_possible() throws Exception {
        assertThat(call("GET", "/v1/nothing", "").body()).contains("there is nothing at /v1/nothing");
        assertThat(call("PUT", "/v1/plans", "").statusCode()).isEqualTo(405);
    }

    private void refused(String body, String description) throws Exception {
        HttpResponse<String> answer = call("POST", "/v1/clusters", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("description").asText()).startsWith(description);
    }

    private void await(String path, String text) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!call("GET", path, "").body().contains(text)) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return callAs("admin", method, path, body);
    }

    private HttpResponse<String> callAs(String user, String method, String path, String body) throws Exception {
        String credentials = Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.localAddress().getPort() + path))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic " + credentials)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }
}
