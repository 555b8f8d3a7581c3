package io.slipway.http.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.slipway.cpi.simulated.SimulatedCpi;
import io.slipway.cpi.simulated.SimulatedSettings;
import io.slipway.cpi.simulated.fault.Faults;
import io.slipway.engine.ConfigIds;
import io.slipway.engine.Deployments;
import io.slipway.engine.Deployments.DeploymentRow;
import io.slipway.engine.OneCpi;
import io.slipway.engine.OneDeployment;
import io.slipway.engine.ReleaseExport;
import io.slipway.engine.Requester;
import io.slipway.engine.artifact.ArtifactUses;
import io.slipway.engine.artifact.UseByDeployments;
import io.slipway.engine.plan.PinnedInputs;
import io.slipway.engine.plan.PinnedInputs.PinnedRelease;
import io.slipway.engine.state.Stores.Catalogs;
import io.slipway.engine.upload.UploadService;
import io.slipway.http.DirectorApi;
import io.slipway.http.auth.Users;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.DirectoryAreas;
import io.slipway.store.blob.ReceivedArchives;
import io.slipway.store.catalog.CompiledPackageCatalog;
import io.slipway.store.catalog.OpenCompilations;
import io.slipway.store.catalog.ReleaseCatalog;
import io.slipway.store.catalog.ReleaseImport;
import io.slipway.store.catalog.StemcellCatalog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases and stemcells as the bosh CLI asks for them. */
class UploadEndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ExecutorService BLOCKING = Executors.newVirtualThreadPerTaskExecutor();
    private static ActorSystem<Void> system;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Database database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
    private final PromptTasks tasks = new PromptTasks();
    private final List<DeploymentRow> deployments = new ArrayList<>();
    private final List<ReleaseExport> exported = new ArrayList<>();
    private SimulatedCpi cpi;
    private ServerBinding server;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create(Behaviors.empty(), "uploads");
    }

    @AfterAll
    static void stopSystem() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        BLOCKING.close();
    }

    @BeforeEach
    void startServer() throws Exception {
        cpi = SimulatedCpi.open(Files.createDirectory(folder.resolve("cpi")), SimulatedSettings.DEFAULT, new Faults());
        var areas = new DirectoryAreas(folder, false);
        var blobs = areas.area("blobs");
        var releases = new ReleaseCatalog(database.jdbi(), blobs);
        var compiled = new CompiledPackageCatalog(database.jdbi(), blobs);
        var uploads = new UploadService(
                tasks,
                new Catalogs(
                        releases,
                        new ReleaseImport(database.jdbi(), blobs, releases, compiled),
                        new StemcellCatalog(database.jdbi()),
                        compiled,
                        new OpenCompilations(database.jdbi())),
                new ArtifactUses(new UseByDeployments(() -> deployments, List::of)),
                new OneCpi(cpi),
                new ReceivedArchives(database.jdbi(), areas),
                folder.resolve("work"));
        var materializer = Materializer.createMaterializer(system);
        var archives = new ArchiveReceiver(uploads, materializer, BLOCKING);
        var api = new DirectorApi(
                new DirectorApi.DirectorInfo("test", "uuid", "1", "simulated"),
                new Users(List.of(new Users.Credential("admin", "secret", "admin"))),
                List.of(),
                List.of(
                        new ReleaseEndpoints(uploads, exporting(), archives, BLOCKING),
                        new StemcellEndpoints(uploads, archives, BLOCKING)),
                java.util.Optional::empty,
                () -> "",
                (method, path, status, took) -> {},
                materializer,
                BLOCKING);
        server = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind(api)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Deployments exporting() {
        return new OneDeployment() {
            @Override
            public CompletionStage<Long> export(String deployment, ReleaseExport export, Requester requester) {
                exported.add(export);
                return CompletableFuture.completedStage(99L);
            }
        };
    }

    @AfterEach
    void stopServer() throws Exception {
        server.unbind().toCompletableFuture().get(20, TimeUnit.SECONDS);
        cpi.close();
        database.close();
    }

    @Test
    void takes_a_release_and_shows_it() throws Exception {
        var ended = upload("/releases", Archives.release(Archives.RELEASE_MANIFEST));

        assertThat(ended.result()).isEqualTo("Created release 'shop/1'");
        assertThat(ended.steps())
                .contains("Creating new packages: lib/f-lib", "Creating new jobs: web/f-web")
                .endsWith("Release has been created: shop/1");
        assertThat(get("/releases")).isEqualTo(JSON.readTree("""
                [{"name":"shop","release_versions":[{"version":"1","commit_hash":"abc","uncommitted_changes":false,
                  "currently_deployed":false,"job_names":["web"]}]}]"""));
        var shown = get("/releases/shop?version=1");
        assertThat(shown.at("/jobs/0/provides/0/type").asText()).isEqualTo("http");
        assertThat(shown.at("/jobs/0/consumes/0/optional").asBoolean()).isTrue();
        assertThat(shown.at("/packages/0/name").asText()).isEqualTo("app");
        assertThat(shown.at("/packages/0/blobstore_id").asText()).hasSize(64);
        assertThat(shown.at("/packages/0/compiled_packages").isEmpty()).isTrue();
        assertThat(get("/releases/shop").at("/packages/0/dependencies/0").asText())
                .isEqualTo("lib");
    }

    @Test
    void tells_what_of_a_release_need_not_be_sent_and_does_without_it() throws Exception {
        upload("/releases", Archives.release(Archives.RELEASE_MANIFEST));
        String next = Archives.RELEASE_MANIFEST.replace("version: \"1\"", "version: \"2\"");

        var known = send("POST", "/packages/matches", "text/yaml", Archives.text(next));
        var ended = upload("/releases", Archives.thinRelease(next));

        assertThat(JSON.readTree(known.body())).isEqualTo(JSON.readTree("[\"f-lib\",\"f-app\"]"));
        assertThat(ended.result()).isEqualTo("Created release 'shop/2'");
        assertThat(ended.steps()).contains("Processing 2 existing packages: Processing 2 existing packages");
    }

    @Test
    void refuses_a_release_without_packages_that_nobody_has() throws Exception {
        var ended = upload("/releases", Archives.thinRelease(Archives.RELEASE_MANIFEST));

        assertThat(ended.code()).isEqualTo(30002);
        assertThat(ended.result()).contains("packages/lib.tgz", "packages/app.tgz");
        assertThat(get("/releases").isEmpty()).isTrue();
    }

    @Test
    void refuses_manifests_that_list_no_packages() throws Exception {
        for (String path : List.of("/packages/matches", "/packages/matches_compiled")) {
            refused(400, 440001, send("POST", path, "text/yaml", Archives.text("name: shop\n")));
            refused(400, 710000, send("POST", path, "text/yaml", Archives.text("{")));
        }
        refused(
                400,
                40001,
                send(
                        "POST",
                        "/packages/matches_compiled",
                        "text/yaml",
                        Archives.text("compiled_packages: [{name: a, version: v}]")));
    }

    @Test
    void fetches_a_release_from_an_address_and_checks_its_digests() throws Exception {
        byte[] archive = Archives.release(Archives.RELEASE_MANIFEST);
        var outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        outside.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, archive.length);
            exchange.getResponseBody().write(archive);
            exchange.close();
        });
        outside.start();
        try {
            String location = "http://127.0.0.1:" + outside.getAddress().getPort() + "/shop.tgz";
            String good = Archives.digest("SHA-1", archive) + ";sha256:" + Archives.digest("SHA-256", archive);
            String bad = Archives.digest("SHA-1", archive) + ";sha256:" + "0".repeat(64);

            var failed = task(post("/releases", "{\"location\":\"" + location + "\",\"sha1\":\"" + bad + "\"}"));
            var ended = task(post("/releases", "{\"location\":\"" + location + "\",\"sha1\":\"" + good + "\"}"));

            assertThat(failed.code()).isEqualTo(30015);
            assertThat(ended.result()).isEqualTo("Created release 'shop/1'");
            assertThat(ended.steps())
                    .startsWith(
                            "Downloading remote release: Downloading remote release",
                            "Verifying remote release: Verifying remote release");
        } finally {
            outside.stop(0);
        }
        refused(400, 100001, post("/releases", "{\"location\":\"file:///etc/passwd\"}"));
        refused(400, 40005, post("/releases?sha1=1", "{\"location\":\"http://a/b\",\"sha1\":\"2\"}"));
    }

    @Test
    void rebases_a_release_where_it_is_told_to() throws Exception {
        String manifest = Archives.RELEASE_MANIFEST.replace("version: \"1\"", "version: 1+dev.5");

        assertThat(upload("/releases?rebase=true", Archives.release(manifest)).result())
                .isEqualTo("Created release 'shop/1+dev.1'");
        assertThat(upload("/releases?rebase=true", Archives.release(manifest)).result())
                .isEqualTo("Created release 'shop/1+dev.2'");
    }

    @Test
    void queues_an_export() throws Exception {
        var answer = post("/releases/export", """
                {"deployment_name":"d","release_name":"shop","release_version":"1","stemcell_os":"jammy",
                 "stemcell_version":"1.5","sha2":true,"jobs":[{"name":"web"}]}""");

        assertThat(answer.headers().firstValue("Location")).contains("/tasks/99");
        assertThat(exported).containsExactly(new ReleaseExport("shop", "1", "jammy", "1.5", true, List.of("web")));
        refused(400, 40001, post("/releases/export", "{\"deployment_name\":\"d\"}"));
    }

    @Test
    void deletes_no_release_that_is_in_use_unless_it_is_forced() throws Exception {
        upload("/releases", Archives.release(Archives.RELEASE_MANIFEST));
        var inputs = new PinnedInputs(
                ConfigIds.NONE, List.of(new PinnedRelease("shop", "1", "1")), List.of(), Map.of(), Map.of());
        deployments.add(new DeploymentRow("d", "name: d", inputs, "", List.of(), PinnedInputs.NONE));

        refused(404, 30005, send("DELETE", "/releases/nothing", "", new byte[0]));
        assertThat(task(send("DELETE", "/releases/shop?version=7", "", new byte[0]))
                        .code())
                .isEqualTo(30006);
        assertThat(task(send("DELETE", "/releases/shop?version=1", "", new byte[0]))
                        .code())
                .isEqualTo(30008);
        assertThat(task(send("DELETE", "/releases/shop", "", new byte[0])).code())
                .isEqualTo(30007);
        assertThat(task(send("DELETE", "/releases/shop?force=true", "", new byte[0]))
                        .result())
                .isEqualTo("/release/shop");
        assertThat(get("/releases").isEmpty()).isTrue();
    }

    @Test
    void takes_light_stemcells_in_several_versions() throws Exception {
        String wanted = "{\"stemcell\":{\"name\":\"light\",\"version\":\"1.10\"}}";
        assertThat(JSON.readTree(post("/stemcell_uploads", wanted).body()))
                .isEqualTo(JSON.readTree("{\"needed\":true}"));

        upload("/stemcells", Archives.lightStemcell("1.9"));
        assertThat(upload("/stemcells", Archives.lightStemcell("1.10")).result())
                .isEqualTo("/stemcells/light/1.10");

        assertThat(JSON.readTree(post("/stemcell_uploads", wanted).body()))
                .isEqualTo(JSON.readTree("{\"needed\":false}"));
        assertThat(get("/stemcells")).hasSize(2);
        assertThat(get("/stemcells").at("/0/operating_system").asText()).isEqualTo("jammy");
        assertThat(get("/stemcells").at("/0/api_version").asInt()).isEqualTo(3);
    }

    @Test
    void leaves_a_stemcell_that_is_there_unless_it_is_to_be_fixed() throws Exception {
        upload("/stemcells", Archives.lightStemcell("1"));
        String first = get("/stemcells").at("/0/cid").asText();

        assertThat(upload("/stemcells", Archives.lightStemcell("1")).steps())
                .contains("Update stemcell: Uploading stemcell light/1 to the cloud (already exists, skipped)");
        assertThat(get("/stemcells").at("/0/cid").asText()).isEqualTo(first);

        upload("/stemcells?fix=true", Archives.lightStemcell("1"));
        assertThat(get("/stemcells")).hasSize(1);
        assertThat(get("/stemcells").at("/0/cid").asText()).isNotEqualTo(first);
    }

    @Test
    void says_what_is_wrong_with_a_stemcell() throws Exception {
        assertThat(upload("/stemcells", Archives.text("no archive")).code()).isEqualTo(50000);
        assertThat(upload("/stemcells", Archives.release(Archives.RELEASE_MANIFEST))
                        .code())
                .isEqualTo(50000);
        assertThat(upload("/stemcells?sha1=0000", Archives.lightStemcell("1")).code())
                .isEqualTo(50007);
        refused(404, 50003, send("DELETE", "/stemcells/light/1", "", new byte[0]));
        refused(400, 40001, post("/stemcell_uploads", "{}"));
        assertThat(folder.resolve("uploads")).isEmptyDirectory();
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    private PromptTasks.Ended upload(String path, byte[] archive) throws Exception {
        return task(send("POST", path, "application/x-compressed", archive));
    }

    private PromptTasks.Ended task(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        String location = answer.headers().firstValue("Location").orElseThrow();
        return tasks.task(Long.parseLong(location.substring("/tasks/".length())));
    }

    private static void refused(int status, int code, HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("code").asInt())
                .as(answer.body())
                .isEqualTo(code);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, "application/json", Archives.text(body));
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send("GET", path, "", new byte[0]).body());
    }

    private HttpResponse<String> send(String method, String path, String type, byte[] body) throws Exception {
        String credentials = Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.localAddress().getPort() + path))
                .header("Authorization", "Basic " + credentials)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
