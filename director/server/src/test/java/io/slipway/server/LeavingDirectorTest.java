package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director that is told to go, while others stay. */
class LeavingDirectorTest {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Test
    void ends_first_what_would_end_with_it_and_takes_nothing_new(@TempDir Path folder) throws Exception {
        try (var database = Postgresql.start();
                var cluster = DirectorCluster.start(folder, database.settings(), 2)) {
            var staying = cluster.node(0).api();
            staying.done(staying.deploy(TinyRelease.manifest("d", 1, "one", "small")));
            var hanging = cluster.infrastructure()
                    .faults()
                    .on(CpiMethod.SNAPSHOT_DISK)
                    .inject(new CpiFault.Hang());
            long task = cluster.node(1).api().taskOf("/deployments/d/snapshots", "");
            assertThat(hanging.awaitStruck(DEADLINE)).isTrue();

            var left = CompletableFuture.runAsync(() -> cluster.node(1).leave());
            DirectorCluster.awaitFree(cluster.ports().get(1));

            assertThat(left).isNotDone();
            assertThat(staying.task(task).path("state").asText()).isEqualTo("processing");
            hanging.lift();
            staying.done(task);
            left.get(120, TimeUnit.SECONDS);
        }
    }
}
