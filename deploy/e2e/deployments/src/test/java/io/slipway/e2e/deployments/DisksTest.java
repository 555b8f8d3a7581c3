package io.slipway.e2e.deployments;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What operators do with persistent disks: data outlives instances, disks and deployments. */
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DisksTest {
    private static final String MANIFEST = """
            name: disks
            releases: [{name: life, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 2, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            instance_groups:
            - name: web
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              persistent_disk: 64
              networks: [{name: default}]
              jobs:
              - {name: web, release: life}
              - {name: smoke, release: life}
            """;
    private static final String WEB = "/deployments/disks/instance_groups/web/0/actions/";

    private static Installation slipway;
    private static Api api;
    private static String firstDisk;
    private static String snapshot;

    @BeforeAll
    static void upload() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        api.post("/releases", "application/x-compressed", LifeRelease.bytes());
    }

    @Test
    @Order(1)
    void takes_snapshots_of_disks_in_use() throws Exception {
        mustWork(api.deploy(MANIFEST));
        firstDisk = disk();
        assertThat(starts()).isEqualTo(1);

        var taken = api.post("/deployments/disks/jobs/web/0/snapshots", "text/plain", new byte[0]);

        snapshot = api.get("/deployments/disks/snapshots")
                .path(0)
                .path("snapshot_cid")
                .asText();
        assertThat(taken.description()).isEqualTo("snapshot(s) " + snapshot + " created");
        assertThat(slipway.snapshots()).contains(snapshot);
        assertThat(api.get("/deployments/disks/snapshots").path(0).path("clean").asBoolean())
                .isFalse();
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    @Order(2)
    void moves_data_to_a_larger_disk_and_to_a_new_one_that_is_asked_for() throws Exception {
        mustWork(api.deploy(MANIFEST.replace("persistent_disk: 64", "persistent_disk: 96")));
        String larger = disk();
        assertThat(larger).isNotEqualTo(firstDisk);
        assertThat(starts()).isEqualTo(2);
        assertThat(orphans()).contains(firstDisk);

        mustWork(api.post("/deployments?recreate_persistent_disks=true", "text/yaml", MANIFEST.getBytes()));

        assertThat(disk()).isNotEqualTo(larger);
        assertThat(starts()).isEqualTo(3);
    }

    @Test
    @Order(3)
    void keeps_the_disks_of_a_deleted_deployment_as_orphans() throws Exception {
        String last = disk();

        mustWork(api.delete("/deployments/disks"));

        assertThat(orphans()).contains(firstDisk, last);
        assertThat(slipway.disks()).contains(firstDisk, last);
        assertThat(slipway.snapshots()).contains(snapshot);
    }

    @Test
    @Order(4)
    void attaches_an_orphan_to_a_stopped_instance_with_its_data_and_snapshots() throws Exception {
        mustWork(api.deploy(MANIFEST));
        assertThat(starts()).isEqualTo(1);
        String own = disk();
        assertThat(api.get("/deployments/disks/snapshots")).isEmpty();
        assertThat(attach(firstDisk).description()).contains("must be in 'bosh stopped' state");
        mustWork(api.post(WEB + "stop", "text/yaml", new byte[0]));
        assertThat(attach("disk-000000000000").description()).contains("does not exist");

        mustWork(attach(firstDisk));

        assertThat(disk()).isEqualTo(firstDisk);
        assertThat(orphans()).contains(own).doesNotContain(firstDisk);
        assertThat(api.get("/deployments/disks/snapshots").findValuesAsText("snapshot_cid"))
                .containsExactly(snapshot);
        mustWork(api.post(WEB + "start", "text/yaml", new byte[0]));
        assertThat(disk()).isEqualTo(firstDisk);
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    @Order(5)
    void has_an_instance_without_a_vm_let_its_disk_go_and_take_it_again() throws Exception {
        mustWork(api.post(WEB + "stop?hard=true", "text/yaml", new byte[0]));

        mustWork(api.delete("/disks/" + firstDisk + "?orphan=true"));
        assertThat(orphans()).contains(firstDisk);
        assertThat(instance().path("disk_cids")).isEmpty();
        mustWork(attach(firstDisk));

        mustWork(api.post(WEB + "start", "text/yaml", new byte[0]));
        assertThat(starts()).isEqualTo(3);
    }

    @Test
    @Order(6)
    void finds_a_disk_that_is_lost() throws Exception {
        mustWork(api.post("/deployments/disks/scans", "application/json", new byte[0]));
        assertThat(api.get("/deployments/disks/problems")).isEmpty();
        mustWork(api.post(WEB + "stop?hard=true", "text/yaml", new byte[0]));
        slipway.loseDisk(disk());

        mustWork(api.post("/deployments/disks/scans", "application/json", new byte[0]));

        var problem = api.get("/deployments/disks/problems").path(0);
        assertThat(problem.path("type").asText()).isEqualTo("missing_disk");
        assertThat(problem.path("description").asText()).contains(firstDisk, "64M");
        mustWork(api.put(
                "/deployments/disks/problems",
                "{\"resolutions\": {\"" + problem.path("id").asText() + "\": \"delete_disk_reference\"}}"));
        assertThat(instance().path("disk_cids")).isEmpty();
        mustWork(api.post(WEB + "start", "text/yaml", new byte[0]));
        assertThat(disk()).isNotEqualTo(firstDisk);
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    @Order(7)
    void deletes_snapshots_alone_and_with_their_disks() throws Exception {
        mustWork(api.post("/deployments/disks/snapshots", "text/plain", new byte[0]));
        var cids = api.get("/deployments/disks/snapshots").findValuesAsText("snapshot_cid");
        assertThat(cids).hasSize(1);
        assertThat(api.delete("/deployments/disks/snapshots/no-such").status()).isEqualTo(404);
        mustWork(api.delete("/deployments/disks/snapshots/" + cids.getFirst()));
        assertThat(slipway.snapshots()).doesNotContainAnyElementsOf(cids);

        mustWork(api.delete("/deployments/disks"));
        deleteOrphans();

        assertThat(api.get("/disks")).isEmpty();
        assertThat(slipway.snapshots()).isEmpty();
    }

    @Test
    @Order(8)
    void gives_jobs_disks_by_name_that_they_format_and_mount_themselves() throws Exception {
        String named = MANIFEST.replace("persistent_disk: 64", "persistent_disks: [{name: scratch, type: small}]");
        mustWork(api.deploy(named));
        assertThat(instance().path("disk_cids")).hasSize(1);
        assertThat(smoke()).contains("used 1 of ");

        mustWork(api.put("/deployments/disks/jobs/web/0?state=recreate", ""));

        assertThat(smoke()).contains("used 2 of ");
        mustWork(api.delete("/deployments/disks"));
        mustWork(api.delete(
                "/disks/" + api.get("/disks").path(0).path("disk_cid").asText()));
    }

    private static Api.Answer attach(String disk) throws Exception {
        return api.put(
                "/disks/" + disk + "/attachments?deployment=disks&job=web&instance_id="
                        + instance().path("id").asText(),
                "");
    }

    /** How often the job was started on its disk. */
    private static int starts() throws Exception {
        return LifeRelease.starts(smoke());
    }

    private static String smoke() throws Exception {
        var run = api.postJson("/deployments/disks/errands/smoke/runs", "{}");
        mustWork(run);
        return api.results(run).getFirst().path("stdout").asText();
    }

    private static String disk() throws Exception {
        return instance().path("disk_cids").path(0).asText();
    }

    private static JsonNode instance() throws Exception {
        return api.results(api.run("/deployments/disks/instances?format=full")).getFirst();
    }

    private static void deleteOrphans() throws Exception {
        for (String disk : orphans()) {
            mustWork(api.delete("/disks/" + disk));
        }
    }

    private static List<String> orphans() throws Exception {
        return api.get("/disks").findValuesAsText("disk_cid");
    }
}
