package io.slipway.e2e.deployments;

import static io.slipway.e2e.Api.mustWork;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.e2e.Api;
import io.slipway.e2e.Installation;
import io.slipway.e2e.LifeRelease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A deployment in an AZ whose VMs are made by a BOSH CPI executable: here by one that makes them on this machine, a
 * process for each call.
 */
@Order(3)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExternalCpiTest {
    private static final String SECRET = "no-log-may-show-this";
    private static final String MANIFEST = """
            name: outside
            releases: [{name: life, version: "1"}]
            stemcells: [{alias: default, os: debian-bookworm, version: latest}]
            update: {canaries: 1, max_in_flight: 2, canary_watch_time: 100-60000, update_watch_time: 100-60000}
            instance_groups:
            - name: web
              instances: 1
              azs: [outside]
              vm_resources: {cpu: 1, ram: 512, ephemeral_disk_size: 4096}
              stemcell: default
              persistent_disk: 256
              networks: [{name: default}]
              jobs: [{name: web, release: life, properties: {message: hello, password: secret}}]
            """;

    private static Installation slipway;
    private static Api api;
    private static String cloudConfig;

    @BeforeAll
    static void configure() throws Exception {
        slipway = Installation.get();
        api = slipway.api();
        mustWork(api.post("/releases", "application/x-compressed", LifeRelease.bytes()));
        String cpis = """
                cpis:
                - name: machine
                  type: local
                  exec_path: %s
                  properties: {password: %s}
                """.formatted(executable(), SECRET);
        assertThat(api.post("/cpi_configs", "text/yaml", cpis.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(201);
        cloudConfig = api.get("/configs?type=cloud&name=default&latest=true")
                .path(0)
                .path("content")
                .asText();
        put(cloudConfig
                .replace("- name: z1\n", "- name: z1\n- name: outside\n  cpi: machine\n")
                .replace("azs: [z1,", "azs: [outside, z1,"));
    }

    @AfterAll
    static void restore() throws Exception {
        if (cloudConfig != null) {
            api.delete("/deployments/outside");
            put(cloudConfig);
            api.delete("/releases/life?version=1");
            api.delete("/configs?type=cpi&name=default");
        }
    }

    @Test
    @Order(1)
    void refuses_a_deploy_until_the_cpi_has_the_stemcell() throws Exception {
        var refused = api.deploy(MANIFEST);

        assertThat(refused.isGood()).isFalse();
        assertThat(refused.description()).contains("machine", "upload it again");
    }

    @Test
    @Order(2)
    void imports_a_stemcell_into_every_cpi_that_lacks_it() throws Exception {
        var upload = api.upload("/stemcells", slipway.stemcell());

        mustWork(upload);
        assertThat(api.output(upload, "event")).contains("(cpi: machine)", "already exists, skipped");
        assertThat(api.output(upload, "cpi")).contains("create_stemcell");
        assertThat(api.get("/stemcells").findValuesAsText("cpi")).contains("local", "machine");
        var again = api.upload("/stemcells", slipway.stemcell());
        mustWork(again);
        assertThat(api.output(again, "cpi")).doesNotContain("create_stemcell");
    }

    @Test
    @Order(3)
    void deploys_through_the_executable() throws Exception {
        int vms = slipway.vms().size();

        var deploy = api.deploy(MANIFEST);

        mustWork(deploy);
        assertThat(slipway.vms()).hasSize(vms + 1);
        var web = web();
        assertThat(web.path("job_state").asText()).isEqualTo("running");
        assertThat(slipway.disks()).contains(web.path("disk_cids").path(0).asText());
        assertThat(api.output(deploy, "cpi"))
                .containsPattern("\\[cpi-[^]]+] create_vm begins")
                .containsPattern("\\[cpi-[^]]+] create_vm succeeded after [0-9.]+ s")
                .containsPattern("\\[cpi-[^]]+] calculate_vm_cloud_properties as of version 2")
                .contains("create_disk", "attach_disk", web.path("vm_cid").asText())
                .doesNotContain(SECRET, "PRIVATE KEY");
    }

    @Test
    @Order(4)
    void makes_a_vm_anew_that_keeps_its_disk() throws Exception {
        var before = web();

        var recreate = api.put("/deployments/outside/jobs/web/0?state=recreate", "");

        mustWork(recreate);
        assertThat(web().path("vm_cid")).isNotEqualTo(before.path("vm_cid"));
        assertThat(web().path("disk_cids")).isEqualTo(before.path("disk_cids"));
        assertThat(web().path("job_state").asText()).isEqualTo("running");
        assertThat(api.output(recreate, "cpi")).contains("detach_disk", "delete_vm", "create_vm", "attach_disk");
    }

    @Test
    @Order(5)
    void tells_built_in_calls_too() throws Exception {
        put(cloudConfig
                .replace("azs: [z1,", "azs: [outside, z1,")
                .replace("- name: z1\n", "- name: z1\n- name: outside\n"));

        var deploy = api.deploy(MANIFEST.replace("name: outside\n", "name: inside\n"));

        mustWork(deploy);
        assertThat(api.output(deploy, "cpi"))
                .containsPattern("\\[cpi-[0-9]+] create_vm\\(.*\\) succeeded after [0-9.]+ s");
        mustWork(api.delete("/deployments/inside"));
    }

    @Test
    @Order(6)
    void leaves_nothing_when_the_deployment_is_deleted() throws Exception {
        int vms = slipway.vms().size();
        String disk = web().path("disk_cids").path(0).asText();

        mustWork(api.delete("/deployments/outside"));

        assertThat(slipway.vms()).hasSize(vms - 1);
        assertThat(slipway.disks()).contains(disk);

        mustWork(api.delete("/disks/" + disk));

        assertThat(slipway.disks()).doesNotContain(disk);
    }

    @Test
    @Order(7)
    void refuses_an_az_with_a_cpi_that_is_not_there() throws Exception {
        put(cloudConfig
                .replace("- name: z1\n", "- name: z1\n- name: outside\n  cpi: nowhere\n")
                .replace("azs: [z1,", "azs: [outside, z1,"));

        var refused = api.deploy(MANIFEST);

        assertThat(refused.isGood()).isFalse();
        assertThat(refused.description()).contains("'outside'", "'nowhere'", "machine");
        assertThat(api.post("/cpi_configs", "text/yaml", "cpis: [{name: a, type: b}, {name: a, type: c}]".getBytes())
                        .description())
                .contains("Duplicate cpi name 'a'");
    }

    private static void put(String content) throws Exception {
        mustWork(api.post("/cloud_configs", "text/yaml", content.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode web() throws Exception {
        return api.results(api.run("/deployments/outside/instances?format=full"))
                .getFirst();
    }

    /** The local CPI as a BOSH CPI: a script that starts a process of the installed director's own jars. */
    private static Path executable() throws IOException {
        String classPath;
        try (Stream<Path> jars = Files.list(slipway.data().resolve("director"))) {
            classPath = jars.filter(jar ->
                            jar.getFileName().toString().matches("(slipway-cpi|jackson|slf4j-api|commons).*[.]jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
        Path script = slipway.data().resolve("machine-cpi");
        Files.writeString(script, """
                #!/bin/sh
                exec %s/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' \\
                    io.slipway.cpi.external.BoshCpi local '%s'
                """.formatted(
                System.getProperty("java.home"), classPath, slipway.data().resolve("cpi-local")));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }
}
