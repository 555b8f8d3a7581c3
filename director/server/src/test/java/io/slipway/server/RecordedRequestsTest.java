package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.model.yaml.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The requests of the bosh CLI over the life of a deployment, in order, and what it reads of the answers. */
class RecordedRequestsTest {
    private static final List<String> FILES =
            List.of("cli/01-director.yml", "cli/02-uploads.yml", "cli/03-deployment.yml");

    private static RunningDirector director;

    private String lastTask = "";

    @BeforeAll
    static void start() {
        director = RunningDirector.start();
    }

    @AfterAll
    static void stop() throws IOException {
        director.close();
    }

    @TestFactory
    Stream<DynamicTest> the_cli_gets_what_it_reads() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (String file : FILES) {
            for (JsonNode exchange : read(file)) {
                tests.add(
                        DynamicTest.dynamicTest("bosh " + exchange.path("bosh").asText(), () -> replay(exchange)));
            }
        }
        return tests.stream();
    }

    private void replay(JsonNode recorded) throws IOException {
        String[] request =
                recorded.path("request").asText().replace("{task}", lastTask).split(" ", 2);
        boolean isNobody = recorded.path("as").asText().equals("nobody");
        var headers = new HashMap<>(isNobody ? RunningDirector.NOBODY : RunningDirector.ADMIN);
        recorded.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));

        var answer = director.exchange().send(request[0], request[1], headers, body(recorded));

        check(recorded.path("answer"), answer);
        if (answer.status() == 302) {
            checkTask(recorded, answer);
        }
        if (recorded.has("shape")) {
            assertShape(recorded.path("shape"), RunningDirector.JSON.readTree(answer.body()));
        }
        if (recorded.has("lines")) {
            assertLines(recorded.path("lines"), answer.body());
        }
    }

    private void checkTask(JsonNode recorded, Exchange.Answer answer) throws IOException {
        JsonNode task = director.ended(answer);
        lastTask = task.path("id").asText();
        String wanted = recorded.path("task").asText();
        if (!wanted.equals("any")) {
            assertThat(task.path("state").asText()).as(task.toString()).isEqualTo(wanted);
        }
        if (recorded.has("results")) {
            assertLines(
                    recorded.path("results"),
                    director.get("/tasks/" + lastTask + "/output?type=result").body());
        }
    }

    private static void check(JsonNode wanted, Exchange.Answer answer) {
        String status = wanted.path("status").asText();
        if (status.equals("any")) {
            assertThat(answer.status()).as(answer.body()).isLessThan(500);
        } else {
            assertThat(answer.status())
                    .as(answer.body())
                    .isEqualTo(wanted.path("status").asInt());
        }
        assertThat(answer.header("content-type")).startsWith(wanted.path("type").asText());
        assertThat(answer.header("location")).startsWith(wanted.path("location").asText());
        assertThat(answer.header("content-range"))
                .startsWith(wanted.path("range").asText());
    }

    private static void assertLines(JsonNode shape, String body) throws IOException {
        var lines = body.lines().toList();
        assertThat(lines).isNotEmpty();
        for (String line : lines) {
            assertShape(shape, RunningDirector.JSON.readTree(line));
        }
    }

    private static void assertShape(JsonNode shape, JsonNode value) {
        assertThat(Shape.differences(shape, value)).as(value.toString()).isEmpty();
    }

    private static byte[] body(JsonNode recorded) {
        if (recorded.has("json")) {
            return recorded.path("json").toString().getBytes(StandardCharsets.UTF_8);
        }
        return switch (recorded.path("body").asText()) {
            case "" -> new byte[0];
            case "cloud-config" -> Archives.CLOUD_CONFIG.getBytes(StandardCharsets.UTF_8);
            case "manifest" -> Archives.MANIFEST.getBytes(StandardCharsets.UTF_8);
            case "stemcell" -> Archives.stemcell("1");
            case "release" -> Archives.release("probe", "1");
            default -> throw new IllegalArgumentException("there is no body " + recorded.path("body"));
        };
    }

    /** Jackson's reader of YAML knows no aliases. */
    private static JsonNode read(String file) throws IOException {
        try (InputStream text = Objects.requireNonNull(RecordedRequestsTest.class.getResourceAsStream("/" + file))) {
            return RunningDirector.JSON.valueToTree(
                    Yaml.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8), file));
        }
    }
}
