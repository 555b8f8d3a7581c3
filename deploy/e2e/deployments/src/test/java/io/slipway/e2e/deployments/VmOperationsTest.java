package io.slipway.e2e.deployments;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import io.slipway.e2e.Vm;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What becomes of VMs that are swapped, deleted or lost. */
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VmOperationsTest {
    private static final String MANIFEST = """
            name: swap
            releases: [{name: life, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update:
              canaries: 1
              max_in_flight: 1
              canary_watch_time: 100-60000
              update_watch_time: 100-60000
              vm_strategy: create-swap-delete
            instance_groups:
            - name: web
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              persistent_disk: 256
              networks: [{name: default}]
              jobs:
              - {name: web, release: life, properties: {message: hello, password: secret}}
              - {name: smoke, release: life}
            """;
    private static final Duration REPAIR = Duration.ofMinutes(3);
    /** Shorter than the silence that is borne of a VM that is on. */
    private static final Duration NOTICE = Duration.ofSeconds(55);

    private static Installation slipway;
    private static Api api;

    @BeforeAll
    static void deploy() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        mustWork(api.post("/releases", "application/x-compressed", LifeRelease.bytes()));
        mustWork(api.deploy(MANIFEST));
    }

    @Test
    @Order(1)
    void makes_the_new_vm_before_it_lets_the_old_one_go() throws Exception {
        var before = web();

        mustWork(api.put("/deployments/swap/jobs/web/0?state=recreate", ""));

        var after = web();
        assertThat(after.path("job_state").asText()).isEqualTo("running");
        assertThat(after.path("vm_cid")).isNotEqualTo(before.path("vm_cid"));
        assertThat(after.path("ips")).isNotEqualTo(before.path("ips"));
        assertThat(after.path("disk_cids")).isEqualTo(before.path("disk_cids"));
        var orphan = api.get("/orphaned_vms").path(0);
        assertThat(orphan.path("cid")).isEqualTo(before.path("vm_cid"));
        assertThat(orphan.path("ip_addresses")).isEqualTo(before.path("ips"));
        assertThat(orphan.path("deployment_name").asText()).isEqualTo("swap");
        assertThat(orphan.path("orphaned_at").asText()).endsWith("UTC");
        mustWork(api.deploy(MANIFEST));
        assertThat(web().path("vm_cid")).isEqualTo(after.path("vm_cid"));
    }

    @Test
    @Order(2)
    void cleans_orphaned_vms_up_with_their_addresses() throws Exception {
        String cid = api.get("/orphaned_vms").path(0).path("cid").asText();
        assertThat(api.get("/cleanup/dryrun").path("orphaned_vms")).hasSize(1);

        mustWork(api.postJson("/cleanup", "{\"config\": {\"remove_all\": false}}"));

        assertThat(api.get("/orphaned_vms")).isEmpty();
        assertThat(slipway.vms()).noneMatch(vm -> vm.getFileName().toString().equals(cid));
    }

    @Test
    @Order(3)
    void deletes_the_vm_of_an_instance_and_finds_that_it_is_missing() throws Exception {
        api.put("/resurrection", "{\"resurrection_paused\": true}");
        assertThat(web().path("resurrection_paused").asBoolean()).isTrue();
        String cid = web().path("vm_cid").asText();

        mustWork(api.delete("/vms/" + cid));

        assertThat(web().path("vm_cid").isNull()).isTrue();
        assertThat(slipway.vms()).noneMatch(vm -> vm.getFileName().toString().equals(cid));
        mustWork(api.post("/deployments/swap/scans", "application/json", new byte[0]));
        var problem = api.get("/deployments/swap/problems").path(0);
        assertThat(problem.path("type").asText()).isEqualTo("missing_vm");
        String id = problem.path("id").asText();
        mustWork(api.put(
                "/deployments/swap/problems",
                "{\"resolutions\": {\"" + id + "\": null}, \"max_in_flight_overrides\": {\"web\": \"50%\"}}"));
        awaitRunning();
        assertThat(api.put("/deployments/swap/scan_and_fix", "{\"jobs\": {\"web\": [\"0\"]}}")
                        .description())
                .isEqualTo("Resurrector is paused");
    }

    @Test
    @Order(4)
    void repairs_by_itself_a_vm_that_died() throws Exception {
        api.put("/resurrection", "{\"resurrection_paused\": false}");
        assertThat(api.get("/resurrection").path("resurrection").asBoolean()).isTrue();
        mustWork(api.put("/deployments/swap/scan_and_fix", "{\"jobs\": {\"web\": [\"0\"]}}"));
        var before = web();

        Vm.withAddress(slipway, before.path("ips").path(0).asText()).kill();

        Installation.await(NOTICE, () -> web().path("vm_cid").equals(before.path("vm_cid")) ? "the same VM" : "");
        awaitRunning();
        assertThat(web().path("disk_cids")).isEqualTo(before.path("disk_cids"));
        assertThat(api.get("/tasks?deployment=swap&verbose=2").findValuesAsText("description"))
                .contains("scan and fix");
        assertThat(api.get("/events?deployment=swap").findValuesAsText("action"))
                .contains("resurrect", "orphan", "delete");
    }

    @Test
    @Order(5)
    void refuses_a_strategy_that_it_does_not_know() throws Exception {
        assertThat(api.deploy(MANIFEST.replace("create-swap-delete", "hope")).description())
                .contains("hope", "create-swap-delete");
    }

    @Test
    @Order(6)
    void is_deleted_by_force() throws Exception {
        int others = slipway.vms().size() - 1;

        mustWork(api.delete("/deployments/swap?force=true"));

        assertThat(slipway.vms()).hasSize(others);
        mustWork(api.delete("/releases/life?version=1"));
    }

    private static void awaitRunning() throws Exception {
        Installation.await(REPAIR, () -> {
            String state = web().path("job_state").asText();
            return state.equals("running") ? "" : state;
        });
    }

    private static JsonNode web() throws Exception {
        return api.results(api.run("/deployments/swap/instances?format=full")).getFirst();
    }
}
