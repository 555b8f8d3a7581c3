package io.slipway.cpi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cpi.CpiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPropertiesTest {
    private static final Path USUAL = Path.of("/data/cpi-local");

    @Test
    void one_director_needs_none() {
        assertThat(LocalProperties.read(Map.of(), USUAL)).isEqualTo(new LocalProperties(USUAL, Set.of()));
    }

    @Test
    void several_directors_have_a_directory_in_common_and_know_the_ports_of_all() {
        var read = LocalProperties.read(Map.of("directory", "/shared", "director_ports", List.of(25555, 25565)), USUAL);

        assertThat(read.directory()).isEqualTo(Path.of("/shared"));
        assertThat(read.directorPorts()).containsExactlyInAnyOrder(25555, 25565);
    }

    @Test
    void refuses_what_it_cannot_use() {
        refused(
                Map.of("directory", "relative"),
                "cpi.properties.directory is 'relative', and must be an absolute path");
        refused(Map.of("directory", 7), "cpi.properties.directory is '7'");
        refused(Map.of("director_ports", 25555), "cpi.properties.director_ports is '25555', and must be a list");
        refused(Map.of("director_ports", List.of(0)), "cpi.properties.director_ports is '[0]'");
        refused(Map.of("director_ports", List.of("25555")), "must be a list of ports from 1 to 65535");
        refused(Map.of("dir", "/x"), "has the properties directory and director_ports alone, and [dir] are given");
    }

    @Test
    void refuses_a_folder_that_others_use(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        refused(Map.of("directory", folder.toString()), "which others than its owner can use");
    }

    private static void refused(Map<String, Object> properties, String message) {
        assertThatThrownBy(() -> LocalProperties.read(properties, USUAL))
                .isInstanceOf(CpiException.class)
                .hasMessageContaining(message);
    }
}
