package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.LogContext;
import io.slipway.engine.ask.Parallel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** A director's log, with the configuration that it comes with. */
class LogFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_line_is_a_json_object_that_says_what_it_is_about() throws Exception {
        String line = logged("json");

        var told = JSON.readTree(line);
        assertThat(told.path("formattedMessage").asText("")
                        + told.path("message").asText(""))
                .contains("a VM is made");
        assertThat(told.path("level").asText()).isEqualTo("INFO");
        assertThat(told.path("mdc").path("deployment").asText()).isEqualTo("web");
        assertThat(told.path("mdc").path("task").asText()).isEqualTo("7");
    }

    @Test
    void without_a_wish_lines_are_for_people() throws Exception {
        assertThat(logged(""))
                .contains("INFO", "deployment=web", "a VM is made")
                .doesNotStartWith("{");
    }

    @Test
    void what_is_done_in_parallel_is_about_the_same() throws Exception {
        try (var context = LogContext.of(Map.of("task", "7", "agent", ""))) {
            Parallel.each(List.of(1, 2), 2, item -> {
                assertThat(MDC.get("task")).isEqualTo("7");
                assertThat(MDC.get("agent")).isNull();
            });
            try (var inner = LogContext.of(Map.of("task", "8"))) {
                assertThat(MDC.get("task")).isEqualTo("8");
            }
            assertThat(MDC.get("task")).isEqualTo("7");
        }
        assertThat(MDC.get("task")).isNull();
    }

    private static String logged(String format) throws Exception {
        var out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        var context = new LoggerContext();
        try {
            var about = new LogbackMDCAdapter();
            context.setMDCAdapter(about);
            if (!format.isEmpty()) {
                context.putProperty("SLIPWAY_LOG_FORMAT", format);
            }
            var configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());
            about.put("deployment", "web");
            about.put("task", "7");
            Objects.requireNonNull(context.getLogger("test")).info("a VM is made");
        } finally {
            context.stop();
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("a VM is made"))
                .findFirst()
                .orElseThrow();
    }
}
