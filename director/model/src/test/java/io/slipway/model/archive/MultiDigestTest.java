package io.slipway.model.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.model.ErrorCodes;
import io.slipway.model.InvalidInput;
import io.slipway.model.archive.MultiDigest.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiDigestTest {
    private static final String SHA1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
    private static final String SHA256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("abc"), "abc");
    }

    @Test
    void writes_digests_as_bosh_does() {
        assertThat(MultiDigest.of(file, Algorithm.SHA1)).isEqualTo(SHA1);
        assertThat(MultiDigest.of(file, Algorithm.SHA256)).isEqualTo(SHA256);
        assertThat(MultiDigest.of(file, Algorithm.SHA512)).startsWith("sha512:ddaf35a1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SHA1, "sha1:" + SHA1, SHA256, SHA1 + ";" + SHA256, "0000;" + SHA256, "md5:1; " + SHA1})
    void takes_the_strongest_that_is_given(String expected) {
        MultiDigest.verify(file, expected, ErrorCodes.RELEASE_DIGEST_MISMATCH, "the archive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "sha1:0000", "sha256:0000", SHA1 + ";sha256:0000", "md5:1"})
    void refuses_another_content_and_what_it_cannot_check(String expected) {
        assertThatThrownBy(() -> MultiDigest.verify(file, expected, ErrorCodes.RELEASE_DIGEST_MISMATCH, "the archive"))
                .isInstanceOfSatisfying(InvalidInput.class, refused -> assertThat(
                                refused.problems().getFirst().code())
                        .isEqualTo(30015))
                .hasMessageContaining("the archive");
    }
}
