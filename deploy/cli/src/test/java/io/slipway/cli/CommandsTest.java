package io.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cli.director.TargetFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as users run them, against a director that speaks HTTPS. */
class CommandsTest {
    private static final String RUNNING = """
            {"name":"two","uuid":"u-2","plan_name":"small","last_action":"CREATE","last_action_state":"in progress",
             "last_action_description":"Creating cluster","parameters":{},"kubernetes_master_ips":[],"task_id":7}""";
    private static final String DONE = """
            {"name":"two","uuid":"u-2","plan_name":"small","k8s_version":"1.37.2","last_action":"CREATE",
             "last_action_state":"succeeded","last_action_description":"Instance provisioning completed",
             "parameters":{"kubernetes_master_host":"10.144.15.1","kubernetes_master_port":8443,
             "kubernetes_worker_instances":1},"kubernetes_master_ips":["10.144.0.10"],"task_id":7}""";
    private static final String EVENTS = """
            {"time":1700000000,"stage":"Preparing deployment","tags":[],"total":1,"task":"Preparing deployment","index":1,"state":"started","progress":0}
            {"time":1700000002,"stage":"Preparing deployment","tags":[],"total":1,"task":"Preparing deployment","index":1,"state":"finished","progress":100}
            {"time":1700000002,"stage":"Updating instance","tags":["master"],"total":1,"task":"master/0","index":1,"state":"started","progress":0}
            """;

    @TempDir
    private static Path keys;

    @TempDir
    private Path home;

    private FakeDirector director;
    private CliRun run;

    @BeforeEach
    void startDirector() throws Exception {
        director = new FakeDirector(keys);
        new TargetFile(home.resolve(".config/slipway/config.yml")).write(director.target(), "");
        run = new CliRun(home);
    }

    @AfterEach
    void stopDirector() {
        director.close();
    }

    @Test
    void lists_clusters_in_columns() {
        director.on("GET /v1/clusters", 200, "[" + DONE + "," + RUNNING + "]");

        assertThat(run.run("clusters")).isZero();

        assertThat(run.out()).isEqualTo("""
                Name  K8s Version  Plan Name  UUID  Status       Action
                two   1.37.2       small      u-2   succeeded    CREATE
                two                small      u-2   in progress  CREATE
                """);
    }

    @Test
    void verifies_the_audit_trail_answer_by_answer() {
        director.on(
                "GET /audit/verification?after=&anchor=7:" + "a".repeat(64),
                200,
                verified(200_000, "200000:bb", false, ""));
        director.on("GET /audit/verification?after=200000:bb&anchor=", 200, verified(5, "200005:cc", true, ""));

        assertThat(run.run("audit", "verify", "--anchor", "7:" + "a".repeat(64)))
                .isZero();

        assertThat(run.out()).isEqualTo("""
                The audit trail holds: 200005 rows, after 3 that were removed for their age.
                It ends at 200005:cc
                """);
    }

    @Test
    void says_what_of_the_audit_trail_is_not_as_it_was() {
        director.on("GET /audit/verification?after=&anchor=", 200, verified(9, "9:bb", true, """
                        {"number":4,"what":"the row is missing"},{"number":0,"what":"event 12 is no part of the chain"}"""));

        assertThat(run.run("audit", "verify")).isOne();

        assertThat(run.out()).isEqualTo("""
                row 4: the row is missing
                event 12 is no part of the chain
                """);
        assertThat(run.err()).contains("the audit trail is not as the directors left it: 2 found above");
    }

    @Test
    void refuses_an_anchor_that_is_none() {
        assertThat(run.run("audit", "verify", "--anchor", "seven")).isOne();

        assertThat(run.err()).contains("--anchor is 'seven': expected NUMBER:DIGEST");
        assertThat(director.requests()).isEmpty();
    }

    @Test
    void exports_the_audit_trail_as_lines_of_json() {
        director.on("GET /audit/rows?after=0&limit=1000", 200, """
                [{"number":1,"digest":"aa","user":"admin"},{"number":2,"digest":"bb","user":"hm"}]""");
        director.on("GET /audit/head", 200, "{\"text\":\"2:bb\"}");

        assertThat(run.run("audit", "export")).isZero();
        assertThat(run.run("audit", "head")).isZero();

        assertThat(run.out()).isEqualTo("""
                {"number":1,"digest":"aa","user":"admin"}
                {"number":2,"digest":"bb","user":"hm"}
                2:bb
                """);
    }

