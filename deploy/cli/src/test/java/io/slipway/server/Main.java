package io.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.FakeDirector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;

/** A process that starts, answers and ends as the director does. */
public final class Main {
    private static final String CLUSTER = """
            {"name":"first","uuid":"u","plan_name":"small","last_action":"CREATE","last_action_state":"%s",
             "last_action_description":"...","parameters":{"kubernetes_master_host":"127.0.0.1",
             "kubernetes_master_port":%d},"task_id":2}""";

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        JsonNode settings = new YAMLMapper().readTree(Files.readString(Path.of(arguments[1])));
        Path data = Path.of(settings.path("data_dir").asText());
        if (arguments.length > 2) {
            Files.writeString(data.resolve(arguments[2] + "-was-run"), String.join(" ", arguments));
            return;
        }
        // Of several directors, the first one's folder holds the others'.
        if (Files.exists(data.resolve("../fail-to-start")) || Files.exists(data.resolve("../../../fail-to-start"))) {
            System.err.println("the database is corrupt");
            System.exit(3);
        }
        int port = settings.path("bind").path("port").asInt();
        var director = new FakeDirector(data, port);
        director.expect(
                settings.path("users").path(0).path("name").asText(),
                settings.path("users").path(0).path("password").asText());
        answers(director, port);
        Path ca = Path.of(settings.path("tls").path("ca_file").asText());
        Files.createDirectories(ca.getParent());
        Files.writeString(ca, director.caPem());
        new CountDownLatch(1).await();
    }

    private static void answers(FakeDirector director, int port) {
        String ca = Base64.getEncoder().encodeToString(director.caPem().getBytes(StandardCharsets.US_ASCII));
        director.on("GET /stemcells", 200, "[]")
                .on("GET /stemcells", 200, "[{\"name\":\"debian\",\"version\":\"1\"}]")
                .on("POST /stemcells", 302, "/tasks/1", "")
                .on("GET /releases", 200, "[]")
                .on("GET /releases", 200, "[{\"name\":\"kubernetes\",\"release_versions\":[{\"version\":\"1.37.2\"}]}]")
                .on("POST /releases", 302, "/tasks/1", "")
                .on("GET /tasks/1", 200, "{\"id\":1,\"state\":\"done\"}")
                .on("GET /tasks/1/output?type=event", 200, "")
                .on("GET /tasks/2/output?type=event", 200, "")
                .on("GET /configs?type=cloud&name=default&latest=true", 200, "[]")
                .on("GET /configs?type=cloud&name=default&latest=true", 200, "[{\"id\":\"1\"}]")
                .on("POST /configs", 201, "{}")
                .on("GET /v1/clusters/first", 404, "{}")
                .on("GET /v1/clusters/first", 200, CLUSTER.formatted("in progress", port))
                .on("GET /v1/clusters/first", 200, CLUSTER.formatted("succeeded", port))
                .on("GET /v1/clusters", 200, "[" + CLUSTER.formatted("succeeded", port) + "]")
                .on("POST /v1/clusters", 202, CLUSTER.formatted("in progress", port))
                .on("POST /v1/clusters/first/binds", 200, """
                        {"current-context":"first",
                         "clusters":[{"name":"first","cluster":{"server":"https://127.0.0.1:%d","certificate-authority-data":"%s"}}],
                         "contexts":[{"name":"first","context":{"cluster":"first","user":"first-admin"}}],
                         "users":[{"name":"first-admin","user":{"client-key-data":"S0VZ"}}]}""".formatted(port, ca));
    }
}
