package io.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a running director keeps of changes: who, from where, and what; and that it can be proven. */
@ExtendWith(DirectorExtension.class)
class AuditTrailTest {
    private final RunningDirector director;

    AuditTrailTest(RunningDirector director) {
        this.director = director;
    }

    @Test
    void a_changed_config_is_told_with_who_from_where_and_what_and_no_secret() throws IOException {
        put("cpi", "audited", "cpis: [{name: far, type: vsphere, properties: {host: h1, password: old-secret}}]");
        put("cpi", "audited", "cpis: [{name: far, type: vsphere, properties: {host: h1, password: new-secret}}]");
        put("cloud", "audited", "vm_types: [{name: audited, cloud_properties: {cpu: 1, api_key: a-key-of-old}}]");
        put("cloud", "audited", "vm_types: [{name: audited, cloud_properties: {cpu: 2, api_key: a-key-of-new}}]");
        put("mine", "audited", "{first: a-value-of-mine, second: [another-value]}");

        assertThat(diff("config/cpi")).contains("- name: far", "+     password: \"<redacted>\"");
        assertThat(diff("config/cloud")).contains("-     cpu: 1", "+     cpu: 2");
        assertThat(diff("config/mine")).isEqualTo("+ first\n+ second");
        var event = newest("config/cpi");
        assertThat(event.path("user").asText()).isEqualTo("admin");
        assertThat(event.path("client").asText()).isEqualTo("127.0.0.1");
        assertThat(director.get("/audit/rows?limit=1000").body())
                .contains("vsphere")
                .doesNotContain("old-secret", "new-secret", "a-key-of", "a-value-of-mine", "another-value");
        for (String type : new String[] {"cpi", "cloud", "mine"}) {
            director.send("DELETE", "/configs?type=" + type + "&name=audited", RunningDirector.ADMIN, "");
        }
        assertThat(diff("config/cpi")).startsWith("- ").doesNotContain("secret");
    }

    @Test
    void the_trail_holds_and_its_end_is_an_anchor() throws IOException {
        put("mine", "one", "{a: 1}");
        String head = director.json("/audit/head").path("text").asText();
        put("mine", "one", "{a: 2}");

        var found = director.json("/audit/verification?anchor=" + head);

        assertThat(found.path("problems")).isEmpty();
        assertThat(found.path("at_end").asBoolean()).isTrue();
        assertThat(found.path("rows").asLong()).isPositive();
        assertThat(director.json("/audit/verification?anchor="
                                + head.replaceAll("[0-9a-f]$", "x").replace("x", other(head)))
                        .path("problems"))
                .hasSize(1);
    }

    @Test
    void a_place_that_is_none_is_refused_with_what_is_expected() throws IOException {
        var answer = director.get("/audit/verification?after=5");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("after is '5': expected NUMBER:DIGEST");
    }

    @Test
    void tasks_keep_from_where_they_were_asked_for() throws IOException {
        director.send("POST", "/cleanup", RunningDirector.ADMIN, "{\"config\": {\"remove_all\": false}}");
        put("mine", "two", "{a: 1}");

        var events = director.json("/events");

        assertThat(StreamSupport.stream(events.spliterator(), false)
                        .filter(event -> event.path("user").asText().equals("admin"))
                        .map(event -> event.path("client").asText()))
                .isNotEmpty()
                .containsOnly("127.0.0.1");
    }

    private static String other(String head) {
        return head.endsWith("0") ? "1" : "0";
    }

    private void put(String type, String name, String content) throws IOException {
        var body = RunningDirector.JSON.writeValueAsString(Map.of("type", type, "name", name, "content", content));
        assertThat(director.send("POST", "/configs", RunningDirector.ADMIN, body)
                        .status())
                .isEqualTo(201);
    }

    private String diff(String objectType) throws IOException {
        var lines = new StringBuilder();
        newest(objectType).path("context").path("diff").forEach(line -> lines.append(line.asText())
                .append('\n'));
        return lines.toString().strip();
    }

    private JsonNode newest(String objectType) throws IOException {
        var listed = director.json("/events?object_name=audited&object_type=" + objectType)
                .get(0);
        assertThat(listed.path("context").has("diff")).as("lists are short").isFalse();
        return director.json("/events/" + listed.path("id").asText());
    }
}
