package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What another user of the machine reads of a director's data, in a folder that all may pass. */
class DataDirectoryTest {
    private Path open = Path.of("");

    @BeforeEach
    void open() throws IOException {
        open = mode(Files.createTempDirectory(Path.of("/var/tmp"), "slipway-open"), "rwxr-xr-x");
    }

    @AfterEach
    void remove() throws Exception {
        new ProcessBuilder("rm", "-rf", open.toString()).start().waitFor();
    }

    @Test
    void is_made_for_the_director_alone() throws Exception {
        Path data = open.resolve("data");

        DataDirectory.makePrivate(data);

        assertThat(permissions(data)).isEqualTo("rwx------");
        Files.writeString(data.resolve("secret"), "");
        assertThat(readByStranger()).isEmpty();
    }

    @Test
    void is_closed_where_an_earlier_director_left_it_open() throws Exception {
        Path data = mode(Files.createDirectory(open.resolve("data")), "rwxr-xr-x");
        Path database = mode(Files.createDirectory(data.resolve("database")), "rwxr-xr-x");
        Path file = mode(Files.writeString(database.resolve("director.mv.db"), "secret"), "rw-r--r--");
        Path log = mode(Files.writeString(data.resolve("log"), "secret"), "rw-r--r--");
        Path program = mode(Files.writeString(data.resolve("program"), "secret"), "rwxr-xr-x");
        Files.createSymbolicLink(data.resolve("link"), Path.of("/etc/passwd"));
        assertThat(readByStranger()).contains(file.toString(), log.toString());

        DataDirectory.makePrivate(data);

        assertThat(readByStranger()).isEmpty();
        assertThat(permissions(program)).as("what the owner may do stays").isEqualTo("rwx------");
        assertThat(permissions(Path.of("/etc/passwd"))).isEqualTo("rw-r--r--");
        mode(data, "rwxr-xr-x");
        assertThat(readByStranger()).as("were the folder opened again").isEmpty();
    }

    @Test
    void is_no_folder_that_all_may_write_to() throws Exception {
        Path shared = mode(Files.createDirectory(open.resolve("shared")), "rwxrwxrwx");

        assertThatThrownBy(() -> DataDirectory.makePrivate(shared))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data_dir " + shared)
                .hasMessageContaining("choose one of the director's own");
        assertThat(permissions(shared)).isEqualTo("rwxrwxrwx");
    }

    private List<String> readByStranger() throws Exception {
        assumeTrue(Files.getAttribute(open, "unix:uid").equals(0), "only root can be another user");
        var process = new ProcessBuilder(
                        "setpriv",
                        "--reuid",
                        "1000",
                        "--regid",
                        "1000",
                        "--clear-groups",
                        "--",
                        "find",
                        open.toString(),
                        "-type",
                        "f",
                        "-readable")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static Path mode(Path path, String permissions) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
