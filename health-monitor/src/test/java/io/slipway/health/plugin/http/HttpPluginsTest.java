package io.slipway.health.plugin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.health.plugin.Notices;
import io.slipway.health.plugin.Plugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPluginsTest {
    private Receiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void pagerduty_opens_an_incident_and_resolves_the_same() throws Exception {
        var plugin = Notices.plugin("pagerduty", Map.of("service_key", "k", "url", receiver.url() + "/v2/enqueue"));

        plugin.deliver(List.of(Notices.raised()));
        plugin.deliver(List.of(Notices.resolved()));

        var first = receiver.requests().get(0);
        assertThat(first.path()).isEqualTo("/v2/enqueue");
        assertThat(first.json().path("routing_key").asText()).isEqualTo("k");
        assertThat(first.json().path("event_action").asText()).isEqualTo("trigger");
        var payload = first.json().path("payload");
        assertThat(payload.path("severity").asText()).isEqualTo("critical");
        assertThat(payload.path("summary").asText()).contains("is gone");
        assertThat(payload.path("source").asText()).isNotEmpty();
        assertThat(payload.path("timestamp").asText()).isEqualTo("2026-01-01T00:00:00Z");
        var second = receiver.requests().get(1).json();
        assertThat(second.path("event_action").asText()).isEqualTo("resolve");
        assertThat(second.path("dedup_key")).isEqualTo(first.json().path("dedup_key"));
    }

    @Test
    void a_webhook_gets_cloud_events_that_it_can_verify() throws Exception {
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        var plugin = Notices.plugin(
                "webhook",
                Map.of(
                        "url", receiver.url() + "/hook",
                        "secret", "whsec_" + Base64.getEncoder().encodeToString(secret),
                        "headers", Map.of("X-Tenant", "a")));

        plugin.deliver(List.of(Notices.raised()));
        plugin.deliver(List.of(Notices.resolved()));

        var request = receiver.requests().get(0);
        assertThat(request.headers()).containsEntry("X-Tenant", "a");
        assertThat(request.headers().get("Content-Type")).startsWith("application/cloudevents+json");
        var event = request.json();
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("type").asText()).isEqualTo("io.slipway.alert.raised");
        assertThat(event.path("source").asText()).isEqualTo("/slipway/deployments/shop");
        assertThat(event.path("data").path("severity").asInt()).isEqualTo(2);
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signed = request.headers().get("webhook-id") + "."
                + request.headers().get("webhook-timestamp") + "." + request.body();
        assertThat(request.headers())
                .containsEntry(
                        "webhook-signature",
                        "v1,"
                                + Base64.getEncoder()
                                        .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
        var end = receiver.requests().get(1).json();
        assertThat(end.path("type").asText()).isEqualTo("io.slipway.alert.resolved");
        assertThat(end.path("id")).isNotEqualTo(event.path("id"));
        assertThat(end.path("subject")).isEqualTo(event.path("subject"));
    }

    @Test
    void alertmanager_gets_the_same_labels_at_an_alerts_begin_and_end() throws Exception {
        var plugin =
                Notices.plugin("alertmanager", Map.of("url", receiver.url() + "/", "labels", Map.of("region", "eu")));

        plugin.deliver(List.of(Notices.raised()));
        plugin.deliver(List.of(Notices.resolved()));

        var first = receiver.requests().get(0);
        assertThat(first.path()).isEqualTo("/api/v2/alerts");
        var begun = first.json().path(0);
        var ended = receiver.requests().get(1).json().path(0);
        assertThat(begun.path("labels").path("alertname").asText()).isEqualTo("vm_gone");
        assertThat(begun.path("labels").path("region").asText()).isEqualTo("eu");
        assertThat(ended.path("labels")).isEqualTo(begun.path("labels"));
        assertThat(ended.path("endsAt").asText()).isEqualTo("2026-01-01T00:00:30Z");
    }

    @Test
    void datadog_gets_series_of_heartbeats_and_events_of_alerts() throws Exception {
        var plugin = Notices.plugin(
                "datadog",
                Map.of(
                        "api_key", "a",
                        "application_key", "b",
                        "custom_tags", Map.of("env", "prod"),
                        "pagerduty_service_name", "pager",
                        "url", receiver.url()));

        plugin.deliver(List.of(Notices.heartbeat(), Notices.raised()));

        var event = receiver.requests().get(0);
        assertThat(event.path()).isEqualTo("/api/v1/events");
        assertThat(event.headers()).containsEntry("DD-API-KEY", "a").containsEntry("DD-APPLICATION-KEY", "b");
        assertThat(event.json().path("text").asText()).endsWith("@pager");
        assertThat(event.json().path("alert_type").asText()).isEqualTo("error");
        var series = receiver.requests().get(1);
        assertThat(series.path()).isEqualTo("/api/v1/series");
        var names = series.json().path("series").findValuesAsText("metric");
        assertThat(names).contains("bosh.healthmonitor.system.cpu.user", "bosh.healthmonitor.system.healthy");
        assertThat(series.json().path("series").path(0).path("tags").toString())
                .contains("\"deployment:shop\"", "\"env:prod\"", "\"id:w0\"");
    }

    @Test
    void consul_gets_events_and_checks_that_are_registered_first() throws Exception {
        var plugin = Notices.plugin(
                "consul_event_forwarder",
                Map.of(
                        "host", "127.0.0.1",
                        "port", receiver.port(),
                        "params", "token=t",
                        "namespace", "ns_",
                        "ttl", "120s",
                        "events", true));

        plugin.deliver(List.of(Notices.heartbeat()));
        plugin.deliver(List.of(Notices.heartbeat()));
        plugin.deliver(List.of(Notices.raised()));

        assertThat(receiver.requests().stream().map(one -> one.method() + " " + one.path()))
                .containsExactly(
                        "PUT /v1/agent/check/register?token=t",
                        "PUT /v1/agent/check/pass/ns_web_w0?token=t",
                        "PUT /v1/agent/check/pass/ns_web_w0?token=t",
                        "PUT /v1/event/fire/ns_vm_%27vm-1%27_of_web%2Fw1_is_gone?token=t");
        assertThat(receiver.requests().get(0).json().path("ttl").asText()).isEqualTo("120s");
        assertThat(receiver.requests().get(3).body().length()).isLessThan(512);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429, 408})
    void what_may_work_later_is_tried_again(int status) throws Exception {
        var plugin = Notices.plugin("pagerduty", Map.of("service_key", "k", "url", receiver.url()));
        receiver.answer(status);

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Plugin.Refused.class);
    }

    @Test
    void what_will_never_work_is_not_and_shows_no_key() throws Exception {
        var plugin = Notices.plugin("pagerduty", Map.of("service_key", "secret", "url", receiver.url() + "/token"));
        receiver.answer(400);

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(Plugin.Refused.class)
                .hasMessage("127.0.0.1 answers with status 400");
    }

    @Test
    void a_receiver_that_is_down_is_tried_again() throws Exception {
        var plugin = Notices.plugin("pagerduty", Map.of("service_key", "k", "url", receiver.url()));
        receiver.close();

        assertThatThrownBy(() -> plugin.deliver(List.of(Notices.raised())))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Plugin.Refused.class);
    }
}
