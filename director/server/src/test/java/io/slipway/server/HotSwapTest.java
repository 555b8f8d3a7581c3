package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cpi.VmDescription;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VMs that are exchanged for others, which are made and prepared beside them first. */
class HotSwapTest {
    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void the_other_vm_takes_over_with_the_disk_and_the_old_one_is_an_orphan() throws Exception {
        deploy("one", "");
        var before = instance();
        var disks = disks();

        deploy("two", "?recreate=true");

        var after = instance();
        String old = before.path("cid").asText();
        assertThat(after.path("cid").asText()).isNotEmpty().isNotEqualTo(old);
        assertThat(after.path("ips")).isNotEqualTo(before.path("ips"));
        assertThat(disks()).hasSize(1).isEqualTo(disks);
        var orphans = director.api().get("/orphaned_vms");
        assertThat(orphans).hasSize(1);
        assertThat(orphans.get(0).path("cid").asText()).isEqualTo(old);
        assertThat(director.infrastructure().listVms())
                .extracting(VmDescription::cid)
                .containsExactlyInAnyOrder(old, after.path("cid").asText());
    }

    @Test
    void the_vm_that_took_over_is_led_on_as_any_other() throws Exception {
        deploy("one", "");
        deploy("one", "?recreate=true");
        var swapped = instance();

        deploy("two", "");

        assertThat(instance().path("cid")).isEqualTo(swapped.path("cid"));
        assertThat(director.api().get("/orphaned_vms")).hasSize(1);
    }

    private void deploy(String text, String query) throws Exception {
        String manifest = TinyRelease.manifest("d", 1, text, "small")
                .replace("update: {", "update: {vm_strategy: create-swap-delete, ");
        var ended = director.api().ended(director.api().deploy(manifest, query));
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }

    private JsonNode instance() throws Exception {
        var instances = director.api().get("/deployments/d/instances");
        assertThat(instances).hasSize(1);
        return instances.get(0);
    }

    private JsonNode disks() throws Exception {
        return director.api().get("/deployments/d/jobs/web/0").path("disks");
    }
}
