package io.slipway.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.cli.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    @TempDir
    private Path folder;

    @Test
    void reads_name_and_version_wherever_the_manifest_stands() throws Exception {
        Files.write(folder.resolve("image"), new byte[5000]);
        Files.writeString(folder.resolve("stemcell.MF"), "name: slipway-debian\nversion: '1.2'\n");
        Path archive = pack("image", "./stemcell.MF");

        assertThat(Archive.read(archive, "stemcell.MF")).isEqualTo(new Archive(archive, "slipway-debian", "1.2"));
    }

    @Test
    void says_that_a_truncated_archive_is_not_sound() throws Exception {
        byte[] random = new byte[200_000];
        new java.util.Random(1).nextBytes(random);
        Files.write(folder.resolve("image"), random);
        Files.writeString(folder.resolve("release.MF"), "name: kubernetes\nversion: '1'\n");
        Path archive = pack("image", "release.MF");
        byte[] bytes = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> Archive.read(archive, "release.MF"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("is not a sound archive");
    }

    @Test
    void says_that_there_is_no_manifest() throws Exception {
        Files.writeString(folder.resolve("other"), "x");
        Path archive = pack("other");

        assertThatThrownBy(() -> Archive.read(archive, "release.MF")).hasMessageContaining("no release.MF in it");
    }

    private Path pack(String... names) throws IOException, InterruptedException {
        Path archive = folder.resolve("archive.tgz");
        List<String> command = new ArrayList<>(List.of("tar", "-czf", archive.toString(), "-C", folder.toString()));
        command.addAll(List.of(names));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return archive;
    }
}
