package io.slipway.secrets.link;

import io.slipway.model.link.LinkGraph;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.Edge;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.link.LinkGraph.ProviderNode;
import io.slipway.secrets.link.LinkGraphStore.ConsumerRow;
import io.slipway.secrets.link.LinkGraphStore.LinkRow;
import io.slipway.secrets.link.LinkGraphStore.ProviderRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Puts who gives and takes links now in the place of who did. What is the same by owner and definition keeps its id, and a
 * link keeps its id while it is between the same two. Done twice, it does no harm.
 */
final class LinkGraphUpdate {
    private final Handle handle;
    private final String deployment;
    private final Instant now;
    private final Map<Key, Long> providers = new HashMap<>();
    private final Map<Key, Long> consumers = new HashMap<>();

    /** Tells a deployment's provider, or consumer, from all its others. */
    private record Key(Owner owner, String definition) {}

    LinkGraphUpdate(Handle handle, String deployment, Instant now) {
        this.handle = handle;
        this.deployment = deployment;
        this.now = now;
    }

    static void forget(Handle handle, String deployment) {
        LinkGraphStore.consumers(handle, deployment).forEach(row -> delete(handle, row));
        LinkGraphStore.providers(handle, deployment).forEach(row -> delete(handle, row));
    }

    void put(LinkGraph graph) {
        putProviders(graph);
        putConsumers(graph);
        var before = new HashMap<Long, LinkRow>();
        LinkGraphStore.links(handle, deployment).forEach(link -> before.put(link.consumer(), link));
        var linked = new HashSet<Long>();
        for (Edge edge : graph.edges()) {
            long consumer = Objects.requireNonNull(consumers.get(keyOf(edge.consumer())));
            linked.add(consumer);
            putLink(edge, consumer, before.get(consumer));
        }
        for (Long consumer : consumers.values()) {
            if (!linked.contains(consumer)) {
                handle.execute("DELETE FROM links WHERE consumer_id = ?", consumer);
            }
        }
    }

    private void putProviders(LinkGraph graph) {
        var left = new HashMap<Key, ProviderRow>();
        LinkGraphStore.providers(handle, deployment).forEach(row -> left.put(keyOf(row.node()), row));
        for (ProviderNode node : graph.providers()) {
            var row = left.remove(keyOf(node));
            if (row == null) {
                providers.put(keyOf(node), insert(node));
                continue;
            }
            providers.put(keyOf(node), row.id());
            if (!row.node().equals(node)) {
                handle.execute(
                        "UPDATE link_providers SET type = ?, name = ?, shared = ?, networks = ?, address = ? WHERE id = ?",
                        node.type(),
                        node.name(),
                        node.isShared(),
                        LinkGraphStore.json(node.networks()),
                        LinkGraphStore.json(node.address()),
                        row.id());
            }
        }
        left.values().forEach(row -> delete(handle, row));
    }

    private void putConsumers(LinkGraph graph) {
        var left = new HashMap<Key, ConsumerRow>();
        for (ConsumerRow row : LinkGraphStore.consumers(handle, deployment)) {
            if (!row.node().owner().type().equals(LinkGraphStore.EXTERNAL)) {
                left.put(keyOf(row.node()), row);
            }
        }
        for (ConsumerNode node : graph.consumers()) {
            var row = left.remove(keyOf(node));
            if (row == null) {
                consumers.put(keyOf(node), insert(handle, deployment, node));
                continue;
            }
            consumers.put(keyOf(node), row.id());
            if (!row.node().equals(node)) {
                handle.execute(
                        "UPDATE link_consumers SET type = ?, name = ?, optional = ? WHERE id = ?",
                        node.type(),
                        node.name(),
                        node.isOptional(),
                        row.id());
            }
        }
        left.values().forEach(row -> delete(handle, row));
    }

    private void putLink(Edge edge, long consumer, @Nullable LinkRow before) {
        Long provider = providerOf(edge);
        if (before != null && Objects.equals(before.provider(), provider)) {
            handle.execute(
                    "UPDATE links SET address = ? WHERE id = ?", LinkGraphStore.json(edge.address()), before.id());
            return;
        }
        handle.execute("DELETE FROM links WHERE consumer_id = ?", consumer);
        insert(
                handle,
                new LinkRow(newId(handle), edge.consumer().definition(), consumer, provider, now, edge.address()));
    }

    private @Nullable Long providerOf(Edge edge) {
        if (edge.own() != null) {
            return providers.get(keyOf(edge.own()));
        }
        return LinkGraphStore.providers(handle, edge.deployment()).stream()
                .filter(row -> row.node().name().equals(edge.provider())
                        && row.node().type().equals(edge.consumer().type())
                        && row.node().isShared())
                .map(ProviderRow::id)
                .findFirst()
                .orElse(null);
    }

    private long insert(ProviderNode node) {
        long id = newId(handle);
        handle.execute(
                "INSERT INTO link_providers (id, deployment, owner_type, owner_name, instance_group, definition, type,"
                        + " name, shared, networks, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                deployment,
                node.owner().type(),
                node.owner().name(),
                node.owner().group(),
                node.definition(),
                node.type(),
                node.name(),
                node.isShared(),
                LinkGraphStore.json(node.networks()),
                LinkGraphStore.json(node.address()));
        return id;
    }

    static long insert(Handle handle, String deployment, ConsumerNode node) {
        long id = newId(handle);
        handle.execute(
                "INSERT INTO link_consumers (id, deployment, owner_type, owner_name, instance_group, definition, type,"
                        + " name, optional) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                deployment,
                node.owner().type(),
                node.owner().name(),
                node.owner().group(),
                node.definition(),
                node.type(),
                node.name(),
                node.isOptional());
        return id;
    }

    static void insert(Handle handle, LinkRow link) {
        handle.execute(
                "INSERT INTO links (id, name, consumer_id, provider_id, created_at, address)"
                        + " VALUES (?, ?, ?, CAST(? AS BIGINT), ?, ?)",
                link.id(),
                link.name(),
                link.consumer(),
                link.provider(),
                link.createdAt().toEpochMilli(),
                LinkGraphStore.json(link.address()));
    }

    static long newId(Handle handle) {
        return handle.createQuery("SELECT NEXTVAL('link_ids')")
                .mapTo(Long.class)
                .one();
    }

    private static void delete(Handle handle, ConsumerRow row) {
        handle.execute("DELETE FROM links WHERE consumer_id = ?", row.id());
        handle.execute("DELETE FROM link_consumers WHERE id = ?", row.id());
    }

    private static void delete(Handle handle, ProviderRow row) {
        handle.execute("UPDATE links SET provider_id = NULL WHERE provider_id = ?", row.id());
        handle.execute("DELETE FROM link_providers WHERE id = ?", row.id());
    }

    private static Key keyOf(ProviderNode node) {
        return new Key(node.owner(), node.definition());
    }

    private static Key keyOf(ConsumerNode node) {
        return new Key(node.owner(), node.definition());
    }
}
