package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.slipway.cli.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void writes_what_the_director_reads_for_root_alone() throws Exception {
        var data = new DataFolder(folder);

        DirectorSettings settings = DirectorSettings.create(25555, 25556, "10.144.0.1");
        settings.write(data, Path.of("/opt/plans.yml"));

        JsonNode tree = new YAMLMapper().readTree(Files.readString(data.settings()));
        assertThat(tree.path("data_dir").asText()).isEqualTo(folder.toString());
        assertThat(tree.path("bind").path("port").asInt()).isEqualTo(25555);
        assertThat(tree.path("bind").path("addresses").toString()).isEqualTo("[\"127.0.0.1\",\"10.144.0.1\"]");
        assertThat(tree.path("agent").path("addresses").toString()).isEqualTo("[\"10.144.0.1\"]");
        assertThat(tree.path("agent").path("endpoints").path(0).asText()).isEqualTo("10.144.0.1:25556");
        assertThat(tree.path("blobs").path("base_url").asText()).isEqualTo("https://10.144.0.1:25555");
        assertThat(tree.path("tls").path("ca_file").asText())
                .isEqualTo(data.certificateAuthority().toString());
        assertThat(Base64.getDecoder().decode(tree.path("encryption_key").asText()))
                .hasSize(32);
        assertThat(tree.path("cpi").path("name").asText()).isEqualTo("local");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.settings())))
                .isEqualTo("rw-------");
        assertThat(DirectorSettings.read(data.settings())).isEqualTo(settings);
    }

    @Test
    void gives_each_director_a_password_of_its_own_and_shows_none() {
        DirectorSettings one = DirectorSettings.create(1, 2, "g");
        DirectorSettings other = DirectorSettings.create(1, 2, "g");

        assertThat(one.password()).isNotEqualTo(other.password()).hasSizeGreaterThan(20);
        assertThat(one.toString()).doesNotContain(one.password());
    }

    @Test
    void no_longer_listens_to_all_networks_where_an_earlier_up_had_it_so() throws Exception {
        Path file = written("""
                uuid: u
                bind: {address: 0.0.0.0, port: 25555}
                agent: {port: 25556, endpoints: ["10.144.0.1:25556"]}
                users: [{name: admin, password: p, role: admin}]
                """);
        DirectorSettings settings = DirectorSettings.read(file);

        assertThat(settings.narrow(file)).isTrue();

        JsonNode tree = new YAMLMapper().readTree(Files.readString(file));
        assertThat(tree.path("bind").toString())
                .isEqualTo("{\"addresses\":[\"127.0.0.1\",\"10.144.0.1\"],\"port\":25555}");
        assertThat(tree.path("agent").path("addresses").toString()).isEqualTo("[\"10.144.0.1\"]");
        assertThat(tree.path("uuid").asText()).isEqualTo("u");
        assertThat(DirectorSettings.read(file)).isEqualTo(settings);
        assertThat(settings.narrow(file)).as("a second time").isFalse();
    }

    @Test
    void listens_where_an_operator_wants_it_to() throws Exception {
        for (String bind : List.of("{addresses: [0.0.0.0], port: 1}", "{address: 192.0.2.1, port: 1}")) {
            Path file = written("bind: " + bind + "\nagent: {port: 2, endpoints: [\"g:2\"]}\nusers: [{name: admin}]\n");
            String before = Files.readString(file);

            assertThat(DirectorSettings.read(file).narrow(file)).isFalse();
            assertThat(file).hasContent(before);
        }
    }

    @Test
    void refuses_settings_that_others_can_read() throws Exception {
        Path file = written("uuid: x\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> DirectorSettings.read(file))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("can be used by others than its owner (rw-r-----)")
                .hasMessageContaining("chmod 600 " + file);
    }

    private Path written(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("director.yml"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void says_what_settings_lack() throws Exception {
        Path file = written("uuid: x\n");

        assertThatThrownBy(() -> DirectorSettings.read(file))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("lack bind.port, agent.endpoints or users");
    }
}
