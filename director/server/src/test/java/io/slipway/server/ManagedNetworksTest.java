package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedNetworksTest {
    private static final String CLOUD_CONFIG = TinyRelease.CLOUD_CONFIG + """
        - name: kept
          type: manual
          managed: true
          subnets: [{name: one, range: 10.71.0.0/24, gateway: 10.71.0.1, azs: [z1], dns: [10.71.0.2]}]
        """;

    /** For the network's addresses. */
    private static final int TOO_MANY = 300;

    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT);
        director.api().configure("cloud", CLOUD_CONFIG);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void are_orphans_when_their_last_deployment_goes_and_can_then_be_deleted() throws Exception {
        end(director.api().deploy(manifest(1)), "done");
        assertThat(orphans()).isEmpty();
        director.api().remove("/networks/kept", 400);

        end(director.api().delete("/deployments/d"), "done");

        assertThat(orphans()).containsExactly("kept");
        end(director.api().delete("/networks/kept"), "done");
        assertThat(orphans()).isEmpty();
    }

    @Test
    void are_orphans_when_the_first_deploy_on_them_fails_before_it_has_made_anything() throws Exception {
        end(director.api().deploy(manifest(TOO_MANY)), "error");

        assertThat(orphans()).containsExactly("kept");
    }

    @Test
    void stay_in_use_when_a_later_deploy_fails() throws Exception {
        end(director.api().deploy(manifest(1)), "done");
        end(director.api().deploy(manifest(TOO_MANY)), "error");

        assertThat(orphans()).isEmpty();
    }

    private static String manifest(int instances) {
        return TinyRelease.manifest("d", instances, "one", "small").replace("{name: default}", "{name: kept}");
    }

    private List<String> orphans() throws Exception {
        return director.api().get("/networks?orphaned=true").findValuesAsText("name");
    }

    private void end(long task, String state) throws Exception {
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo(state);
    }
}
