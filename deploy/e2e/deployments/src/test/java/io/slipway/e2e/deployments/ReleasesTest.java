package io.slipway.e2e.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.Tgz;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A release that comes as source, leaves compiled, and comes back so. */
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReleasesTest {
    private static final String MANIFEST = """
            name: parts
            releases: [{name: parts, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 1, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            instance_groups:
            - name: shelf
              instances: 1
              azs: [z1]
              vm_type: small
              stemcell: default
              networks: [{name: default}]
              jobs: [{name: show, release: parts}]
            """;
    private static final String COMPILING = "\"stage\":\"Compiling packages\"";

    private static Api api;
    private static byte[] exported = new byte[0];

    @BeforeAll
    static void upload() throws Exception {
        api = Installation.get().api();
        mustWork(upload(PartsRelease.bytes()));
    }

    @AfterAll
    static void forget() throws Exception {
        if (api != null) {
            api.delete("/deployments/parts?force=true");
            api.delete("/releases/parts");
        }
    }

    @Test
    @Order(1)
    void is_compiled_from_source() throws Exception {
        var deployed = mustWork(api.deploy(MANIFEST));

        assertThat(events(deployed)).contains(COMPILING);
        assertThat(shown()).contains("made.of.a part");
    }

    @Test
    @Order(2)
    void leaves_as_an_archive_of_compiled_packages() throws Exception {
        var stemcell = api.get("/stemcells").path(0);
        var answer = mustWork(api.postJson(
                "/releases/export", """
                {"deployment_name": "parts", "release_name": "parts", "release_version": "1", "sha2": true,
                 "stemcell_os": "debian-bookworm", "stemcell_version": "%s", "jobs": []}
                """.formatted(stemcell.path("version").asText())));

        var result = api.results(answer);
        assertThat(result).hasSize(1);
        exported = api.download(
                "/resources/" + result.getFirst().path("blobstore_id").asText());
        assertThat(result.getFirst().path("sha1").asText()).isEqualTo("sha256:" + sha256(exported));
        var files = Tgz.files(exported);
        assertThat(files)
                .containsKeys("./jobs/show.tgz", "./compiled_packages/part.tgz", "./compiled_packages/whole.tgz");
        assertThat(new String(files.get("./release.MF"), StandardCharsets.UTF_8))
                .contains("debian-bookworm/" + stemcell.path("version").asText());
    }

    @Test
    @Order(3)
    void comes_back_compiled_and_is_used_without_compilation() throws Exception {
        mustWork(api.delete("/deployments/parts"));
        mustWork(api.delete("/releases/parts"));
        assertThat(api.run("/releases/parts").status()).isEqualTo(404);

        mustWork(upload(exported));

        for (JsonNode one : api.get("/releases/parts?version=1").path("packages")) {
            assertThat(one.path("blobstore_id").isNull()).isTrue();
            assertThat(one.path("compiled_packages")).hasSize(1);
        }
        assertThat(events(mustWork(api.deploy(MANIFEST)))).doesNotContain(COMPILING);
        assertThat(shown()).contains("made.of.a part");
    }

    @Test
    @Order(4)
    void is_compiled_again_where_all_that_was_compiled_is_gone() throws Exception {
        mustWork(api.delete("/deployments/parts"));
        mustWork(api.delete("/releases/parts"));
        mustWork(upload(PartsRelease.bytes()));

        assertThat(events(mustWork(api.deploy(MANIFEST)))).contains(COMPILING);
        assertThat(shown()).contains("made.of.a part");
    }

    private static Api.Answer upload(byte[] release) throws Exception {
        return api.post("/releases", "application/x-compressed", release);
    }

    private static String shown() throws Exception {
        var answer = mustWork(api.postJson("/deployments/parts/errands/show/runs", "{}"));
        return api.results(answer).getFirst().path("stdout").asText();
    }

    private static String events(Api.Answer answer) throws Exception {
        String task = answer.task().orElseThrow().path("id").asText();
        return new String(api.download("/tasks/" + task + "/output?type=event"), StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static Api.Answer mustWork(Api.Answer answer) {
        assertThat(answer.isGood()).as(answer.description()).isTrue();
        return answer;
    }
}
