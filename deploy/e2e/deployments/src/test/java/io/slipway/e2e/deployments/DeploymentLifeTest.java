package io.slipway.e2e.deployments;

import static io.slipway.e2e.Api.mustWork;
import static io.slipway.e2e.LifeRelease.starts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import io.slipway.e2e.Outcome;
import io.slipway.e2e.Programs;
import io.slipway.e2e.Tgz;
import io.slipway.e2e.Vm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The life of a deployment, through the requests that operators' tools send. */
@Order(2)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentLifeTest {
    private static final String MANIFEST = """
            name: life
            releases: [{name: life, version: "1"}, {name: words, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 2, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            instance_groups:
            - name: web
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              persistent_disk: 256
              networks: [{name: default}]
              jobs:
              - {name: web, release: life, properties: {message: hello, password: ((pw))}}
              - {name: smoke, release: life}
              - {name: speak, release: words}
            - name: checks
              lifecycle: errand
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: smoke, release: life, properties: {exit: 3}}]
            variables: [{name: pw, type: password}]
            """;

    private static Installation slipway;
    private static Api api;

    @BeforeAll
    static void upload() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        assertThat(api.post("/releases", "application/x-compressed", LifeRelease.bytes())
                        .description())
                .isEqualTo("Created release 'life/1'");
        var stemcell = api.get("/stemcells").path(0);
        String line = stemcell.path("operating_system").asText() + "/"
                + stemcell.path("version").asText();
        mustWork(api.post("/releases", "application/x-compressed", LifeRelease.compiled(line)));
    }

    @Test
    @Order(1)
    void is_deployed_with_packages_made_from_each_other() throws Exception {
        mustWork(api.deploy(MANIFEST));

        assertThat(web()).singleElement().satisfies(instance -> {
            assertThat(instance.path("job_state").asText()).isEqualTo("running");
            assertThat(instance.path("state").asText()).isEqualTo("started");
            assertThat(instance.path("disk_cids")).hasSize(1);
        });
        assertThat(smoke("web/0")).contains("sees 1 saying hello", "started 1", "hello word", "said");
        var speak = api.postJson("/deployments/life/errands/speak/runs", "{}");
        assertThat(api.results(speak).getFirst().path("stdout").asText()).isEqualTo("compiled elsewhere\n");
    }

    @Test
    @Order(2)
    void shows_what_a_deploy_would_change_and_changes_only_that() throws Exception {
        String changed = MANIFEST.replace("message: hello", "message: bye");
        var diff = api.post("/deployments/life/diff?redact=true", "text/yaml", changed.getBytes())
                .body();

        assertThat(diff.path("diff").toString()).contains("<redacted>").doesNotContain("bye");
        assertThat(diff.path("context").path("cloud_config_ids")).hasSize(1);
        assertThat(api.post("/deployments/life/diff", "text/yaml", MANIFEST.getBytes())
                        .body()
                        .path("diff"))
                .isEmpty();
        var before = web().getFirst().path("vm_cid").asText();
        mustWork(api.deploy(changed));
        assertThat(web().getFirst().path("vm_cid").asText()).isEqualTo(before);
        assertThat(smoke("web/0")).contains("saying bye", "started 2");
        mustWork(api.deploy(MANIFEST));
    }

    @Test
    @Order(3)
    void grows_and_shrinks() throws Exception {
        mustWork(api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 5")));
        assertThat(web()).hasSize(5);
        mustWork(api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 2")));
        assertThat(web()).hasSize(2);
        assertThat(web().stream().map(one -> one.path("ips").path(0).asText()).distinct())
                .hasSize(2);
    }

    @Test
    @Order(4)
    void keeps_disks_that_are_let_go_until_they_are_cleaned_up() throws Exception {
        var orphans = api.get("/disks");
        assertThat(orphans.findValuesAsText("deployment_name")).containsExactly("life", "life", "life");
        assertThat(api.get("/cleanup/dryrun?remove_all=true").path("orphaned_disks"))
                .hasSize(3);
        assertThat(api.get("/cleanup/dryrun?remove_all=false").path("orphaned_disks"))
                .isEmpty();
        for (JsonNode orphan : orphans) {
            String cid = orphan.path("disk_cid").asText();
            assertThat(slipway.disks()).contains(cid);

            mustWork(api.delete("/disks/" + cid));

            assertThat(slipway.disks()).doesNotContain(cid);
            assertThat(api.delete("/disks/" + cid).status()).isEqualTo(404);
        }
        assertThat(api.get("/disks")).isEmpty();
    }

    @Test
    @Order(4)
    void shows_what_a_release_consists_of() throws Exception {
        var release = api.get("/releases/life?version=1");

        assertThat(release.path("jobs").findValuesAsText("name")).contains("web", "smoke");
        assertThat(release.path("packages").path(0).path("compiled_packages")).isNotEmpty();
        assertThat(api.run("/releases/life?version=9").status()).isEqualTo(404);
        assertThat(api.postJson("/releases", "{\"location\": \"file:///etc/passwd\"}")
                        .description())
                .contains("file:///etc/passwd", "http");
        assertThat(api.postJson("/stemcell_uploads", "{\"stemcell\": {\"name\": \"x\", \"version\": \"1\"}}")
                        .body()
                        .path("needed")
                        .asBoolean())
                .isTrue();
    }

    @Test
    @Order(5)
    void stays_stopped_until_it_is_started() throws Exception {
        mustWork(api.put("/deployments/life/jobs/web/0?state=stopped", ""));
        assertThat(state("web", 0)).isEqualTo("stopped");
        mustWork(api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 2")));
        assertThat(state("web", 0)).isEqualTo("stopped");
        assertThat(state("web", 1)).isEqualTo("started");

        mustWork(api.put("/deployments/life/jobs/web/0?state=started", ""));

        assertThat(state("web", 0)).isEqualTo("started");
    }

    @Test
    @Order(6)
    void keeps_its_data_when_its_vm_is_made_anew() throws Exception {
        var before = instance("web", 0);
        int started = starts(smoke("web/0"));

        mustWork(api.put("/deployments/life/jobs/web/0?state=recreate", ""));

        var after = instance("web", 0);
        assertThat(after.path("vm_cid")).isNotEqualTo(before.path("vm_cid"));
        assertThat(after.path("disk_cids")).isEqualTo(before.path("disk_cids"));
        assertThat(starts(smoke("web/0"))).isEqualTo(started + 1);
    }

    @Test
    @Order(6)
    void keeps_its_data_when_its_disk_grows() throws Exception {
        String before = smoke("web/0");
        String disk = instance("web", 0).path("disk_cids").path(0).asText();

        mustWork(api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 2")
                .replace("persistent_disk: 256", "persistent_disk: 320")));

        assertThat(instance("web", 0).path("disk_cids").path(0).asText()).isNotEqualTo(disk);
        assertThat(starts(smoke("web/0"))).isEqualTo(starts(before) + 1);
        mustWork(api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 2")));
    }

    @Test
    @Order(6)
    void gives_the_logs_of_its_jobs() throws Exception {
        var fetched = api.run("/deployments/life/jobs/web/0/logs?type=job");

        byte[] bundle = api.download("/resources/" + fetched.description());
        assertThat(Tgz.files(bundle)).containsKey("./web/web.log");
    }

    @Test
    @Order(6)
    void finds_and_repairs_a_vm_that_died() throws Exception {
        // The health monitor is quicker than any operator.
        mustWork(api.put("/resurrection", "{\"resurrection_paused\": true}"));
        var before = instance("web", 0);
        Vm.withAddress(slipway, before.path("ips").path(0).asText()).kill();
        Installation.await(Duration.ofSeconds(30), () -> {
            String state = instance("web", 0).path("job_state").asText();
            return state.equals("unresponsive agent") ? "" : state;
        });

        mustWork(api.post("/deployments/life/scans", "application/json", new byte[0]));
        var problem = api.get("/deployments/life/problems").path(0);
        assertThat(problem.path("type").asText()).isEqualTo("unresponsive_agent");
        assertThat(problem.path("resolutions").findValuesAsText("name")).contains("ignore", "recreate_vm", "reboot_vm");
        String id = problem.path("id").asText();
        assertThat(api.put("/deployments/life/problems", "{\"resolutions\": {\"" + id + "\": \"pray\"}}")
                        .description())
                .contains("pray", "recreate_vm");
        mustWork(api.put("/deployments/life/problems", "{\"resolutions\": {\"" + id + "\": \"recreate_vm\"}}"));

        var after = instance("web", 0);
        assertThat(after.path("job_state").asText()).isEqualTo("running");
        assertThat(after.path("vm_cid")).isNotEqualTo(before.path("vm_cid"));
        assertThat(after.path("disk_cids")).isEqualTo(before.path("disk_cids"));
        mustWork(api.post("/deployments/life/scans", "application/json", new byte[0]));
        assertThat(api.get("/deployments/life/problems")).isEmpty();
        mustWork(api.put("/resurrection", "{\"resurrection_paused\": false}"));
    }

    @Test
    @Order(7)
    void lets_one_instance_be_acted_on_alone() throws Exception {
        String other = instance("web", 0).path("vm_cid").asText();
        String path = "/deployments/life/instance_groups/web/1/actions/";
        mustWork(api.post(path + "stop?hard=true", "text/yaml", new byte[0]));
        assertThat(instance("web", 1).path("vm_cid").isNull()).isTrue();
        mustWork(api.post(path + "start", "text/yaml", new byte[0]));
        mustWork(api.post(path + "restart?skip_drain=true", "text/yaml", new byte[0]));

        assertThat(instance("web", 1).path("job_state").asText()).isEqualTo("running");
        assertThat(instance("web", 0).path("vm_cid").asText()).isEqualTo(other);
        assertThat(api.post(path + "explode", "text/yaml", new byte[0]).status())
                .isEqualTo(404);
        assertThat(api.put("/deployments/life/jobs/web/0?state=odd", "").description())
                .contains("odd", "recreate");
    }

    @Test
    @Order(8)
    void leaves_an_ignored_instance_alone() throws Exception {
        api.put("/deployments/life/instance_groups/web/1/ignore", "{\"ignore\": true}");
        assertThat(instance("web", 1).path("ignore").asBoolean()).isTrue();
        String vm = instance("web", 1).path("vm_cid").asText();
        mustWork(api.put("/deployments/life/jobs/*?state=recreate", ""));
        assertThat(instance("web", 1).path("vm_cid").asText()).isEqualTo(vm);
        var refused = api.deploy(MANIFEST.replaceFirst("instances: 1", "instances: 0"));
        assertThat(refused.isGood()).isFalse();
        assertThat(refused.description()).contains("ignored");
        api.put("/deployments/life/instance_groups/web/1/ignore", "{\"ignore\": false}");
        mustWork(api.deploy(MANIFEST));
        assertThat(web()).hasSize(1);
    }

    @Test
    @Order(9)
    void runs_errands_on_vms_of_their_own_that_go_again() throws Exception {
        int vms = slipway.vms().size();

        var run = api.postJson("/deployments/life/errands/checks/runs", "{}");

        assertThat(run.description()).isEqualTo("0 succeeded, 1 errored, 0 canceled");
        assertThat(api.results(run).getFirst().path("exit_code").asInt()).isEqualTo(3);
        assertThat(slipway.vms()).hasSize(vms);
        assertThat(api.get("/deployments/life/errands").findValuesAsText("name"))
                .containsExactly("checks", "smoke", "speak");
        assertThat(api.postJson("/deployments/life/errands/none/runs", "{}").description())
                .contains("none", "doesn't exist");
        String changed = "{\"when-changed\": true, \"instances\": [{\"group\": \"web\"}]}";
        assertThat(api.postJson("/deployments/life/errands/smoke/runs", changed).description())
                .isEqualTo("1 succeeded, 0 errored, 0 canceled");
        assertThat(api.postJson("/deployments/life/errands/smoke/runs", changed).description())
                .contains("skipped");
    }

    @Test
    @Order(10)
    void gives_operators_accounts_on_instances(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key");
        Programs.output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        String target = "\"target\": {\"job\": \"web\", \"ids\": [\"0\"], \"indexes\": [\"0\"]}";
        var setup = api.postJson(
                "/deployments/life/ssh",
                "{\"command\": \"setup\", " + target + ", \"params\": {\"user\": \"bosh_abc\", \"public_key\": \""
                        + Files.readString(folder.resolve("key.pub")).strip() + "\\n\"}}");

        var account = api.results(setup).getFirst().path(0);
        assertThat(account.path("status").asText()).isEqualTo("success");
        Path hosts = Files.writeString(
                folder.resolve("hosts"),
                account.path("ip").asText() + " "
                        + account.path("host_public_key").asText() + "\n");
        assertThat(ssh(key, hosts, account, "sudo id -un").mustSucceed().out()).isEqualTo("root\n");
        assertThat(Integer.parseInt(
                        ssh(key, hosts, account, "id -u").mustSucceed().out().strip()))
                .as("a number that no user of the machine has")
                .isBetween(60700, 60999);
        mustWork(api.postJson(
                "/deployments/life/ssh",
                "{\"command\": \"cleanup\", " + target + ", \"params\": {\"user_regex\": \"^bosh_abc\"}}"));
        assertThat(ssh(key, hosts, account, "id").err()).contains("Permission denied");
        assertThat(api.postJson("/deployments/life/ssh", "{\"command\": \"rob\"}")
                        .description())
                .contains("rob", "setup");
    }

    /** By key alone, and only to the host whose key the director told. */
    private static Outcome ssh(Path key, Path hosts, JsonNode account, String command) {
        return Programs.run(
                Path.of("/"),
                Map.of(),
                30,
                List.of(
                        "ssh",
                        "-F",
                        "/dev/null",
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "UserKnownHostsFile=" + hosts,
                        "-o",
                        "StrictHostKeyChecking=yes",
                        "-i",
                        key.toString(),
                        "bosh_abc@" + account.path("ip").asText(),
                        command));
    }

    @Test
    @Order(11)
    void leaves_a_trail_and_then_nothing() throws Exception {
        var actions = api.get("/events?deployment=life").findValuesAsText("action");
        assertThat(actions).contains("create", "update", "run", "setup ssh");
        assertThat(api.get("/locks")).isEmpty();
        int others = slipway.vms().size() - web().size();

        mustWork(api.delete("/deployments/life"));

        assertThat(api.get("/deployments").findValuesAsText("name")).doesNotContain("life");
        assertThat(slipway.vms()).hasSize(others);
        mustWork(api.delete("/releases/life?version=1"));
        mustWork(api.delete("/releases/words?version=1"));
    }

    /** What the errand says on one instance. */
    private static String smoke(String instance) throws Exception {
        String[] parts = instance.split("/");
        var run = api.postJson(
                "/deployments/life/errands/smoke/runs",
                "{\"instances\": [{\"group\": \"" + parts[0] + "\", \"id\": \"" + parts[1] + "\"}]}");
        mustWork(run);
        return api.results(run).getFirst().path("stdout").asText();
    }

    private static List<JsonNode> instances() throws Exception {
        return api.results(api.run("/deployments/life/instances?format=full"));
    }

    private static List<JsonNode> web() throws Exception {
        var found = new ArrayList<JsonNode>();
        for (JsonNode instance : instances()) {
            if (instance.path("job_name").asText().equals("web")) {
                found.add(instance);
            }
        }
        return found;
    }

    private static JsonNode instance(String group, int index) throws Exception {
        return instances().stream()
                .filter(one -> one.path("job_name").asText().equals(group)
                        && one.path("index").asInt() == index)
                .findFirst()
                .orElseThrow();
    }

    private static String state(String group, int index) throws Exception {
        return instance(group, index).path("state").asText();
    }
}
