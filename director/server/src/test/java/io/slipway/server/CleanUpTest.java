package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanUpTest {
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

    @Test
    void a_release_that_a_current_runtime_config_names_stays_until_no_config_names_it() throws Exception {
        director.api()
                .configure(
                        "runtime",
                        "{releases: [{name: tiny, version: '1'}], addons: [{name: a, jobs: [{name: web,"
                                + " release: tiny}], include: {deployments: [nobody]}}]}");

        assertThat(cleanUpAll()).startsWith("Deleted 0 release(s), 1 stemcell(s)");
        assertThat(director.api().get("/releases").toString()).contains("\"name\":\"tiny\"");
        var refused = director.api().ended(director.api().delete("/releases/tiny?version=1"));
        assertThat(refused.path("state").asText()).isEqualTo("error");
        assertThat(refused.path("result").asText()).contains("'tiny/1' is still in use by: runtime config 'default'");

        director.api().configure("runtime", "{tags: {a: b}}");
        assertThat(cleanUpAll()).startsWith("Deleted 1 release(s)");
        assertThat(director.api().get("/releases")).isEmpty();
    }

    @Test
    void of_each_name_the_current_config_counts_whatever_its_name_is() throws Exception {
        put("old", "{releases: [{name: tiny, version: '1'}]}");
        put("old", "{releases: [{name: other, version: '1'}]}");
        put("named", "{releases: [{name: tiny, version: 1}]}");

        var refused = director.api().ended(director.api().delete("/releases/tiny"));
        assertThat(refused.path("result").asText()).endsWith("in use by: runtime config 'named'");
        assertThat(director.api().get("/cleanup/dryrun?remove_all=true").path("releases"))
                .isEmpty();

        director.api().remove("/configs?type=runtime&name=named", 204);
        done(director.api().delete("/releases/tiny"));
    }

    private void put(String name, String content) throws Exception {
        director.api()
                .post(
                        "/configs",
                        new ObjectMapper()
                                .writeValueAsString(Map.of("type", "runtime", "name", name, "content", content)),
                        201);
    }

    private String cleanUpAll() throws Exception {
        return done(director.api().taskOf("/cleanup", "{\"config\":{\"remove_all\":true}}"));
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
