package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken in and not wanted any more goes: files of half an upload may be of 24 GB. */
class LeftoversTest {
    private static final List<String> FOLDERS = List.of("incoming", "imports", "blobs/incoming", "uploads");

    @Test
    void an_upload_that_is_cancelled_while_it_waits_leaves_no_archive(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, new TaskLimits(1, 1, 2000))) {
            var hanging = director.infrastructure()
                    .faults()
                    .on(CpiMethod.CREATE_STEMCELL)
                    .inject(new CpiFault.Hang());
            long first = director.api().upload("/stemcells", TinyRelease.stemcell("2"));
            long second = director.api().upload("/stemcells", TinyRelease.stemcell("3"));

            director.api().cancel(second);
            hanging.lift();

            assertThat(director.api().ended(second).path("state").asText()).isEqualTo("cancelled");
            assertThat(director.api().ended(first).path("state").asText()).isEqualTo("done");
            assertThat(left(folder)).isEmpty();
        }
    }

    @Test
    void what_a_death_left_half_taken_in_is_gone_after_the_next_start(@TempDir Path folder) throws Exception {
        try (var director = SimulatedDirector.withRelease(folder, TaskLimits.DEFAULT)) {
            director.die();
            for (String of : List.of("incoming", "imports", "blobs/incoming")) {
                Path half = Files.createDirectories(folder.resolve("director/" + of + "/import-1"));
                Files.writeString(half.resolve("release.MF"), "half");
                Files.writeString(half.resolveSibling("upload-1.tgz"), "half");
            }

            director.start();

            assertThat(left(folder)).isEmpty();
        }
    }

    private static List<Path> left(Path folder) throws IOException {
        var left = new ArrayList<Path>();
        for (String of : FOLDERS) {
            Path directory = folder.resolve("director/" + of);
            if (Files.isDirectory(directory)) {
                try (var files = Files.list(directory)) {
                    left.addAll(files.toList());
                }
            }
        }
        return left;
    }
}
