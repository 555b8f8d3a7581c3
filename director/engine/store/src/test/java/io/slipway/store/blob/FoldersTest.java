package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    Path folder;

    @Test
    void a_file_is_written_whole_over_what_a_director_has_left_of_it() throws Exception {
        Path file = folder.resolve("ca.pem");
        Files.writeString(folder.resolve("ca.pem.new"), "half of what a director that died wrote, and longer");

        Folders.write(file, "one".getBytes(StandardCharsets.UTF_8));
        Folders.write(file, "two".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("two");
        assertThat(folder).isDirectoryContaining(one -> one.equals(file)).isDirectoryNotContaining("glob:**.new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void leftovers_are_cleared_with_all_that_is_below_them() throws Exception {
        Path imports = folder.resolve("imports");
        Files.createDirectories(imports.resolve("import1/content/jobs"));
        Files.writeString(imports.resolve("import1/content/jobs/web.tgz"), "x");
        Files.writeString(imports.resolve("logs2.tgz"), "x");

        Folders.clearLeftovers(imports);
        Folders.clearLeftovers(folder.resolve("never-made"));

        assertThat(imports).isEmptyDirectory();
    }
}
