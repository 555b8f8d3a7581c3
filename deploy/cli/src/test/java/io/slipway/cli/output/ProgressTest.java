package io.slipway.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void cuts_the_detail_and_never_the_time() {
        String line = StatusLine.render("Building", "a very long line of output", Duration.ofSeconds(75), 0, 30);

        assertThat(line).isEqualTo("⠋ Building · a ve… 1 min 15 s");
        assertThat(line.codePointCount(0, line.length())).isLessThan(31);
    }

    @Test
    void lets_no_control_character_into_the_line() {
        assertThat(StatusLine.render("Building", "a\u001b[2Jb\tc", Duration.ZERO, 3, 60))
                .isEqualTo("⠸ Building · a [2Jb c 0 s");
    }

    @Test
    void writes_plain_lines_where_there_is_no_terminal() {
        try (var progress = new Progress(console(false))) {
            Progress.Step step = progress.begin("Creating cluster two");
            step.stage("Updating instance master: master/0");
            step.stage("Updating instance master: master/0");
            step.detail("noise");
            step.done("Created cluster two");
        }

        assertThat(text().replaceAll("\\([0-9.]+ s\\)", "(TIME)")).isEqualTo("""
                - Creating cluster two ...
                  Updating instance master: master/0
                  Created cluster two (TIME)
                """);
    }

    @Test
    void redraws_one_line_on_a_terminal_and_leaves_what_is_done() {
        try (var progress = new Progress(console(true))) {
            Progress.Step step = progress.begin("Creating cluster two");
            step.done("Created cluster two");
        }

        assertThat(text())
                .startsWith("\r\u001b[K")
                .contains("Creating cluster two")
                .contains("✓");
        assertThat(text().chars().filter(c -> c == '\n')).as("lines that stay").hasSize(1);
        assertThat(text()).endsWith("\r\u001b[K");
    }

    @Test
    void tells_durations_briefly_and_as_a_clock() {
        assertThat(Durations.brief(Duration.ofMillis(1234))).isEqualTo("1.2 s");
        assertThat(Durations.brief(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(Durations.clock(Duration.ofSeconds(3 * 3600 + 61))).isEqualTo("03:01:01");
        assertThat(Durations.clock(Duration.ofSeconds(-5))).isEqualTo("00:00:00");
    }

    @Test
    void aligns_columns_by_characters_and_leaves_no_blanks_behind() {
        var table = new Table("Name", "Description").row("ä", "").row("longer", "x");

        assertThat(table.lines()).containsExactly("Name    Description", "ä", "longer  x");
    }

    private Console console(boolean isTerminal) {
        var stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new Console(stream, stream, InputStream.nullInputStream(), isTerminal, 60);
    }

    private String text() {
        return said.toString(StandardCharsets.UTF_8);
    }
}
