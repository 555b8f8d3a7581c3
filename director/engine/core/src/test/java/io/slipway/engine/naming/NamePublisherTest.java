package io.slipway.engine.naming;

import static io.slipway.engine.naming.NamingWorld.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.dns.DnsTopology;
import io.slipway.model.dns.DnsTopology.LinkAlias;
import io.slipway.store.dns.DnsVersionStore.Kind;
import io.slipway.store.dns.DnsVersionStore.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamePublisherTest {
    private NamingWorld world;
    private NamePublisher publisher;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        world = new NamingWorld(folder);
        publisher = world.publisher();
        world.put(instance("a", "web", 0, "10.0.0.1", "running"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void publishes_a_version_for_each_change_and_none_without() throws Exception {
        var first = publisher.publish();
        assertThat(publisher.publish()).isEqualTo(first);
        world.put(instance("b", "web", 1, "10.0.0.2", "running"));
        var second = publisher.publish();

        assertThat(second.records().number()).isEqualTo(first.records().number() + 1);
        assertThat(second.health()).isEqualTo(first.health());
        assertThat(world.text(second.records()))
                .contains("\"version\":" + second.records().number(), "b.web.default.dep.bosh", "10.0.0.2");
    }

    @Test
    void an_instance_without_a_vm_has_no_name() throws Exception {
        world.put(instance("b", "web", 1, "", ""));

        assertThat(world.text(publisher.publish().records())).contains("a.web").doesNotContain("b.web");
    }

    @Test
    void who_is_unwell_makes_a_version_of_its_own() throws Exception {
        var before = publisher.publish();
        world.put(instance("a", "web", 0, "10.0.0.1", "failing"));
        var after = publisher.publish();

        assertThat(after.records()).isEqualTo(before.records());
        assertThat(world.text(after.health()))
                .isEqualTo(
                        "{\"unhealthy\":[\"a\"],\"version\":" + after.health().number() + "}");
    }

    @Test
    void numbers_stay_when_everything_else_changes() throws Exception {
        var before = world.text(publisher.publish().records());
        world.put(instance("0-before-all", "aaa", 0, "10.0.0.9", "running"));
        var after = world.text(publisher.publish().records());

        assertThat(numberOf(after, "a")).isEqualTo(numberOf(before, "a"));
        assertThat(numberOf(after, "0-before-all")).isNotEqualTo(numberOf(after, "a"));
        world.rows.remove("0-before-all");
        world.numbers.forgetInstance("0-before-all");
        world.put(instance("c", "web", 2, "10.0.0.3", "running"));
        assertThat(numberOf(world.text(publisher.publish().records()), "c"))
                .as("a number is never given twice")
                .isNotEqualTo(numberOf(after, "0-before-all"));
    }

    private static String numberOf(String json, String id) {
        String from = json.substring(json.indexOf("[\"" + id + "\",\"") + id.length() + 5);
        return from.substring(0, from.indexOf('"'));
    }

    @Test
    void what_groups_provide_has_numbers_and_aliases() throws Exception {
        var topology = new DnsTopology(
                "dep",
                Set.of("z1"),
                Set.of("default"),
                Set.of("a"),
                Map.of("web", List.of("front-http")),
                List.of(new LinkAlias("front.internal", "front-http", "all", "", "")));
        try (var service = world.service()) {
            service.number(topology);
            service.describe(topology);
        }

        assertThat(world.text(publisher.publish().records()))
                .contains("\"web\",[\"1\",\"2\"]", "\"front.internal\":[{\"group_id\":\"2\"");
    }

    @Test
    void takes_up_where_a_director_stopped_between_blob_and_version() throws Exception {
        var before = publisher.publish();
        world.put(instance("b", "web", 1, "10.0.0.2", "running"));

        var another = world.publisher();

        assertThat(another.latest()).isEqualTo(before);
        assertThat(another.publish().records().number())
                .isEqualTo(before.records().number() + 1);
        assertThat(publisher.publish()).isEqualTo(another.latest());
    }

    @Test
    void a_number_that_another_director_took_is_not_published_again() throws Exception {
        var before = publisher.publish().records();
        var taken = new Version(before.number() + 1, "other", before.blobSha256(), 1);

        assertThat(world.versions.publish(Kind.RECORDS, taken)).isTrue();
        assertThat(world.versions.publish(Kind.RECORDS, taken)).isFalse();
        assertThat(publisher.publish().records().number()).isEqualTo(before.number() + 2);
    }

    @Test
    void old_versions_and_their_blobs_go() throws Exception {
        var first = publisher.publish().records();
        for (int i = 0; i < 25; i++) {
            world.put(instance("a", "web", 0, "10.0.1." + i, "running"));
            publisher.publish();
        }

        assertThat(world.blobs.has(first.blobSha256())).isFalse();
        assertThat(world.text(publisher.latest().records())).contains("10.0.1.24");
    }
}
