package io.slipway.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ClusterManifestTest {
    private static final ClusterSpec THREE = new ClusterSpec(
            "two", PlansFixture.PRODUCTION, PlansFixture.DEFAULTS, 4, "two.example.com", "10.144.0.0/20", 9);

    private final ClusterManifest manifest = ClusterManifest.load();

    @Test
    void fills_in_sizes_and_places_of_the_plan() throws IOException {
        JsonNode tree = rendered(THREE);

        assertThat(tree.path("name").asText()).isEqualTo("service-instance_u-1");
        assertThat(tree.path("stemcells").path(0).path("os").asText()).isEqualTo("debian-bookworm");
        JsonNode master = group(tree, "master");
        assertThat(master.path("instances").asInt()).isEqualTo(3);
        assertThat(master.path("vm_type").asText()).isEqualTo("medium");
        assertThat(master.path("persistent_disk_type").asText()).isEqualTo("medium");
        assertThat(texts(master.path("azs"))).containsExactly("z1", "z2", "z3");
        JsonNode worker = group(tree, "worker");
        assertThat(worker.path("instances").asInt()).isEqualTo(4);
        assertThat(worker.path("vm_type").asText()).isEqualTo("large");
        assertThat(texts(worker.path("azs"))).containsExactly("z2", "z3");
        assertThat(worker.path("networks").path(0).path("name").asText()).isEqualTo("default");
    }

    @Test
    void gives_numbers_and_truths_their_type() throws IOException {
        JsonNode tree = rendered(THREE);

        assertThat(group(tree, "master").path("instances").isInt()).isTrue();
        assertThat(tree.path("update").path("serial").isBoolean()).isTrue();
        assertThat(tree.path("update").path("serial").asBoolean()).isFalse();
    }

    @Test
    void puts_address_and_host_name_of_the_api_into_its_certificate() throws IOException {
        List<String> names = alternativeNames(rendered(THREE));

        assertThat(names).contains("10.144.15.1", "two.example.com", "10.100.200.1");
    }

    @Test
    void names_the_address_once_where_there_is_no_host_name() throws IOException {
        List<String> names = alternativeNames(rendered(PlansFixture.spec("first")));

        assertThat(names).containsOnlyOnce("10.144.15.1").doesNotContain("");
    }

    @Test
    void says_which_addresses_nodes_send_from_beside_their_own() throws IOException {
        JsonNode tree = rendered(THREE);

        assertThat(texts(allowed(tree, "master"))).containsExactly("10.144.15.1");
        assertThat(texts(allowed(tree, "worker"))).containsExactly(PlansFixture.DEFAULTS.podCidr());
    }

    private static JsonNode allowed(JsonNode tree, String group) {
        return group(tree, group).path("env").path("slipway").path("allowed_addresses");
    }

    @Test
    void leaves_nothing_but_the_names_of_generated_variables() throws IOException {
        JsonNode tree = rendered(THREE);

        List<String> variables = StreamSupport.stream(tree.path("variables").spliterator(), false)
                .map(variable -> variable.path("name").asText())
                .toList();
        assertThat(variables).contains("kubernetes-admin");
        assertThat(tree.toString()).contains("((kubernetes-ca.certificate))").doesNotContain("((api_vip");
    }

    @Test
    void does_not_change_the_base_for_the_next() throws IOException {
        rendered(THREE);

        assertThat(group(rendered(PlansFixture.spec("first")), "master")
                        .path("instances")
                        .asInt())
                .isEqualTo(1);
    }

    private JsonNode rendered(ClusterSpec spec) throws IOException {
        return new YAMLMapper().readTree(manifest.render("u-1", spec, "10.144.15.1", true));
    }

    private static JsonNode group(JsonNode tree, String name) {
        return named(tree.path("instance_groups"), name);
    }

    private static List<String> alternativeNames(JsonNode tree) {
        return texts(
                named(tree.path("variables"), "kube-apiserver").path("options").path("alternative_names"));
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(entry -> entry.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
