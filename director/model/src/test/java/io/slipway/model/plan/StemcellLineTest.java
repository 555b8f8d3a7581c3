package io.slipway.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StemcellLineTest {

    @Test
    void goes_by_operating_system_and_major_version() {
        assertThat(StemcellLine.isSame("jammy/1.12", "jammy/1.9")).isTrue();
        assertThat(StemcellLine.isSame("jammy/1", "jammy/1.9")).isTrue();
        assertThat(StemcellLine.isSame("jammy/3000_1", "jammy/3000.2")).isTrue();
        assertThat(StemcellLine.isSame("jammy/1.12", "jammy/2.12")).isFalse();
        assertThat(StemcellLine.isSame("jammy/1.12", "noble/1.12")).isFalse();
        assertThat(StemcellLine.isSame("jammy/1.12", "jammy/11.2")).isFalse();
    }

    @Test
    void chooses_the_newest_of_the_line() {
        assertThat(StemcellLine.closest("jammy/1.5", List.of("jammy/1.2", "jammy/1.10", "jammy/2.1", "noble/1.11")))
                .contains("jammy/1.10");
        assertThat(StemcellLine.closest("jammy/3.5", List.of("jammy/1.2"))).isEmpty();
    }
}
