package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobstoreTest {
    @TempDir
    Path folder;

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:blobs;DB_CLOSE_DELAY=-1", "sa", ""));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_a_director_that_died_was_taking_in_is_gone_when_the_next_one_starts() throws Exception {
        var blobs = new Blobstore(folder, database.jdbi());
        var kept = blobs.put("kept".getBytes(StandardCharsets.UTF_8));
        Files.writeString(folder.resolve("incoming").resolve("blob123"), "half of it");

        var next = new Blobstore(folder, database.jdbi());

        assertThat(folder.resolve("incoming")).isEmptyDirectory();
        assertThat(next.has(kept.sha256())).isTrue();
    }

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
