package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is kept from readers is in no answer to them, whichever endpoint they ask and however: all are walked, over rows that
 * are there. Administrators find there what was planted, or it would prove nothing.
 */
class KeptFromReadersTest {
    private static final String PLANTED = "planted-credential";
    private static final String CPI_CONFIG = """
            cpis: [{name: cloud, type: cloud, exec_path: /bin/true, properties: {key: %s-%s}}]
            """;

    /** What lists take. */
    private static final List<String> OF_ALL = List.of(
            "",
            "?type=cpi",
            "?type=cpi&latest=false",
            "?type=vault",
            "?type=Cloud",
            "?latest=false",
            "?limit=9",
            "?name=default",
            "?deployment[]=probe",
            "?deployment_name=probe",
            "?verbose=2",
            "?object_type=config/cpi");

    /** What single things take. */
    private static final List<String> OF_ONE = List.of("", "?type=event", "?type=result", "?type=cpi", "?type=debug");

    private static RunningDirector director;

    @BeforeAll
    static void plant() throws IOException {
        director = RunningDirector.start();
        good(director.send("POST", "/cloud_configs", "text/yaml", bytes(Archives.CLOUD_CONFIG)));
        good(director.send("POST", "/releases", "application/x-compressed", Archives.release("probe", "1")));
        good(director.send("POST", "/stemcells", "application/x-compressed", Archives.stemcell("1")));
        good(director.send("POST", "/deployments", "text/yaml", bytes(Archives.MANIFEST)));
        config("runtime", "default", "tags: {shown: to-readers}");
        // An older version, one that is current, one of a name of its own, and of types that nobody knows here.
        good(director.send("POST", "/cpi_configs", "text/yaml", bytes(CPI_CONFIG.formatted(PLANTED, "old"))));
        good(director.send("POST", "/cpi_configs", "text/yaml", bytes(CPI_CONFIG.formatted(PLANTED, "new"))));
        config("vault", "default", "key: " + PLANTED);
        config("Cloud", "default", "key: " + PLANTED);
        config("cpis", "default", "key: " + PLANTED);
        // Refused, with what stood in it in the message.
        var refused =
                director.send("POST", "/cpi_configs", "text/yaml", bytes("cpis: [{name: {key: " + PLANTED + "}}]"));
        assertThat(refused.status()).isEqualTo(400);
    }

    @AfterAll
    static void stop() throws IOException {
        director.close();
    }

    @Test
    void no_answer_to_a_reader_has_a_credential_in_it() throws IOException {
        var shown = new ArrayList<String>();
        int answered = 0;
        for (String path : paths()) {
            var answer = director.send("GET", path, RunningDirector.READER, "");
            answered += answer.status() == 200 ? 1 : 0;
            if (answer.body().contains(PLANTED)) {
                shown.add(path);
            }
        }

        assertThat(shown).isEmpty();
        assertThat(answered).isGreaterThan(50);
        for (String path : List.of(
                "/configs", "/configs?type=cpi&latest=false", "/cpi_configs", "/events", "/configs?type=vault")) {
            assertThat(paths()).contains(path);
            assertThat(director.get(path).body())
                    .as("to an administrator: " + path)
                    .contains(PLANTED);
        }
    }

    @Test
    void a_config_of_a_kept_type_is_refused_by_its_number_too_and_others_are_shown() throws IOException {
        var types = new ArrayList<String>();
        for (JsonNode config : director.json("/configs?latest=false")) {
            String type = config.path("type").asText();
            var answer = director.send("GET", "/configs/" + config.path("id").asText(), RunningDirector.READER, "");

            assertThat(answer.status())
                    .as(type)
                    .isEqualTo(List.of("cloud", "runtime").contains(type) ? 200 : 401);
            types.add(type);
        }

        assertThat(types).contains("cloud", "runtime", "vault", "Cloud", "cpis").contains("cpi");
        assertThat(director.send("GET", "/configs?type=cpi", RunningDirector.READER, "")
                        .body())
                .isEqualTo("[]");
        var shown = RunningDirector.JSON.readTree(
                director.send("GET", "/configs", RunningDirector.READER, "").body());
        assertThat(shown.findValuesAsText("type")).containsOnly("cloud", "runtime");
    }

    @Test
    void readers_see_that_a_config_was_refused_and_not_why() throws IOException {
        var events = RunningDirector.JSON.readTree(
                director.send("GET", "/events", RunningDirector.READER, "").body());

        assertThat(events.findValuesAsText("error")).contains("refused; why is for administrators");
    }

    @Test
    void a_reader_may_compare_nothing_with_a_config() throws IOException {
        for (String path : List.of("/configs/diff", "/cpi_configs/diff", "/cloud_configs/diff")) {
            var answer = director.send(
                    "POST",
                    path,
                    RunningDirector.READER,
                    "{\"type\": \"cpi\", \"name\": \"default\", \"content\": \"a: b\"}");

            assertThat(answer.status()).isEqualTo(401);
        }
    }

    /** Every path that can be read, with all that there is in place of its parameters, and with what they take. */
    private static List<String> paths() throws IOException {
        var values = values();
        var paths = new ArrayList<String>();
        for (Endpoint endpoint : director.endpoints()) {
            if (!endpoint.method().equals("GET")) {
                continue;
            }
            for (String path : filled(endpoint.path(), values)) {
                for (String query : endpoint.path().contains("{") ? OF_ONE : OF_ALL) {
                    paths.add(path + query);
                }
            }
        }
        return paths;
    }

    private static Map<String, List<String>> values() throws IOException {
        var values = new LinkedHashMap<String, List<String>>();
        var instance =
                director.json("/deployments/probe/instances").path(0).path("id").asText();
        var numbers = new ArrayList<String>();
        for (int number = 1; number <= 12; number++) {
            numbers.add(Integer.toString(number));
        }
        values.put("{id}", numbers);
        values.put("{name}", List.of("probe", "default", "cloud"));
        values.put("{group}", List.of("one"));
        values.put("{job}", List.of("one"));
        values.put("{errand}", List.of("once"));
        values.put("{instance}", List.of("0", instance));
        return values;
    }

    private static List<String> filled(String path, Map<String, List<String>> values) {
        var paths = List.of(path);
        for (var parameter : values.entrySet()) {
            var next = new ArrayList<String>();
            for (String one : paths) {
                if (one.contains(parameter.getKey())) {
                    parameter.getValue().forEach(value -> next.add(one.replace(parameter.getKey(), value)));
                } else {
                    next.add(one);
                }
            }
            paths = next;
        }
        return paths.stream().map(one -> one.replaceAll("\\{[^}]*}", "1")).toList();
    }

    private static void config(String type, String name, String content) throws IOException {
        var answer = director.send(
                "POST",
                "/configs",
                "application/json",
                RunningDirector.JSON.writeValueAsBytes(Map.of("type", type, "name", name, "content", content)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    private static void good(Exchange.Answer answer) throws IOException {
        assertThat(answer.status()).as(answer.body()).isLessThan(400);
        if (answer.status() == 302) {
            assertThat(director.ended(answer).path("state").asText()).isEqualTo("done");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