    private static String verified(long rows, String reached, boolean isAtEnd, String problems) {
        return """
                {"rows":%d,"from":{"text":"3:dd"},"reached":{"text":"%s"},"head":{"text":"%s"},
                 "checkpoint":{"number":3},"at_end":%s,"problems":[%s]}""".formatted(rows, reached, reached, isAtEnd, problems);
    }

    @Test
    void refuses_a_configuration_that_others_can_read() throws Exception {
        Path config = home.resolve(".config/slipway/config.yml");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(run.run("clusters")).isNotZero();

        assertThat(run.err())
                .contains("can be used by others than its owner (rw-r--r--)", "chmod 600 " + config)
                .doesNotContain(director.target().password());
    }

    @Test
    void shows_a_cluster_as_tkgi_does() {
        director.on("GET /v1/clusters/two", 200, DONE);

        assertThat(run.run("cluster", "two")).isZero();

        assertThat(run.out())
                .contains("Last Action State:        succeeded\n", "Kubernetes Master IP(s):  10.144.0.10\n");
    }

    @Test
    void prints_json_that_is_the_directors() throws Exception {
        director.on("GET /v1/clusters/two", 200, DONE);

        assertThat(run.run("cluster", "two", "--json")).isZero();

        assertThat(json(run.out())).isEqualTo(json(DONE));
    }

    @Test
    void creates_a_cluster_and_tells_its_stages() {
        director.on("POST /v1/clusters", 202, RUNNING)
                .on("GET /v1/clusters/two", 200, RUNNING)
                .on("GET /v1/clusters/two", 200, DONE)
                .on("GET /tasks/7/output?type=event", 200, EVENTS);

        assertThat(run.run("create-cluster", "two", "--plan", "small", "-n", "2", "-e", "two.example.com"))
                .as(run.err())
                .isZero();

        assertThat(director.requests().getFirst())
                .isEqualTo("POST /v1/clusters {\"name\":\"two\",\"plan_name\":\"small\",\"parameters\":"
                        + "{\"kubernetes_master_host\":\"two.example.com\",\"kubernetes_worker_instances\":2}}");
        assertThat(run.err())
                .contains(
                        "- Creating cluster two ...",
                        "  Preparing deployment: Preparing deployment",
                        "  Updating instance master: master/0",
                        "Created cluster two (");
        assertThat(run.out()).contains("Last Action State:        succeeded");
    }

    @Test
    void does_not_wait_when_told_so() {
        director.on("POST /v1/clusters", 202, RUNNING);

        assertThat(run.run("create-cluster", "two", "--plan", "small", "--no-wait"))
                .isZero();

        assertThat(director.requests()).hasSize(1);
        assertThat(run.out()).contains("in progress");
    }

    @Test
    void creates_a_cluster_whose_task_is_not_known_at_first() {
        director.on("POST /v1/clusters", 202, RUNNING)
                .on("GET /v1/clusters/two", 200, RUNNING)
                .on("GET /v1/clusters/two", 200, RUNNING)
                .on("GET /v1/clusters/two", 200, DONE)
                .on("GET /tasks/7/output?type=event", 404, "{\"code\":10000,\"description\":\"Task 7 not found\"}")
                .on("GET /tasks/7/output?type=event", 200, EVENTS);

        assertThat(run.run("create-cluster", "two", "--plan", "small"))
                .as(run.out() + run.err())
                .isZero();

        assertThat(run.out() + run.err()).contains("Updating instance master");
    }

    @Test
    void fails_with_the_reason_of_a_failed_creation() {
        director.on("POST /v1/clusters", 202, RUNNING)
                .on(
                        "GET /v1/clusters/two",
                        200,
                        DONE.replace("succeeded", "failed").replace("Instance provisioning completed", "etcd is ill"))
                .on("GET /tasks/7/output?type=event", 200, EVENTS);

        assertThat(run.run("create-cluster", "two", "--plan", "small")).isEqualTo(1);

        assertThat(run.err()).endsWith("Error: cluster two: CREATE failed: etcd is ill (see 'slipway task 7')\n");
    }

