package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client has uploaded is taken in where there is one director, too, once it is back. */
class RestartedUploadTest {
    @Test
    void the_only_director_goes_on_when_it_is_back(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            for (boolean isTold : List.of(true, false)) {
                var hanging = director.faults().on(CpiMethod.CREATE_STEMCELL).inject(new CpiFault.Hang());
                String version = isTold ? "8" : "9";
                long task = director.api().upload("/stemcells", TinyRelease.stemcell(version));
                assertThat(hanging.awaitStruck(Duration.ofSeconds(30))).isTrue();

                if (isTold) {
                    director.end();
                } else {
                    director.die();
                }
                hanging.lift();
                director.start();

                assertThat(director.api().done(task).path("result").asText()).isEqualTo("/stemcells/tiny/" + version);
            }
        }
    }
}
