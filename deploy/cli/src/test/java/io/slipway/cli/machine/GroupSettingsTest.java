package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.cli.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void are_the_same_director_with_ports_and_folders_of_their_own() throws Exception {
        var data = new DataFolder(folder);
        ObjectNode single = DirectorSettings.create(25555, 25556, "10.144.0.1").tree(data, Path.of("/plans.yml"));
        single.put("enable_cpi_resize_disk", true);

        group(data, 3).write(single);

        assertThat(GroupSettings.count(data)).isEqualTo(3);
        for (int number = 1; number <= 3; number++) {
            DataFolder own = data.ofDirector(number);
            ObjectNode tree = DirectorSettings.readTree(own.settings());
            for (String same : List.of("uuid", "encryption_key", "users", "plans", "enable_cpi_resize_disk")) {
                assertThat(tree.path(same)).isEqualTo(single.path(same));
            }
            assertThat(tree.path("data_dir").asText()).isEqualTo(own.root().toString());
            assertThat(tree.at("/tls/ca_file").asText())
                    .isEqualTo(own.certificateAuthority().toString());
            int step = 10 * (number - 1);
            assertThat(tree.at("/bind/port").asInt()).isEqualTo(25555 + step);
            assertThat(tree.at("/agent/port").asInt()).isEqualTo(25556 + step);
            assertThat(tree.at("/cluster").toString())
                    .isEqualTo("{\"address\":\"127.0.0.1\",\"port\":" + (25557 + step) + ",\"patience_ms\":4000}");
            assertThat(tree.at("/blobs").toString())
                    .isEqualTo("{\"base_url\":\"https://10.144.0.1:" + (25555 + step)
                            + "\",\"store\":{\"type\":\"database\"}}");
            assertThat(tree.at("/agent/endpoints").toString())
                    .isEqualTo("[\"10.144.0.1:25556\",\"10.144.0.1:25566\",\"10.144.0.1:25576\"]");
            assertThat(tree.at("/database").toString())
                    .isEqualTo("{\"url\":\"jdbc:postgresql://127.0.0.1:25558/slipway\",\"user\":\"slipway\","
                            + "\"password\":\"word\"}");
            assertThat(tree.at("/cpi/properties").toString())
                    .isEqualTo("{\"directory\":\"" + folder.resolve("cpi-local")
                            + "\",\"director_ports\":[25555,25556,25565,25566,25575,25576]}");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.settings())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void count_as_several_once_all_are_written() throws Exception {
        var data = new DataFolder(folder);
        ObjectNode single = DirectorSettings.create(25555, 25556, "10.144.0.1").tree(data, Path.of("/plans.yml"));
        assertThat(GroupSettings.count(data)).isEqualTo(1);

        DirectorSettings.write(single, data.settings());
        Files.createDirectories(data.ofDirector(2).root());
        DirectorSettings.write(group(data, 3).of(single, 2), data.ofDirector(2).settings());

        assertThat(GroupSettings.count(data)).isEqualTo(1);
    }

    @Test
    void need_ports_that_do_not_meet() {
        var ports = new GroupPorts(25555, 25556, 5);
        var all = new HashSet<Integer>();
        for (int number = 1; number <= 5; number++) {
            all.addAll(ports.of(number));
        }
        assertThat(all).hasSize(16);

        assertThatThrownBy(() -> new GroupPorts(25555, 25557, 3))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("choose ports that lie apart");
    }

    private static GroupSettings group(DataFolder data, int count) {
        return new GroupSettings(data, new GroupPorts(25555, 25556, count), new PostgresqlSettings(25558, "word"));
    }
}
