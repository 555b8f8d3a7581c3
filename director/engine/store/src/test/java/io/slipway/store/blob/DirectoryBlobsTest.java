package io.slipway.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DirectoryBlobsTest extends BlobsContract {
    @Override
    BlobAreas director() {
        return new DirectoryAreas(folder.resolve("store"), true);
    }

    @Override
    void damage(String sha256) throws IOException {
        Files.write(
                folder.resolve("store/blobs").resolve(sha256.substring(0, 2)).resolve(sha256), new byte[] {1});
    }

    @Override
    int kept() throws IOException {
        try (var all = Files.walk(folder.resolve("store"))) {
            return (int) all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void belongs_to_its_owner_alone() throws Exception {
        blobs.put(content(10));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("store/blobs"))))
                .isEqualTo("rwx------");
    }

    @Test
    void what_the_only_director_that_died_was_taking_in_is_gone_when_the_next_one_starts() throws Exception {
        var stored = blobs.put(content(10));
        Files.writeString(folder.resolve("store/blobs/incoming/blob123"), "half of it");

        Blobs next = new DirectoryAreas(folder.resolve("store"), false).area("blobs");

        assertThat(folder.resolve("store/blobs/incoming")).isEmptyDirectory();
        assertThat(next.has(stored.sha256())).isTrue();
    }

    @Test
    void what_other_directors_are_taking_in_is_left_to_them_until_it_is_old() throws Exception {
        var stored = blobs.put(content(10));
        Path halfOfTheirs = Files.writeString(folder.resolve("store/blobs/incoming/blob1"), "half of it");
        Path old = Files.writeString(folder.resolve("store/blobs/incoming/blob2"), "half of it");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        BlobAreas next = director();
        next.area("blobs");
        next.tidy("blobs");

        assertThat(halfOfTheirs).exists();
        assertThat(old).doesNotExist();
        assertThat(blobs.has(stored.sha256())).isTrue();
    }
}
