package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanUpTest {
    private SimulatedDirector director;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        director = SimulatedDirector.withRelease(folder, ServerSettings.Tasks.DEFAULT);
    }

    @AfterEach
    void stop() {
        director.close();
    }

    @Test
    void exported_releases_are_shown_and_deleted_and_what_is_deployed_stays() throws Exception {
        done(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));
        String blob = export();
        assertThat(director.api().get("/cleanup/dryrun").path("exported_releases"))
                .hasToString("[\"" + blob + "\"]");
        assertThat(director.api().text("/resources/" + blob)).isNotEmpty();

        String result = done(director.api().taskOf("/cleanup", "{\"config\":{\"remove_all\":false}}"));

        assertThat(result)
                .isEqualTo("Deleted 0 release(s), 0 stemcell(s), 0 orphaned disk(s), 0 orphaned vm(s),"
                        + " 1 exported release(s)");
        assertThat(director.api().get("/cleanup/dryrun").path("exported_releases"))
                .isEmpty();
        assertThatThrownBy(() -> director.api().text("/resources/" + blob)).hasMessageContaining("404");
        assertThat(export()).isEqualTo(blob);
        assertThat(director.api().text("/resources/" + blob)).isNotEmpty();
    }

    private String export() throws Exception {
        long task = director.api()
                .taskOf(
                        "/releases/export",
                        "{\"deployment_name\":\"d\",\"release_name\":\"tiny\",\"release_version\":\"1\","
                                + "\"stemcell_os\":\"tiny\",\"stemcell_version\":\"1\",\"sha2\":true}");
        done(task);
        return new ObjectMapper()
                .readTree(director.api().text("/tasks/" + task + "/output?type=result"))
                .path("blobstore_id")
                .asText();
    }

    private String done(long task) throws Exception {
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
        return ended.path("result").asText();
    }
}
