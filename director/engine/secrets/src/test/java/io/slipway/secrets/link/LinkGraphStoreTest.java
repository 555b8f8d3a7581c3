package io.slipway.secrets.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.model.link.LinkGraph;
import io.slipway.model.link.LinkGraph.Address;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.Edge;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.link.LinkGraph.ProviderNode;
import io.slipway.secrets.link.LinkGraphStore.ConsumerRow;
import io.slipway.secrets.link.LinkGraphStore.LinkRow;
import io.slipway.secrets.link.LinkGraphStore.ProviderRow;
import io.slipway.store.Database;
import io.slipway.store.DatabaseSettings;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkGraphStoreTest {
    private static final LinkGraph NOTHING = new LinkGraph(List.of(), List.of(), List.of());

    private Database database;
    private LinkGraphStore links;

    @BeforeEach
    void open() {
        database = Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "sa", ""));
        links = new LinkGraphStore(database.jdbi(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_stays_the_same_keeps_its_id() {
        var provider = provider("d", "db", true);
        var consumer = consumer("web");
        links.replace("d", new LinkGraph(List.of(provider), List.of(consumer), List.of(own(consumer, provider, "a"))));
        var first = links.links("d").getFirst();
        assertThat(first.consumer()).isEqualTo(links.consumers("d").getFirst().id());
        assertThat(first.provider()).isEqualTo(links.providers("d").getFirst().id());
        assertThat(links.link(first.id())).contains(first);

        var more = consumer("api");
        links.replace(
                "d",
                new LinkGraph(
                        List.of(provider),
                        List.of(more, consumer),
                        List.of(own(consumer, provider, "b"), own(more, provider, "b"))));

        assertThat(links.links("d")).hasSize(2).first().satisfies(link -> {
            assertThat(link.id()).isEqualTo(first.id());
            assertThat(link.createdAt()).isEqualTo(first.createdAt());
            assertThat(link.address().network()).isEqualTo("b");
        });
        links.replace("d", NOTHING);
        assertThat(links.links("d")).isEmpty();
        assertThat(links.consumers("d")).isEmpty();
        assertThat(links.providers("d")).isEmpty();
    }

    @Test
    void a_link_of_another_deployment_outlives_its_provider() {
        var shared = provider("bank", "safe", true);
        links.replace("bank", new LinkGraph(List.of(shared, provider("bank", "db", false)), List.of(), List.of()));
        var consumer = consumer("web");
        var edge = new Edge(consumer, "bank", null, "safe", shared.address());
        links.replace("shop", new LinkGraph(List.of(), List.of(consumer), List.of(edge)));
        assertThat(links.links("shop"))
                .extracting(LinkRow::provider)
                .containsExactly(links.providers("bank").getFirst().id());

        links.forget("bank");

        assertThat(links.links("shop")).singleElement().satisfies(link -> assertThat(link.provider())
                .isNull());
    }

    @Test
    void links_for_outsiders_are_made_once_and_outlive_deploys() {
        var node = provider("d", "db", true);
        var graph = new LinkGraph(List.of(node), List.of(), List.of());
        links.replace("d", graph);
        var provider = links.providers("d").getFirst();

        var one = links.addExternal(provider, "me", node.address());
        var again = links.addExternal(provider, "me", node.address());
        var other = links.addExternal(provider, "me", node.address().on("b"));
        links.replace("d", graph);

        assertThat(again).isEqualTo(one);
        assertThat(links.links("d")).containsExactly(one, other);
        assertThat(links.consumers("d")).singleElement().satisfies(row -> assertThat(
                        row.node().owner())
                .isEqualTo(new Owner(LinkGraphStore.EXTERNAL, "me", "")));
        links.delete(one);
        assertThat(links.consumers("d")).hasSize(1);
        links.delete(other);
        assertThat(links.consumers("d")).isEmpty();
        assertThat(links.links("d")).isEmpty();
    }

    @Test
    void a_deployment_that_is_gone_leaves_nothing() {
        var node = provider("d", "db", true);
        links.replace("d", new LinkGraph(List.of(node), List.of(), List.of()));
        links.addExternal(links.providers("d").getFirst(), "me", node.address());

        links.forget("d");

        assertThat(links.providers("d")).extracting(ProviderRow::id).isEmpty();
        assertThat(links.consumers("d")).extracting(ConsumerRow::id).isEmpty();
        assertThat(links.links("d")).isEmpty();
    }

    private static ProviderNode provider(String deployment, String name, boolean isShared) {
        return new ProviderNode(
                new Owner("job", name, "data"),
                name,
                "sql",
                name,
                isShared,
                List.of("a", "b"),
                new Address(deployment, "data", "a", name + "-sql", false, false, ""));
    }

    private static ConsumerNode consumer(String job) {
        return new ConsumerNode(new Owner("job", job, "front"), "db", "sql", "db", false);
    }

    private static Edge own(ConsumerNode consumer, ProviderNode provider, String network) {
        return new Edge(
                consumer, "d", provider, provider.name(), provider.address().on(network));
    }
}
