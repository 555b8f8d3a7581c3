package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.cpi.VmRequest;
import io.slipway.engine.EngineSettings.TaskLimits;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what configs say, and of names, from the API to the infrastructure. */
class ConfigsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMPILATION = "compilation: {workers: 1, network: default, az: z1, vm_type: small}";
    private static final String EXTENSIONS = """
            vm_extensions:
            - {name: fast, cloud_properties: {speed: 1, cpu: 9}}
            - {name: faster, cloud_properties: {speed: 2}}
            """;

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
    void packages_are_compiled_on_vms_as_the_compilation_section_says() throws Exception {
        configure("compilation: {workers: 1, network: default, az: z1, vm_type: small, vm_extensions: [fast, faster],"
                + " env: {bosh: {swap_size: 7}}}");

        end(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));

        var vm = compilationVm();
        assertThat(vm.cloudProperties()).isEqualTo(Map.of("speed", 2, "cpu", 9));
        assertThat(vm.settings().environmentJson()).contains("\"swap_size\":7");
    }

    @Test
    void the_cpi_says_what_resources_are_and_wins_over_extensions() throws Exception {
        configure("compilation: {workers: 1, network: default, az: z1, vm_extensions: [fast],"
                + " vm_resources: {cpu: 2, ram: 1024, ephemeral_disk_size: 4096}}");

        end(director.api().deploy(TinyRelease.manifest("d", 1, "one", "small")));

        assertThat(compilationVm().cloudProperties())
                .isEqualTo(Map.of("cpu", 2, "ram", 1024, "ephemeral_disk", 4096, "speed", 1));
    }

    @Test
    void it_does_so_for_instance_groups_too() throws Exception {
        configure(COMPILATION);
        String manifest = TinyRelease.manifest("d", 1, "one", "small")
                .replace(
                        "vm_type: small",
                        "vm_extensions: [fast]\n  vm_resources: {cpu: 2, ram: 1024, ephemeral_disk_size: 4096}");

        end(director.api().deploy(manifest));

        assertThat(director.requests().getLast().cloudProperties())
                .isEqualTo(Map.of("cpu", 2, "ram", 1024, "ephemeral_disk", 4096, "speed", 1));
    }

    @Test
    void what_of_configs_has_no_effect_is_told_in_the_task() throws Exception {
        configure("compilation: {workers: 1, network: default, vm_type: small, reuse_compilation_vms: true, x: 1}");
        director.api().configure("runtime", "addons: [{name: a, include: {teams: [t]}, y: 1}]");

        long task = director.api().deploy(TinyRelease.manifest("d", 1, "one", "small"));
        end(task);

        assertThat(director.api().text("/tasks/" + task + "/output?type=event"))
                .contains("'compilation.reuse_compilation_vms' is ignored")
                .contains("unknown key 'compilation.x' is ignored")
                .contains("unknown key 'runtime config.addons[a].y' is ignored")
                .contains("'runtime config.addons[a].include.teams' fits nothing");
        assertThat(director.api().text("/events?object_type=config/runtime"))
                .contains("unknown key 'addons[a].y' is ignored");
    }

    @Test
    void a_network_of_which_no_entity_can_have_the_name_is_refused_when_it_is_uploaded() throws Exception {
        refuse("cloud", "networks: [{name: 'a|b', subnets: [{range: 10.9.0.0/24}]}]");

        assertThat(director.api().text("/events?object_type=config/cloud"))
                .contains("'networks[a|b].name' is 'a|b': expected no '|'");
    }

    @Test
    void a_broken_range_beside_a_reference_is_refused_when_it_is_uploaded() throws Exception {
        refuse(
                "cloud",
                "networks: [{name: n, subnets: [{range: 10.9.0.0/33, gateway: ((/gw))}, {range: ((/range))}]}]");

        assertThat(director.api().text("/events?object_type=config/cloud")).contains("10.9.0.0/33");
    }

    @Test
    void no_deployment_has_a_name_that_no_entity_can_have() throws Exception {
        director.api().refusedDeploy(TinyRelease.manifest("'a|b'", 1, "one", "small"), 400);

        director.api().remove("/deployments/a%7Cb", 404);
    }

    @Test
    void a_deployment_that_is_another_in_dns_is_refused() throws Exception {
        end(director.api().deploy(TinyRelease.manifest("d_1", 1, "one", "small")));

        director.api().refusedDeploy(TinyRelease.manifest("d-1", 1, "one", "small"), 400);
        end(director.api().deploy(TinyRelease.manifest("d_1", 1, "two", "small")));
    }

    @Test
    void who_expects_another_version_of_a_config_is_told_which_one_is_there() throws Exception {
        director.api().post("/configs", body("x", "a: 1", "0"), 201);

        director.api().post("/configs", body("x", "a: 2", "0"), 412);

        var current = director.api().get("/configs?type=any&name=x").path(0);
        assertThat(current.path("content").asText()).isEqualTo("a: 1");
        director.api().post("/configs", body("x", "a: 2", current.path("id").asText()), 201);
    }

    private static String body(String name, String content, String expected) throws Exception {
        return JSON.writeValueAsString(
                Map.of("type", "any", "name", name, "content", content, "expected_latest_id", expected));
    }

    private void refuse(String type, String content) throws Exception {
        director.api()
                .post(
                        "/configs",
                        JSON.writeValueAsString(Map.of("type", type, "name", "default", "content", content)),
                        400);
    }

    private void configure(String compilation) throws Exception {
        director.api().configure("cloud", TinyRelease.CLOUD_CONFIG.replace(COMPILATION, compilation) + EXTENSIONS);
    }

    private VmRequest compilationVm() {
        return director.requests().stream()
                .filter(vm -> vm.metadata().containsKey("compiling"))
                .findFirst()
                .orElseThrow();
    }

    private void end(long task) throws Exception {
        var ended = director.api().ended(task);
        assertThat(ended.path("state").asText()).as("%s", ended).isEqualTo("done");
    }
}
