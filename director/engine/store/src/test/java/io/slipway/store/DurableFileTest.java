package io.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    @Test
    void has_the_last_that_was_written_and_nothing_beside_it(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("head");
        // As of a director that died while it wrote.
        Files.writeString(folder.resolve("head.new"), "half of something longer");

        DurableFile.write(file, "12:ab\n");
        DurableFile.write(file, "3:c\n");

        assertThat(file).hasContent("3:c\n");
        try (var all = Files.list(folder)) {
            assertThat(all).containsExactly(file);
        }
    }
}
