package io.slipway.http.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.engine.RequestRefused;
import io.slipway.engine.config.ConfigService;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import io.slipway.store.config.ConfigStore;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigEndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private Database database;
    private ConfigStore configs;
    private ConfigDiffs diffs;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        configs = new ConfigStore(database.jdbi(), Clock.systemUTC());
        diffs = new ConfigDiffs(new ConfigService(configs, fact -> {}));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static String text(HttpResponse response) {
        return ((HttpEntity.Strict) response.entity()).getData().utf8String();
    }

    @Test
    void a_content_is_compared_with_the_current_version() throws Exception {
        var current = configs.put("cloud", "default", "azs: [{name: z1}]");

        var answer = JSON.readTree(text(diffs.answer(
                JSON.writeValueAsString(Map.of("type", "cloud", "name", "default", "content", "azs: [{name: z2}]")))));

        assertThat(answer.path("from").path("id").asText()).isEqualTo(Long.toString(current.id()));
        assertThat(answer.path("diff").toString())
                .isEqualTo("[[\"azs:\",null],[\"- name: z2\",\"added\"],[\"- name: z1\",\"removed\"]]");
    }

    @Test
    void versions_and_contents_are_compared_with_each_other() throws Exception {
        var first = configs.put("any", "x", "a: 1");
        configs.put("any", "x", "a: 2");

        var answer = JSON.readTree(
                text(diffs.answer("{\"from\": {\"id\": \"" + first.id() + "\"}, \"to\": {\"content\": \"a: 3\"}}")));

        assertThat(answer.path("diff").toString())
                .isEqualTo("[[\"a: 1\",\"removed\"],[\"\",null],[\"a: 3\",\"added\"]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                          | 440010
            {"type": "cloud"}                           | 440010
            {"from": {"id": 1}, "to": {"content": "a"}} | 440010
            {"from": {"id": "99"}, "to": {"id": "1"}}   | 440012
            {nonsense                                   | 710001
            """)
    void requests_that_cannot_be_read_are_refused_with_boshs_number(String body, int code) {
        assertThatThrownBy(() -> diffs.answer(body))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.code())
                        .isEqualTo(code));
    }

    @Test
    void a_content_that_is_no_yaml_is_told_in_the_answer() {
        var response = diffs.answer("{\"type\": \"cloud\", \"name\": \"x\", \"content\": \"- a\"}");

        assertThat(response.status().intValue()).isEqualTo(400);
        assertThat(text(response)).contains("Unable to diff config content");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a|b", " a", "a\u0000b", "a\nb"})
    void no_config_has_a_name_that_is_none(String name) {
        assertThatThrownBy(() -> ConfigBody.requireName("name", name))
                .isInstanceOfSatisfying(RequestRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RequestRefused.Reason.INVALID))
                .hasMessageContaining("'name' is '");
    }
}
