package io.slipway.secrets.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.model.link.LinkGraph;
import io.slipway.model.link.LinkGraph.Address;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.Owner;
import io.slipway.model.link.LinkGraph.ProviderNode;
import io.slipway.store.Conflicts;
import io.slipway.store.Conflicts.Room;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Who gives and who takes links, by ids that stay as long as giver and taker do. External consumers are made by the API,
 * and stay until their links are deleted or their deployment is.
 */
public final class LinkGraphStore {
    public static final String EXTERNAL = "external";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final String LINK_COLUMNS = "l.id, l.name, l.consumer_id, l.provider_id, l.created_at, l.address";

    private final Jdbi jdbi;
    private final Clock clock;

    public LinkGraphStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    public record ProviderRow(long id, String deployment, ProviderNode node) {}

    public record ConsumerRow(long id, String deployment, ConsumerNode node) {}

    /** @param provider null where it is gone */
    public record LinkRow(
            long id, String name, long consumer, @Nullable Long provider, Instant createdAt, Address address) {}

    public List<ProviderRow> providers(String deployment) {
        return jdbi.withHandle(handle -> providers(handle, deployment));
    }

    public Optional<ProviderRow> provider(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM link_providers WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> providerOf(found))
                .findOne());
    }

    public List<ConsumerRow> consumers(String deployment) {
        return jdbi.withHandle(handle -> consumers(handle, deployment));
    }

    public Optional<ConsumerRow> consumer(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM link_consumers WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> consumerOf(found))
                .findOne());
    }

    /** Links that a deployment's consumers take. */
    public List<LinkRow> links(String deployment) {
        return jdbi.withHandle(handle -> links(handle, deployment));
    }

    public Optional<LinkRow> link(long id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT " + LINK_COLUMNS + " FROM links l WHERE id = :id")
                .bind("id", id)
                .map((found, context) -> linkOf(found))
                .findOne());
    }

    /** Puts a deployment's graph in the place of the one that it had; done twice, it does no harm. */
    public void replace(String deployment, LinkGraph graph) {
        Conflicts.alone(jdbi, Room.LINKS, handle -> {
            new LinkGraphUpdate(handle, deployment, now()).put(graph);
            return graph;
        });
    }

    /** External consumers go with the deployment too; links that others take from it stay, without provider. */
    public void forget(String deployment) {
        Conflicts.alone(jdbi, Room.LINKS, handle -> {
            LinkGraphUpdate.forget(handle, deployment);
            return deployment;
        });
    }

    /** A link for somebody outside; asked for twice, it is the same one. */
    public LinkRow addExternal(ProviderRow provider, String owner, Address address) {
        return Conflicts.alone(jdbi, Room.LINKS, handle -> {
            var node = new ConsumerNode(
                    new Owner(EXTERNAL, owner, ""),
                    provider.node().definition(),
                    provider.node().type(),
                    provider.node().name(),
                    false);
            long consumer = consumers(handle, provider.deployment()).stream()
                    .filter(row -> row.node().equals(node))
                    .map(ConsumerRow::id)
                    .findFirst()
                    .orElseGet(() -> LinkGraphUpdate.insert(handle, provider.deployment(), node));
            return links(handle, provider.deployment()).stream()
                    .filter(link -> link.consumer() == consumer
                            && Long.valueOf(provider.id()).equals(link.provider())
                            && link.address().equals(address))
                    .findFirst()
                    .orElseGet(() -> {
                        var link = new LinkRow(
                                LinkGraphUpdate.newId(handle),
                                node.definition(),
                                consumer,
                                provider.id(),
                                now(),
                                address);
                        LinkGraphUpdate.insert(handle, link);
                        return link;
                    });
        });
    }

    /** With its consumer, where that takes nothing else. */
    public void delete(LinkRow link) {
        Conflicts.alone(jdbi, Room.LINKS, handle -> {
            handle.execute("DELETE FROM links WHERE id = ?", link.id());
            return handle.execute(
                    "DELETE FROM link_consumers WHERE id = ? AND id NOT IN (SELECT consumer_id FROM links)",
                    link.consumer());
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    static List<ProviderRow> providers(Handle handle, String deployment) {
        return handle.createQuery("SELECT * FROM link_providers WHERE deployment = :of ORDER BY id")
                .bind("of", deployment)
                .map((found, context) -> providerOf(found))
                .list();
    }

    static List<ConsumerRow> consumers(Handle handle, String deployment) {
        return handle.createQuery("SELECT * FROM link_consumers WHERE deployment = :of ORDER BY id")
                .bind("of", deployment)
                .map((found, context) -> consumerOf(found))
                .list();
    }

    static List<LinkRow> links(Handle handle, String deployment) {
        return handle.createQuery(
                        "SELECT " + LINK_COLUMNS + " FROM links l JOIN link_consumers c ON c.id = l.consumer_id"
                                + " WHERE c.deployment = :of ORDER BY l.id")
                .bind("of", deployment)
                .map((found, context) -> linkOf(found))
                .list();
    }

    private static ProviderRow providerOf(ResultSet found) throws SQLException {
        return new ProviderRow(
                found.getLong("id"),
                found.getString("deployment"),
                new ProviderNode(
                        ownerOf(found),
                        found.getString("definition"),
                        found.getString("type"),
                        found.getString("name"),
                        found.getBoolean("shared"),
                        read(found.getString("networks"), TEXTS),
                        addressOf(found)));
    }

    private static ConsumerRow consumerOf(ResultSet found) throws SQLException {
        return new ConsumerRow(
                found.getLong("id"),
                found.getString("deployment"),
                new ConsumerNode(
                        ownerOf(found),
                        found.getString("definition"),
                        found.getString("type"),
                        found.getString("name"),
                        found.getBoolean("optional")));
    }

    private static LinkRow linkOf(ResultSet found) throws SQLException {
        long provider = found.getLong("provider_id");
        return new LinkRow(
                found.getLong("id"),
                found.getString("name"),
                found.getLong("consumer_id"),
                found.wasNull() || provider == 0 ? null : provider,
                Instant.ofEpochMilli(found.getLong("created_at")),
                addressOf(found));
    }

    private static Owner ownerOf(ResultSet found) throws SQLException {
        return new Owner(
                found.getString("owner_type"), found.getString("owner_name"), found.getString("instance_group"));
    }

    private static Address addressOf(ResultSet found) throws SQLException {
        return read(found.getString("address"), new TypeReference<>() {});
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException("a link's address is not plain", impossible);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException broken) {
            throw new UncheckedIOException("what the database says of a link does not parse", broken);
        }
    }
}
