package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StemcellOfVmTest {
    @Test
    void vms_are_asked_for_with_what_their_stemcell_says_of_its_agent(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            long task = director.api().deploy(TinyRelease.manifest("d", 1, "one", "small"));

            assertThat(director.api().ended(task).path("state").asText()).isEqualTo("done");
            // One compiles, the other is the instance's.
            assertThat(director.requests())
                    .hasSize(2)
                    .extracting(VmRequest::stemcellApiVersion)
                    .containsOnly(3);
        }
    }
}
