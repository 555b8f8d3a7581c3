package io.slipway.engine.link;

import io.slipway.model.dns.DnsNumbers;
import io.slipway.model.link.LinkGraph.Address;
import io.slipway.model.link.LinkGraph.ConsumerNode;
import io.slipway.model.link.LinkGraph.ProviderNode;
import io.slipway.secrets.link.LinkGraphStore;
import io.slipway.secrets.link.LinkGraphStore.ConsumerRow;
import io.slipway.secrets.link.LinkGraphStore.LinkRow;
import io.slipway.secrets.link.LinkGraphStore.ProviderRow;
import io.slipway.store.dns.DnsNumberStore;
import io.slipway.store.dns.DnsNumberStore.Wanted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who gives and who takes links, and links for those outside of deployments. Calls block. */
public final class LinkService {
    /** The type of the owner of a consumer outside of deployments. */
    public static final String EXTERNAL = LinkGraphStore.EXTERNAL;

    private static final Wanted NOBODY = new Wanted(List.of(), List.of(), List.of(), List.of());

    private final LinkGraphStore graph;
    private final DnsNumberStore numbers;

    public LinkService(LinkGraphStore graph, DnsNumberStore numbers) {
        this.graph = graph;
        this.numbers = numbers;
    }

    /** Who gives a link. */
    public record Provider(long id, String deployment, ProviderNode node) {}

    /** Who takes a link. */
    public record Consumer(long id, String deployment, ConsumerNode node) {}

    /** @param provider null where it is gone */
    public record Link(
            long id, String name, long consumer, @Nullable Long provider, Instant createdAt, Address address) {}

    public List<Provider> providers(String deployment) {
        return graph.providers(deployment).stream().map(LinkService::of).toList();
    }

    public Optional<Provider> provider(long id) {
        return graph.provider(id).map(LinkService::of);
    }

    public List<Consumer> consumers(String deployment) {
        return graph.consumers(deployment).stream().map(LinkService::of).toList();
    }

    public Optional<Consumer> consumer(long id) {
        return graph.consumer(id).map(LinkService::of);
    }

    /** Links that a deployment's consumers take. */
    public List<Link> links(String deployment) {
        return graph.links(deployment).stream().map(LinkService::of).toList();
    }

    public Optional<Link> link(long id) {
        return graph.link(id).map(LinkService::of);
    }

    /** A link for somebody outside; asked for twice, it is the same one. */
    public Link addExternal(Provider provider, String owner, Address address) {
        return of(graph.addExternal(
                new ProviderRow(provider.id(), provider.deployment(), provider.node()), owner, address));
    }

    /** With its consumer, where that takes nothing else. */
    public void delete(Link link) {
        graph.delete(new LinkRow(
                link.id(), link.name(), link.consumer(), link.provider(), link.createdAt(), link.address()));
    }

    /** All numbers that names are made of. */
    public DnsNumbers numbers() {
        return numbers.numbered(NOBODY);
    }

    private static Provider of(ProviderRow row) {
        return new Provider(row.id(), row.deployment(), row.node());
    }

    private static Consumer of(ConsumerRow row) {
        return new Consumer(row.id(), row.deployment(), row.node());
    }

    private static Link of(LinkRow row) {
        return new Link(row.id(), row.name(), row.consumer(), row.provider(), row.createdAt(), row.address());
    }
}
