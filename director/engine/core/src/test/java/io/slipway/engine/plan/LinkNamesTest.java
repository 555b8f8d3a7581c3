package io.slipway.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.dns.DnsFeatures;
import io.slipway.model.dns.DnsGroup;
import io.slipway.model.dns.DnsNames;
import io.slipway.model.dns.DnsNumbers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkNamesTest {
    private static final DnsNames NAMES = new DnsNames(new DnsNumbers(
            Map.of("z1", 1L),
            Map.of("default", 5L),
            Map.of(DnsGroup.ofInstances("dep", "web"), 3L, DnsGroup.ofLink("dep", "front", "http"), 9L),
            Map.of("uuid", 11L)));
    private static final Map<String, Object> LINK = Map.of(
            "deployment_name", "dep",
            "instance_group", "web",
            "group_name", "front-http",
            "default_network", "default",
            "instances", List.of(Map.of("id", "uuid", "address", "10.0.0.1")),
            "properties", Map.of());

    @Test
    void instances_are_known_by_address_unless_the_manifest_asks_for_names() {
        assertThat(own(DnsFeatures.NONE)).isEqualTo("10.0.0.1");
        assertThat(linked(DnsFeatures.NONE)).isEqualTo("10.0.0.1");
        assertThat(own(new DnsFeatures(true, false, false))).isEqualTo("uuid.web.default.dep.bosh");
        assertThat(linked(new DnsFeatures(true, false, false))).isEqualTo("uuid.web.default.dep.bosh");
    }

    @Test
    void short_names_are_of_numbers_and_link_names_of_the_providers() {
        assertThat(own(new DnsFeatures(true, true, false))).isEqualTo("q-m11n5s0.q-g3.bosh");
        assertThat(linked(new DnsFeatures(true, true, false))).isEqualTo("q-m11n5s0.q-g3.bosh");
        assertThat(linked(new DnsFeatures(true, true, true))).isEqualTo("q-m11n5s0.q-g9.bosh");
    }

    @Test
    void an_address_that_is_not_known_beforehand_is_a_name() {
        var names = new LinkNames("dep", NAMES, DnsFeatures.NONE);

        assertThat(names.addressOf("uuid", "web", "default", "")).isEqualTo("uuid.web.default.dep.bosh");
    }

    @Test
    void a_link_that_the_manifest_gives_by_hand_stays_as_it_is() {
        var given = Map.<String, Object>of("instances", List.of(Map.of("address", "db.example")), "address", "db");

        assertThat(new LinkNames("dep", NAMES, new DnsFeatures(true, true, true)).named(given))
                .isSameAs(given);
    }

    private static String own(DnsFeatures features) {
        return new LinkNames("dep", NAMES, features).addressOf("uuid", "web", "default", "10.0.0.1");
    }

    private static @Nullable Object linked(DnsFeatures features) {
        var named = new LinkNames("dep", NAMES, features).named(LINK);
        return named.get("instances") instanceof List<?> instances && instances.getFirst() instanceof Map<?, ?> one
                ? one.get("address")
                : null;
    }
}
