package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cpi.simulated.fault.CpiFault;
import io.slipway.cpi.simulated.fault.CpiMethod;
import io.slipway.engine.EngineSettings.TaskLimits;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.blob.BlobSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A director whose blobs are in PostgreSQL, as where several share one. */
class BlobsInDatabaseTest {

    @Test
    void everything_that_has_to_do_with_blobs_works_and_none_is_in_files(@TempDir Path folder) throws Exception {
        try (var server = Postgresql.start();
                var director = director(folder, server.settings())) {
            var api = director.api();
            api.done(api.deploy(TinyRelease.manifest("d", 2, "one", "small")));
            director.die();
            director.start();

            api = director.api();
            api.done(api.deploy(TinyRelease.manifest("d", 2, "two", "small")));
            long export = api.taskOf(
                    "/releases/export",
                    "{\"deployment_name\":\"d\",\"release_name\":\"tiny\",\"release_version\":\"1\","
                            + "\"stemcell_os\":\"tiny\",\"stemcell_version\":\"1\",\"sha2\":true}");
            api.done(export);

            String id = new ObjectMapper()
                    .readTree(api.text("/tasks/" + export + "/output?type=result"))
                    .path("blobstore_id")
                    .asText();
            assertThat(api.text("/resources/" + id)).isNotEmpty();
            assertThat(api.status("/resources/" + "0".repeat(64))).isEqualTo(404);
            assertThat(count(server.settings(), "area = 'blobs' AND sha256 IS NOT NULL"))
                    .isGreaterThan(3);
            assertThat(count(server.settings(), "area = 'bundles'")).isEqualTo(1);
            assertThat(folder.resolve("director/blobs")).doesNotExist();
            assertThat(folder.resolve("director/copies")).isEmptyDirectory();
        }
    }

    @Test
    void an_archive_is_there_until_its_task_has_ended(@TempDir Path folder) throws Exception {
        try (var server = Postgresql.start();
                var director = director(folder, server.settings())) {
            var hanging = director.infrastructure()
                    .faults()
                    .on(CpiMethod.CREATE_STEMCELL)
                    .inject(new CpiFault.Hang());
            long first = director.api().upload("/stemcells", TinyRelease.stemcell("2"));
            long second = director.api().upload("/stemcells", TinyRelease.stemcell("2"));
            assertThat(count(server.settings(), "area LIKE 'uploads/%'")).isEqualTo(2);

            director.api().cancel(second);
            assertThat(director.api().ended(second).path("state").asText()).isEqualTo("cancelled");
            assertThat(count(server.settings(), "area LIKE 'uploads/%'")).isEqualTo(1);

            hanging.lift();
            director.api().done(first);
            assertThat(count(server.settings(), "area LIKE 'uploads/%'")).isZero();
        }
    }

    private static SimulatedDirector director(Path folder, DatabaseSettings database) throws Exception {
        return SimulatedDirector.withRelease(
                folder, new TaskLimits(1, 1, 2000), Optional.of(database), new BlobSettings.InDatabase());
    }

    private static int count(DatabaseSettings settings, String which) {
        try (var database = Database.open(settings)) {
            return database.jdbi().withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM blobs WHERE " + which)
                    .mapTo(Integer.class)
                    .one());
        }
    }
}