    @Test
    void passes_on_what_the_director_refuses_as_one_line() {
        director.on("POST /v1/clusters", 400, "{\"code\":950002,\"description\":\"there is no plan 'x'\"}");

        assertThat(run.run("create-cluster", "two", "--plan", "x")).isEqualTo(1);

        assertThat(run.err()).isEqualTo("Error: there is no plan 'x'\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void asks_before_it_deletes() {
        director.on("GET /v1/clusters/two", 200, DONE);

        assertThat(run.answering("n\n").run("delete-cluster", "two")).isEqualTo(1);

        assertThat(run.err())
                .contains("Are you sure you want to delete cluster two? (y/n): ", "Error: nothing was deleted");
        assertThat(director.requests()).noneMatch(request -> request.startsWith("DELETE"));
    }

    @Test
    void deletes_and_waits_until_the_cluster_is_gone() {
        director.on("GET /v1/clusters/two", 200, DONE)
                .on("GET /v1/clusters/two", 200, RUNNING.replace("CREATE", "DELETE"))
                .on("GET /v1/clusters/two", 404, "{}")
                .on("DELETE /v1/clusters/two", 202, RUNNING)
                .on("GET /tasks/7/output?type=event", 200, EVENTS);

        assertThat(run.run("delete-cluster", "two", "--non-interactive"))
                .as(run.err())
                .isZero();

        assertThat(run.out()).isEqualTo("Deleted two\n");
    }

    @Test
    void puts_credentials_into_the_kubeconfig() throws Exception {
        director.on("POST /v1/clusters/two/binds", 200, """
                {"apiVersion":"v1","kind":"Config","clusters":[{"name":"two","cluster":{"server":"https://10.144.15.1:8443"}}],
                 "contexts":[{"name":"two","context":{"cluster":"two","user":"two-admin"}}],"current-context":"two",
                 "users":[{"name":"two-admin","user":{"client-key-data":"S0VZ"}}]}""");

        assertThat(run.run("get-credentials", "two")).isZero();

        Path file = home.resolve(".kube/config");
        assertThat(run.out()).contains("Fetching credentials for cluster two.", "Context set for cluster two.");
        assertThat(Files.readString(file)).contains("https://10.144.15.1:8443", "current-context: \"two\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void shows_a_task_as_bosh_does() {
        director.on(
                        "GET /tasks/7",
                        200,
                        "{\"id\":7,\"state\":\"error\",\"started_at\":1700000000,\"timestamp\":1700000065,\"result\":\"no\"}")
                .on("GET /tasks/7/output?type=event", 200, EVENTS + """
                        {"time":1700000065,"stage":"Updating instance","tags":["master"],"total":1,"task":"master/0","index":1,"state":"failed","progress":100,"data":{"error":"etcd is ill"}}
                        {"time":1700000065,"error":{"code":450001,"message":"etcd is ill"}}
                        """);

        assertThat(run.run("task", "7")).isZero();

        assertThat(run.out()).isEqualTo("""
                Task 7

                Task 7 | 22:13:20 | Preparing deployment: Preparing deployment
                Task 7 | 22:13:22 | Preparing deployment: Preparing deployment (00:00:02)
                Task 7 | 22:13:22 | Updating instance master: master/0
                Task 7 | 22:14:25 | Updating instance master: master/0 (00:01:03)
                         L Error: etcd is ill

                Task 7 | 22:14:25 | Error: etcd is ill


                Task 7 Started  Tue Nov 14 22:13:20 UTC 2023
                Task 7 Finished Tue Nov 14 22:14:25 UTC 2023
                Task 7 Duration 00:01:05
                Task 7 error
                """);
    }

    @Test
    void follows_a_task_to_its_end_and_takes_over_its_failure() {
        director.on("GET /tasks/7", 200, "{\"id\":7,\"state\":\"processing\"}")
                .on("GET /tasks/7", 200, "{\"id\":7,\"state\":\"error\",\"result\":\"no\"}")
                .on("GET /tasks/7/output?type=debug", 200, "one\ntwo")
                .on("GET /tasks/7/output?type=debug", 200, "one\ntwo and\nthree\n");

        assertThat(run.run("task", "7", "--debug", "--follow")).isEqualTo(1);

        assertThat(run.out()).isEqualTo("one\ntwo and\nthree\n");
        assertThat(run.err()).isEqualTo("Error: task 7 ended in state error\n");
    }

    @Test
    void lists_tasks() {
        director.on(
                "GET /tasks?verbose=2&limit=10",
                200,
                "[{\"id\":7,\"state\":\"done\",\"description\":\"create deployment\",\"started_at\":1700000000,"
                        + "\"user\":\"admin\",\"deployment\":\"d\",\"result\":\"/deployments/d\"}]");

        assertThat(run.run("tasks")).isZero();

        assertThat(run.out().lines().toList().getLast())
                .isEqualTo(
                        "7   done   Tue Nov 14 22:13:20 UTC 2023  admin  d           create deployment  /deployments/d");
    }

    @Test
    void says_that_the_password_is_wrong() {
        assertThat(run.run("clusters", "--password", "guess")).isEqualTo(1);

        assertThat(run.err()).startsWith("Error: user 'admin' or the password is not accepted by https://127.0.0.1:");
    }

    @Test
    void says_that_nobody_answers() {
        assertThat(run.run("clusters", "--director", "https://127.0.0.1:1")).isEqualTo(1);

        assertThat(run.err())
                .isEqualTo("Error: the director at https://127.0.0.1:1 does not answer (connection refused): "
                        + "start it with 'slipway up', or name another with --director\n");
    }

    @Test
    void does_not_trust_a_director_of_another_ca() throws Exception {
        Path other = Files.createDirectory(home.resolve("other"));
        try (var stranger = new FakeDirector(other)) {
            assertThat(run.run("clusters", "--director", stranger.target().url()))
                    .isEqualTo(1);
        }

        assertThat(run.err()).contains("is not trusted").hasLineCount(1);
    }

    @Test
    void takes_the_director_from_the_environment() throws Exception {
        Path ca = Files.writeString(home.resolve("ca.txt"), director.caPem());
        director.on("GET /v1/plans", 200, "[{\"name\":\"small\",\"id\":\"1\",\"description\":\"One\"}]");
        var elsewhere = new CliRun(home.resolve("nowhere"))
                .with("SLIPWAY_DIRECTOR", director.target().url() + "/")
                .with("SLIPWAY_CA_CERT", ca.toString())
                .with("SLIPWAY_USER", "admin")
                .with("SLIPWAY_PASSWORD", "secret");

        assertThat(elsewhere.run("plans")).as(elsewhere.err()).isZero();
        assertThat(elsewhere.out()).contains("small");
    }

    @Test
    void tells_whether_the_director_is_up() {
        director.on("GET /info", 200, "{\"name\":\"slipway\",\"version\":\"1.0\"}")
                .on("GET /v1/clusters", 200, "[" + DONE + "]")
                .on("GET /deployments", 200, "[{\"name\":\"d\"}]")
                .on("GET /deployments/d/vms", 200, "[{},{}]");

        assertThat(run.run("status")).isZero();
        assertThat(run.out()).contains("Clusters:  1 (1 succeeded)", "VMs:       2");

        var down = new CliRun(home);
        assertThat(down.run("status", "--director", "https://127.0.0.1:1")).isEqualTo(1);
        assertThat(down.out()).startsWith("Director:  not up (");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "create-cluster",
                "create-cluster two",
                "create-cluster two --plan small --num-nodes many",
                "task",
                "task twelve",
                "task 7 --debug --event",
                "tasks --limit 0",
                "cluster two three",
                "cluster ../x",
                "clusters --nonsense",
                "clusters --director ftp://x",
                "clusters --ca-cert nowhere.pem"
            })
    void answers_bad_input_with_one_line_and_exit_code_one(String line) {
        assertThat(run.run(line.split(" "))).isEqualTo(1);

        assertThat(run.err()).startsWith("Error: ").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(director.requests()).isEmpty();
    }

    @Test
    void helps_with_every_command_and_gives_examples() {
        for (var command : Main.commandLine(run.cli(home)).getSubcommands().entrySet()) {
            String usage = command.getValue().getUsageMessage();
            assertThat(usage).as(command.getKey()).contains("Usage: slipway " + command.getKey(), "Examples:");
            // The arguments of kubectl are not ours, and a command that has others gives no answers itself.
            if (!command.getKey().equals("kubectl")
                    && command.getValue().getSubcommands().isEmpty()) {
                assertThat(usage).as(command.getKey()).contains("--help", "--json");
            }
            for (var inner : command.getValue().getSubcommands().entrySet()) {
                assertThat(inner.getValue().getUsageMessage())
                        .as(inner.getKey())
                        .contains("Usage: slipway " + command.getKey() + " " + inner.getKey(), "Examples:", "--help");
            }
        }
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }
}
